/** Random worlds for the law suites: small torrents and short lists of steps, so that failures shrink to a few lines. */
import * as fc from 'fast-check';
import type { ModelSize } from './model-torrent.ts';

export type StepKind =
  | 'seed-joins'
  | 'leech-joins'
  | 'leaves'
  | 'have'
  | 'choke'
  | 'allow-fast'
  | 'priority'
  | 'pick'
  | 'receive'
  | 'settle-bad'
  | 'release';

/** `a` and `b` choose among what there is, modulo its number. */
export interface Step {
  readonly kind: StepKind;
  readonly a: number;
  readonly b: number;
}

export interface SwarmPlan {
  readonly seed: number;
  readonly size: ModelSize;
  readonly steps: readonly Step[];
}

const size: fc.Arbitrary<ModelSize> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.nat(3))
  .map(([pieceCount, blocksPerPiece, last]) => ({
    pieceCount,
    blocksPerPiece,
    lastBlocks: 1 + (last % blocksPerPiece),
  }));

const step = (kind: StepKind): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant(kind), a: fc.nat(255), b: fc.nat(255) });

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: step('pick'), weight: 8 },
    { arbitrary: step('receive'), weight: 6 },
    { arbitrary: step('leech-joins'), weight: 3 },
    { arbitrary: step('have'), weight: 3 },
    ...(
      ['seed-joins', 'leaves', 'choke', 'allow-fast', 'priority', 'settle-bad', 'release'] as const
    ).map((kind) => ({ arbitrary: step(kind), weight: 1 })),
  ),
  { minLength: 20, maxLength: 60 },
);

/** A torrent, a seed value, and what happens to them. */
export const swarmPlan: fc.Arbitrary<SwarmPlan> = fc.record({ seed: fc.integer(), size, steps });
