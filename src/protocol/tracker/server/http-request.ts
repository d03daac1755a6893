/**
 * An announce as our tracker hears it over HTTP (BEP 3): the query of the URL to an `AnnounceQuery`, or the words of the
 * refusal. `ip`, `ipv4` and `ipv6` are not looked at: an address comes from the socket alone (S-48).
 */
import { byteText } from '../../bencode/byte-text.ts';
import type { AnnounceEvent } from '../../session/event.ts';
import type { AnnounceQuery } from '../announce-query.ts';
import type { Query } from './query-string.ts';
import { single, singleInteger } from './query-string.ts';

/** How an HTTP peer wants its reply. */
export interface HttpAnnounce {
  readonly query: AnnounceQuery;
  /** False: a list of dictionaries. BEP 23: compact unless `compact=0`. */
  readonly compact: boolean;
  /** Leaves peer ids out of a list of dictionaries. */
  readonly withoutPeerIds: boolean;
}

/** Constant words: nothing that the peer sent is told back. */
export type HttpAnnounceFault =
  'invalid info_hash' | 'invalid peer_id' | 'invalid port' | 'invalid event' | 'invalid left';

/** Reads what followed the `?` of `/announce?`. */
export function readHttpAnnounce(query: Query): HttpAnnounce | HttpAnnounceFault {
  const infoHash = single(query, 'info_hash');
  if (infoHash?.length !== 20) return 'invalid info_hash';
  const peerId = single(query, 'peer_id');
  if (peerId?.length !== 20) return 'invalid peer_id';
  const port = singleInteger(query, 'port');
  if (port === null || port < 1 || port > 65_535) return 'invalid port';
  const event = readEvent(query);
  if (event === null) return 'invalid event';
  const left = readLeft(query);
  if (left === null) return 'invalid left';
  return {
    query: {
      infoHash,
      peerId,
      key: readKey(query),
      port,
      uploaded: singleInteger(query, 'uploaded') ?? 0,
      downloaded: singleInteger(query, 'downloaded') ?? 0,
      left,
      event,
      peersWanted: singleInteger(query, 'numwant'),
    },
    compact: singleInteger(query, 'compact') !== 0,
    withoutPeerIds: singleInteger(query, 'no_peer_id') === 1,
  };
}

/**
 * Only the difference between nothing and something counts, but a peer that does not say must not pass for a seed. Who has a
 * magnet link alone does not know: transmission says the largest integer of 64 bits.
 */
function readLeft(query: Query): number | null {
  if (!query.has('left')) return 1;
  const value = single(query, 'left');
  if (value === null || value.length > 20) return null;
  const text = byteText(value);
  return /^[0-9]+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : null;
}

function readEvent(query: Query): AnnounceEvent | null {
  if (!query.has('event')) return 'none';
  const value = single(query, 'event');
  if (value === null) return null;
  switch (byteText(value)) {
    case '':
    case 'empty':
    case 'paused': // BEP 21: has all it wants, but not all there is
      return 'none';
    case 'started':
      return 'started';
    case 'completed':
      return 'completed';
    case 'stopped':
      return 'stopped';
    default:
      return null;
  }
}

/** Clients send hexadecimal digits, decimal ones or anything; all that matters is that equal keys stay equal. */
function readKey(query: Query): number | null {
  const value = single(query, 'key');
  if (value === null) return null;
  let hash = 0x811c9dc5;
  const text = byteText(value).toUpperCase();
  if (/^[0-9A-F]{1,8}$/.test(text)) return parseInt(text, 16);
  for (const byte of value) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
