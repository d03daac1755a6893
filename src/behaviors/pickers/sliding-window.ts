/**
 * Claim: who watches while it downloads has the next pieces in order, and the swarm keeps most of its diversity.
 *
 * Pieces of the window `[playhead, playhead + window)` by index; nothing else: what is outside of it is left to the
 * pickers behind it in a `chain`, such as rarest first. The playhead is the first piece that is wanted and not verified.
 *
 * Cost per pick: O(window). It knows no clock: pieces that must be there at a time are `deadlines`.
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { fromPlayhead } from './from-playhead.ts';
import { takeMissing } from './take-missing.ts';

export interface SlidingWindowOptions {
  /** Pieces from the playhead on that are taken in order: 1 to 1000. Default 16. */
  readonly window?: number;
}

export function slidingWindow({ window = 16 }: SlidingWindowOptions = {}): Behavior<PiecePicker> {
  return fromPlayhead((torrent, _random, head) => (peer, room, _now, out) => {
    const from = head.at();
    let taken = 0;
    let piece = peer.nextWanted(from);
    while (piece >= 0 && piece < from + window && taken < room) {
      taken += takeMissing(torrent, piece, room - taken, 'in the window', out);
      piece = peer.nextWanted(piece + 1);
    }
    return taken;
  });
}
