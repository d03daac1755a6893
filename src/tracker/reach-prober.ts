/**
 * Carries out what `Reachability` wants tried: dials, tells what came of each, and is idle while nobody waits.
 *
 * Invariant: no more dials are under way than it allows; after `stop` none is, and no timer is set. It knows neither sockets
 * nor the system's clock: both are given, so that the same object runs in virtual time.
 */
import type { Millis } from '../core/index.ts';
import type { Endpoint, Reachability, ReachOutcome } from '../protocol/index.ts';

/** Dials once and tells the outcome, never from inside the call; what it returns gives the dial up, untold. */
export type DialOnce = (
  endpoint: Endpoint,
  timeMax: Millis,
  ended: (outcome: ReachOutcome) => void,
) => () => void;

/** A clock and its alarm, which can be taken back. */
export interface ProberTime {
  now(): Millis;
  callLater(delay: Millis, call: () => void): { cancel(): void };
}

/** How often it looks whether somebody waits, in milliseconds. */
const LOOK_MILLIS: Millis = 250;

export class ReachProber {
  readonly #reachability: Reachability;
  readonly #dial: DialOnce;
  readonly #time: ProberTime;
  readonly #dials = new Set<() => void>();
  #look: { cancel(): void };
  #stopped = false;

  constructor(reachability: Reachability, dial: DialOnce, time: ProberTime) {
    this.#reachability = reachability;
    this.#dial = dial;
    this.#time = time;
    this.#look = this.#later();
  }

  stop(): void {
    this.#stopped = true;
    this.#look.cancel();
    for (const giveUp of this.#dials) giveUp();
    this.#dials.clear();
  }

  #later(): { cancel(): void } {
    return this.#time.callLater(LOOK_MILLIS, () => {
      this.#start();
      this.#look = this.#later();
    });
  }

  #start(): void {
    for (;;) {
      const endpoint = this.#reachability.next(this.#time.now());
      if (endpoint === null) return;
      const { timeMax } = this.#reachability.limits;
      const giveUp = this.#dial(endpoint, timeMax, (outcome) => {
        this.#dials.delete(giveUp);
        if (this.#stopped) return;
        this.#reachability.ended(endpoint, outcome, this.#time.now());
        this.#start();
      });
      this.#dials.add(giveUp);
    }
  }
}
