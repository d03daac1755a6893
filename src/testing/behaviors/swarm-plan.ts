/** Drawn worlds for the law of pickers: small torrents and short lists of steps, so that what fails is a few lines. */
import type { Random } from '../../core/index.ts';
import { between } from './law.ts';
import type { ModelSize } from './model-torrent.ts';

/** How often each kind of step comes, of 27. */
const WEIGHTS = {
  pick: 8,
  receive: 6,
  'leech-joins': 3,
  have: 3,
  'seed-joins': 1,
  leaves: 1,
  choke: 1,
  'allow-fast': 1,
  priority: 1,
  'settle-bad': 1,
  release: 1,
} as const;

export type StepKind = keyof typeof WEIGHTS;

/** `a` and `b` choose among what there is, modulo its number. */
export interface Step {
  readonly kind: StepKind;
  readonly a: number;
  readonly b: number;
}

/** A torrent, a stream for what else is drawn, and what happens to them. */
export interface SwarmPlan {
  readonly random: Random;
  readonly size: ModelSize;
  readonly steps: readonly Step[];
}

const LOTS = (Object.entries(WEIGHTS) as [StepKind, number][]).flatMap(([kind, weight]) =>
  Array.from({ length: weight }, () => kind),
);

/** `part`, from 0 to 1: how much of the usual length. */
export function drawPlan(random: Random, part: number): SwarmPlan {
  const draws = random.fork('plan');
  const blocksPerPiece = between(draws, 1, 4);
  const size = {
    pieceCount: between(draws, 1, 9),
    blocksPerPiece,
    lastBlocks: between(draws, 1, blocksPerPiece),
  };
  const steps = Array.from({ length: between(draws, 4, 10 + Math.round(50 * part)) }, () => ({
    kind: LOTS[draws.below(LOTS.length)]!,
    a: draws.below(256),
    b: draws.below(256),
  }));
  return { random: random.fork('play'), size, steps };
}
