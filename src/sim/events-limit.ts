/**
 * How many events a run may take before it is said to spin (I-37): counted in events, so that the answer is the same on
 * a slow machine. Far above what any scenario of its size needs.
 */
import type { Scenario } from './scenario.ts';

const BLOCK = 16_384;
const EVENTS_MIN = 3_000_000;
/** Events per block and peer: eight times what runs with all faults at once take. */
const EVENTS_PER_BLOCK = 40;

export function eventsLimit({ content, peers }: Scenario): number {
  const blocks = Math.ceil(content.length / Math.min(BLOCK, content.pieceLength));
  return EVENTS_MIN + EVENTS_PER_BLOCK * blocks * peers.length;
}
