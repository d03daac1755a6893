/**
 * Where a request goes: path and query of a tracker's URL, over HTTP as over UDP (BEP 41), and the passkey in it.
 *
 *     /announce?...    /KEY/announce?...    /announce?passkey=KEY&...    and the same with `scrape`
 *
 * The key in the query is there for trackers on this machine, which careful clients ask at `/announce` only.
 */
import { byteText } from '../../bencode/byte-text.ts';
import { isPasskey } from './rules.ts';
import type { Query } from './query-string.ts';
import { parseQuery, single } from './query-string.ts';

export interface RequestTarget {
  readonly action: 'announce' | 'scrape' | 'other';
  /** As it stands in the path. */
  readonly passkey: string | null;
  readonly path: string;
  /** What follows the `?`. */
  readonly query: string;
}

export function readTarget(target: string): RequestTarget {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  if (path === '/announce') return { action: 'announce', passkey: null, path, query };
  if (path === '/scrape') return { action: 'scrape', passkey: null, path, query };
  const [empty, key, action, more] = path.split('/', 4);
  const known = action === 'announce' || action === 'scrape';
  if (empty !== '' || key === undefined || !known || more !== undefined || !isPasskey(key)) {
    return { action: 'other', passkey: null, path, query };
  }
  return { action, passkey: key, path, query };
}

/** The passkey of a target: that of the path, else that of the query. */
export function passkeyOf(target: RequestTarget, query: Query): string | null {
  if (target.passkey !== null) return target.passkey;
  const value = single(query, 'passkey');
  const key = value === null ? '' : byteText(value);
  return isPasskey(key) ? key : null;
}

/** The passkey that a UDP peer tells in its URL data; null: none. */
export function passkeyInUrlData(text: string): string | null {
  const target = readTarget(text);
  if (target.action === 'other') return null;
  const query = parseQuery(target.query);
  return typeof query === 'string' ? target.passkey : passkeyOf(target, query);
}
