/**
 * How long turns of the event loop are held, phase by phase: what a timer of a millisecond comes late.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** One phase of a case. Milliseconds, and bytes. */
export interface Phase {
  readonly phase: string;
  readonly milliseconds: number;
  /** The longest turn, and that of which one in a hundred is longer. */
  readonly turnMax: number;
  readonly turnP99: number;
  /** Resident at the end of it. */
  readonly memory: number;
}

export class LoopWatch {
  readonly #delays = monitorEventLoopDelay({ resolution: 1 });
  readonly phases: Phase[] = [];

  constructor() {
    this.#delays.enable();
  }

  /** Runs one phase, and writes it down. */
  async phase<T>(phase: string, run: () => Promise<T>): Promise<T> {
    this.#delays.reset();
    await breathe(); // the first delay after a reset is not counted
    const began = performance.now();
    const result = await run();
    const milliseconds = performance.now() - began;
    await breathe(); // a turn that is still held is counted when it is over
    this.phases.push({
      phase,
      milliseconds,
      turnMax: this.#delays.max / 1e6,
      turnP99: this.#delays.percentile(99) / 1e6,
      memory: process.memoryUsage.rss(),
    });
    return result;
  }
}

async function breathe(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 3));
}
