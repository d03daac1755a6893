/**
 * Tries again while the process has no descriptors left, for a bounded time: strangers that hold them are cut within
 * seconds, so a file that cannot be opened now can be opened soon (F-24).
 *
 * Invariant: what is tried is tried once at least and then once per delay; after `stop` no timer is left and nothing is
 * tried again. Any other failure is told at once.
 */
import type { Millis } from '../../../core/index.ts';
import { codeOf } from '../faults.ts';

export interface PatienceLimits {
  /** Between two tries. */
  readonly openRetryDelay: Millis;
  /** Tries in all. */
  readonly openTriesMax: number;
}

export class Patience {
  readonly #limits: PatienceLimits;
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();
  #stopped = false;

  constructor(limits: PatienceLimits) {
    this.#limits = limits;
  }

  /** @param makeRoom Lets go of what can be spared, before each further try. */
  async attempt<T>(run: () => Promise<T>, makeRoom: () => Promise<unknown>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await run();
      } catch (error) {
        const code = codeOf(error);
        if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
        if (this.#stopped || tries >= this.#limits.openTriesMax) throw error;
        await makeRoom();
        // What we could spare is used at once; only then others are waited for.
        if (tries > 1) await this.#delay();
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const [timer, wake] of this.#waiting) {
      clearTimeout(timer);
      wake();
    }
    this.#waiting.clear();
  }

  #delay(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((wake) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        wake();
      }, this.#limits.openRetryDelay);
      this.#waiting.set(timer, wake);
    });
  }
}
