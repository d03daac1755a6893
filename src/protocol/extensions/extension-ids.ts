/** The ids under which we want the messages of each extension that we speak (BEP 10), and how the handshake tells them. */

/** BEP 11. */
export const UT_PEX = 1;
/** BEP 9. */
export const UT_METADATA = 2;

const quiet: ReadonlyMap<string, number> = new Map([['ut_metadata', UT_METADATA]]);
const sociable: ReadonlyMap<string, number> = new Map([['ut_pex', UT_PEX], ...quiet]);

/** By name. `exchanges`: whether peers may be told of each other. */
export function ownExtensions(exchanges: boolean): ReadonlyMap<string, number> {
  return exchanges ? sociable : quiet;
}
