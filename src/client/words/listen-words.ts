/**
 * Where to accept peers, as people write it: `192.0.2.1`, `192.0.2.1:6881`, `[2001:db8::1]:6881`, `::`, `0.0.0.0:6881`.
 *
 * Only splits and checks. Names are none of these: a machine listens at its addresses.
 */
import type { Address } from '../../core/index.ts';
import { canonicalIp } from '../../protocol/tracker/ip-text.ts';

/** Addresses that a client accepts peers at, at most; each of them announces every torrent by itself. */
export const listensMax = 64;

/** What is wrong with a word that is no such address, for people. */
export const LISTEN_RULE =
  'ADDRESS or ADDRESS:PORT, as in 192.0.2.1:6881, [2001:db8::1]:6881 or 0.0.0.0';

const FORM = /^(?:\[(?<v6>[^\]]*)\]|(?<v4>[^:[\]]+))(?::(?<number>\d{1,5}))?$/;

/** Null where the text is no literal address, in one piece. `port`: where it names none; 0 is any free one. */
export function parseListen(text: string, port: number): Address | null {
  const bare = text.includes(':') ? canonicalIp(text) : null;
  if (bare !== null) return { host: bare, port };
  const { v6, v4 = '', number } = FORM.exec(text)?.groups ?? {};
  const host = canonicalIp(v6 ?? v4);
  const named = number === undefined ? port : Number(number);
  return host === null || v6?.includes(':') === false || named > 65_535
    ? null
    : { host, port: named };
}

/** `0.0.0.0`, `::` and what else they are written as. */
export function isUnspecified(host: string): boolean {
  return /^[0.:]+$/.test(host);
}
