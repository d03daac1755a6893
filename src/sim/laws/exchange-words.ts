/**
 * What a session may say in peer exchange (BEP 11), for I-20: under the id that the remote named, once a minute, so many
 * peers, and only such as it is connected to; nothing of private torrents (BEP 27), nothing where it is switched off.
 */
import type { Millis } from '../../core/index.ts';
import { parsePeerExchange } from '../../protocol/extensions/peer-exchange-message.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';

/** BEP 11, in numbers of our own. */
const MINUTE: Millis = 60_000;
const FIRST_MAX = 200;

/** What is wrong with saying this now; null: nothing. */
export function exchangeFault(
  books: PeerBooks,
  link: LinkBook,
  { id, payload }: { readonly id: number; readonly payload: Uint8Array },
  now: Millis,
): string | null {
  if (link.exchangeId === 0 || id !== link.exchangeId)
    return 'an extension that was not negotiated';
  if (books.metainfo?.private !== false) return 'peer exchange of a private torrent';
  const { exchangePeersMax } = books.config;
  if (exchangePeersMax < 1) return 'peer exchange, which is off';
  if (now < link.exchangedAt + MINUTE) return `peer exchange again since ${link.exchangedAt} ms`;
  const { message, fault } = parsePeerExchange(payload);
  if (message === null) return `peer exchange that nobody reads: ${fault}`;
  const { added, dropped } = message;
  const most = link.exchangedAt === -Infinity ? FIRST_MAX : exchangePeersMax;
  if (added.length + dropped.length === 0) return 'peer exchange of nothing';
  if (Math.max(added.length, dropped.length) > most) return `peer exchange of over ${most}`;
  const here = new Set<string>();
  for (const { isPeer, conn, address } of books.links.values()) {
    if (isPeer && conn !== link.conn) here.add(address.host);
  }
  const stranger = added.find(({ address }) => !here.has(address.host));
  return stranger === undefined ? null : `it tells of ${stranger.address.host}, no peer of it`;
}
