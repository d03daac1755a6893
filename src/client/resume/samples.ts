/**
 * Which of the believed pieces are hashed at a start all the same: a few, by chance, bounded in bytes (S-68).
 */
import type { Random } from '../../core/index.ts';
import type { ChooseSamples } from '../../protocol/index.ts';

/** Pieces hashed at a start although nothing has changed, where the caller does not say. */
export const spotChecksDefault = 4;
/** Bytes of all of them. */
export const spotCheckBytesMax = 67_108_864;

/** Chooses up to `count` pieces, each once, ascending. At least one where `count` is not 0, however long pieces are. */
export function samplesOf(count: number, pieceLength: number, random: Random): ChooseSamples {
  const most = Math.min(count, Math.max(1, Math.floor(spotCheckBytesMax / pieceLength)));
  return (believed) => {
    if (believed.length <= most) return believed;
    const chosen = new Set<number>();
    while (chosen.size < most) chosen.add(believed[random.below(believed.length)]!);
    return [...chosen].sort((a, b) => a - b);
  };
}
