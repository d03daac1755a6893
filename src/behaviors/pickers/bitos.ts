/**
 * Claim: one knob between watching and sharing: with some probability the next piece is one that will be played soon.
 * Vlavianos, Iliofotou, Faloutsos 2006 (BiToS), read in abstract and slides; the usual probability is from memory.
 *
 * For each piece that is begun a draw: with `probability` the rarest among the next `highPriority` pieces from the
 * playhead on; nothing otherwise, so that rarest first behind it in a `chain` goes on. What that takes may lie in the
 * high-priority set too, as the rarest piece of all may.
 *
 * Cost per pick: O(highPriority).
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { Playhead } from './playhead.ts';
import { rarestFirst } from './rarest-first.ts';
import { rarestFrom } from './rarest-from.ts';
import { takeMissing } from './take-missing.ts';

export interface BitosOptions {
  /** Of 1: how often the next piece is from the high-priority set: 0 (rarest first) to 1. Default 0.8. */
  readonly probability?: number;
  /** Pieces from the playhead on that are of high priority: 1 to 1000. Default 20. */
  readonly highPriority?: number;
}

/** Draws are thousandths. */
const DRAWS = 1000;

/** With `rarestFirst` for what is not of high priority. */
export function bitosLike(options: BitosOptions = {}): Behavior<PiecePicker> {
  const { probability = 0.8, highPriority = 20 } = options;
  return (torrent, random) => {
    const head = new Playhead(torrent);
    const rest = rarestFirst()(torrent, random.fork('rest'));
    const draws = random.fork('draws');
    return {
      pieceChanged(piece) {
        head.pieceChanged(piece);
        rest.pieceChanged(piece);
      },
      allChanged() {
        head.allChanged();
        rest.allChanged();
      },
      pick(peer, room, now, out) {
        let taken = 0;
        while (taken < room) {
          const high = draws.below(DRAWS) < probability * DRAWS;
          const piece = high ? rarestFrom(torrent, peer, head.at(), highPriority, draws) : -1;
          // A piece's worth, so that the next piece is another draw.
          const most = Math.min(room - taken, torrent.blocksPerPiece);
          const got =
            piece < 0
              ? rest.pick(peer, most, now, out)
              : takeMissing(torrent, piece, most, 'high priority', out);
          if (got === 0) break;
          taken += got;
        }
        return taken;
      },
    };
  };
}
