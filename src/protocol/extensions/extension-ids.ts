/** The ids under which we want the messages of each extension that we speak (BEP 10), and how the handshake tells them. */

/** BEP 9. */
export const UT_METADATA = 2;

export const ownExtensions: ReadonlyMap<string, number> = new Map([['ut_metadata', UT_METADATA]]);
