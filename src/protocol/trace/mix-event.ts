/**
 * An event's fingerprint, mixed into a running `TraceHash`: every field of it.
 *
 * On the hot path of simulations: allocates nothing. The codes are part of every recorded hash and never change.
 */
import type { TraceHash } from '../../core/index.ts';
import type { SessionEvent } from '../session/event.ts';
import { mixAddress, mixPartial, mixTimes, mixTextOrNull } from './mix-input.ts';

/** Mixes the whole event; not the time, and not whose event it is. */
export function mixEvent(hash: TraceHash, event: SessionEvent): void {
  switch (event.type) {
    case 'piece-begun':
      hash.mixNumber(101);
      hash.mixNumber(event.torrent);
      hash.mixNumber(event.index);
      hash.mixNumber(event.conn);
      hash.mixText(event.reason);
      return;
    case 'piece-verified':
      hash.mixNumber(102);
      hash.mixNumber(event.torrent);
      hash.mixNumber(event.index);
      return;
    case 'choke-changed':
      hash.mixNumber(103);
      hash.mixNumber(event.torrent);
      hash.mixNumber(event.conn);
      hash.mixNumber(event.choking ? 1 : 0);
      hash.mixText(event.reason);
      return;
    case 'piece-failed':
      hash.mixNumber(104);
      hash.mixNumber(event.torrent);
      hash.mixNumber(event.index);
      return;
    case 'peer-connected':
      hash.mixNumber(105);
      hash.mixNumber(event.torrent);
      hash.mixNumber(event.conn);
      mixAddress(hash, event.address);
      hash.mixBytes(event.peerId);
      hash.mixNumber(event.dialled ? 1 : 0);
      return;
    case 'peer-disconnected':
      return mixEnd(hash, 106, event);
    case 'connection-failed':
      return mixEnd(hash, 107, event);
    case 'peer-banned':
      mixEnd(hash, 108, event);
      hash.mixNumber(event.until);
      return;
    case 'ban-expired':
      hash.mixNumber(116);
      hash.mixNumber(event.torrent);
      hash.mixText(event.host);
      return;
    case 'state-changed':
      hash.mixNumber(109);
      hash.mixNumber(event.torrent);
      hash.mixText(event.state);
      mixTextOrNull(hash, event.fault);
      return;
    case 'check-progress':
      hash.mixNumber(110);
      hash.mixNumber(event.torrent);
      hash.mixNumber(event.checked);
      hash.mixNumber(event.verified);
      return;
    case 'metadata-progress':
      hash.mixNumber(134);
      hash.mixNumber(event.torrent);
      hash.mixNumber(event.received);
      hash.mixNumber(event.size);
      return;
    case 'metadata':
      hash.mixNumber(135);
      hash.mixNumber(event.torrent);
      hash.mixBytes(event.info);
      return;
    case 'complete':
      hash.mixNumber(111);
      hash.mixNumber(event.torrent);
      hash.mixNumber(event.downloaded);
      return;
    case 'announced':
      hash.mixNumber(112);
      hash.mixNumber(event.torrent);
      hash.mixText(event.url);
      hash.mixText(event.event);
      hash.mixNumber(event.peers);
      hash.mixNumber(event.seeds ?? -1);
      hash.mixNumber(event.leeches ?? -1);
      hash.mixNumber(event.interval);
      mixTextOrNull(hash, event.warning);
      if (event.local !== undefined) mixAddress(hash, event.local);
      return;
    case 'announce-failed':
      hash.mixNumber(113);
      hash.mixNumber(event.torrent);
      hash.mixText(event.url);
      hash.mixText(event.event);
      hash.mixText(event.reason);
      if (event.local !== undefined) mixAddress(hash, event.local);
      return;
    case 'share-reached':
      hash.mixNumber(116);
      hash.mixNumber(event.torrent);
      hash.mixText(event.goal);
      return;
    case 'removed':
      hash.mixNumber(114);
      hash.mixNumber(event.torrent);
      return;
    case 'closed':
      return hash.mixNumber(115);
    case 'scraped':
      hash.mixNumber(130);
      hash.mixNumber(event.torrent);
      hash.mixText(event.url);
      hash.mixNumber(event.seeds ?? -1);
      hash.mixNumber(event.leeches ?? -1);
      hash.mixNumber(event.completed ?? -1);
      return;
    case 'external-address':
      hash.mixNumber(132);
      hash.mixText(event.host);
      hash.mixNumber(event.votes);
      return;
    case 'scrape-failed':
      hash.mixNumber(131);
      hash.mixNumber(event.torrent);
      mixTextOrNull(hash, event.url);
      hash.mixText(event.reason);
      return;
    case 'saved':
      hash.mixNumber(133);
      hash.mixNumber(event.torrent);
      hash.mixBytes(event.verified);
      mixPartial(hash, event.partial);
      hash.mixNumber(event.downloaded);
      hash.mixNumber(event.uploaded);
      mixTimes(hash, event.times);
      return;
    default:
      event satisfies never;
  }
}

type End = Extract<
  SessionEvent,
  { type: 'peer-disconnected' | 'connection-failed' | 'peer-banned' }
>;

function mixEnd(hash: TraceHash, code: number, event: End): void {
  hash.mixNumber(code);
  hash.mixNumber(event.torrent ?? -1);
  hash.mixNumber(event.conn ?? -1);
  mixAddress(hash, event.address);
  hash.mixText(event.reason);
}
