/**
 * Claim: one knob between order and diversity: pieces near the playhead are likelier, none is impossible.
 * Carlsson and Eager 2007 ("Peer-assisted on-demand streaming", Zipf), from memory.
 *
 * For each piece that is begun an offset k from the playhead is drawn with a weight of 1 / (k + 1)^theta; the first
 * open piece at or after it that the peer may give is taken whole. theta 0 is random, a great one sequential.
 *
 * Roots and products alone, which are exact on every engine, so theta counts in quarters. Made once: a table of one number
 * per piece. Cost per piece begun: O(log pieces), and a question per piece that is under way already.
 */
import type { Behavior, PeerView, PiecePicker, TorrentView } from '../../protocol/index.ts';
import { fromPlayhead } from './from-playhead.ts';
import { takeMissing } from './take-missing.ts';

export interface ZipfOptions {
  /** 0 to 4, rounded to quarters. Default 1.25. */
  readonly theta?: number;
}

/** Draws of one weight: 2^30 is what all weights add up to. */
const WHOLE = 0x40000000;

export function zipfLike({ theta = 1.25 }: ZipfOptions = {}): Behavior<PiecePicker> {
  return fromPlayhead((torrent, random, head) => {
    const sums = weightSums(torrent.pieceCount, Math.round(theta * 4));
    return (peer, room, _now, out) => {
      let taken = 0;
      while (taken < room) {
        const from = head.at();
        const span = torrent.pieceCount - from;
        if (span === 0) break;
        const lot = (random.below(WHOLE) / WHOLE) * sums[span - 1]!;
        const piece = openFrom(torrent, peer, from, from + offsetOf(sums, lot));
        if (piece < 0) break;
        taken += takeMissing(torrent, piece, room - taken, 'near the playhead', out);
      }
      return taken;
    };
  });
}

/** Number k: the sum of the weights up to offset k. */
function weightSums(count: number, quarters: number): Float64Array {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const root = Math.sqrt(Math.sqrt(k + 1));
    let power = 1;
    for (let i = 0; i < quarters; i++) power *= root;
    sum += 1 / power;
    sums[k] = sum;
  }
  return sums;
}

/** The first offset whose sum is above the lot. */
function offsetOf(sums: Float64Array, lot: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > lot) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first piece with a missing block at or after `start` that the peer may give, or else from `from` on; or -1. */
function openFrom(torrent: TorrentView, peer: PeerView, from: number, start: number): number {
  for (const begin of [start, from]) {
    let piece = peer.nextWanted(begin);
    while (piece >= 0 && torrent.missingBlocks(piece) === 0) piece = peer.nextWanted(piece + 1);
    if (piece >= 0) return piece;
  }
  return -1;
}
