/** A swarm that takes a few hundredths of a second, with two classes of links. */
import { expandScenario } from '../../src/lab/index.ts';
import type { LabScenario } from '../../src/lab/index.ts';

export const tiny: Readonly<Record<string, unknown>> = {
  name: 'tiny',
  content: { length: 1_048_576, pieceLength: 65_536 },
  seeds: [{ up: 50_000 }],
  classes: [
    { name: 'slow', share: 0.5, up: 25_000, down: 100_000 },
    { name: 'fast', share: 0.5, up: 75_000, down: 400_000 },
  ],
  arrivals: [{ type: 'flash-crowd', count: 6, rate: 2 }],
  probes: { every: 5 },
};

export function tinyScenario(more: Readonly<Record<string, unknown>> = {}): LabScenario {
  return expandScenario({ ...tiny, ...more });
}
