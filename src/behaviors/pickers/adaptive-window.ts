/**
 * Claim: who is well ahead of its reader can afford rare pieces, and who is not takes what is read next.
 * Common to streaming clients (a window that adapts to the buffer); no single paper, from memory.
 *
 * The rarest piece of a window from the playhead on, nothing outside of it: that is left to the pickers behind it in a
 * `chain`. A reader is supposed who reads one piece per `pieceTime` from the first pick on, and waits where one is missing. With
 * every piece that arrives in order the window grows by one while at least `target` pieces lie ahead of the reader, and
 * becomes half as long while they do not; 4 to `windowMax`.
 *
 * Cost per pick: O(window). The clock is that of the picks: where none are made nothing is read either.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { fromPlayhead } from './from-playhead.ts';
import { rarestFrom } from './rarest-from.ts';
import { takeMissing } from './take-missing.ts';

export interface AdaptiveWindowOptions {
  /** How long a piece is read: 1 to 600,000 ms. Default 1000. */
  readonly pieceTime?: Millis;
  /** Pieces that should lie ahead of the reader: 1 to 1000. Default 8. */
  readonly target?: number;
  /** The longest window: 4 to 1000 pieces. Default 128. */
  readonly windowMax?: number;
}

const WINDOW_MIN = 4;

export function adaptiveWindow(options: AdaptiveWindowOptions = {}): Behavior<PiecePicker> {
  const { pieceTime = 1000, target = 8, windowMax = 128 } = options;
  return fromPlayhead((torrent, random, head) => {
    let window = WINDOW_MIN;
    let seen = 0;
    /** Where the reader is, and since when. */
    let read = 0;
    let readAt = -Infinity;
    const adapt = (at: number, now: Millis): void => {
      if (readAt === -Infinity) readAt = now;
      const reads = Math.floor((now - readAt) / pieceTime);
      // One who waits begins anew when the piece is there.
      if (read + reads >= at) readAt = now;
      else readAt += reads * pieceTime;
      read = Math.min(at, read + reads);
      if (at <= seen) return;
      const ahead = at - read >= target;
      window = ahead ? window + (at - seen) : window >> 1;
      window = Math.max(WINDOW_MIN, Math.min(windowMax, window));
      seen = at;
    };
    return (peer, room, now, out) => {
      const from = head.at();
      adapt(from, now);
      let taken = 0;
      while (taken < room) {
        const piece = rarestFrom(torrent, peer, from, window, random);
        if (piece < 0) break;
        taken += takeMissing(torrent, piece, room - taken, 'in the adaptive window', out);
      }
      return taken;
    };
  });
}
