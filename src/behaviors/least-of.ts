/**
 * The best of a few hundred: of the pieces that `next` goes through, from a random place on and once around, the one of least
 * score, ties broken by lot.
 *
 * Looks at `LOOKS_MAX` pieces at most, so that a torrent of a million costs no more than one of a few hundred. Keeps nothing.
 */
import type { Random } from '../core/index.ts';

const LOOKS_MAX = 256;

/** `next`: the first piece at or after `from` that is of the kind; -1: there is none. Returns -1 where there is none at all. */
export function leastOf(
  next: (from: number) => number,
  pieceCount: number,
  random: Random,
  score: (piece: number) => number,
): number {
  const start = random.below(pieceCount);
  let best = -1;
  let least = Infinity;
  let ties = 0;
  let from = start;
  let around = false;
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    let piece = next(from);
    if (piece < 0 && !around) {
      around = true;
      piece = next(0);
    }
    if (piece < 0 || (around && piece >= start)) return best;
    from = piece + 1;
    const found = score(piece);
    if (found > least) continue;
    ties = found < least ? 1 : ties + 1;
    least = found;
    if (random.below(ties) === 0) best = piece;
  }
  return best;
}
