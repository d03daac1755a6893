/**
 * The virtual clock: time passes because the next event is due, and for no other reason.
 *
 * Owns `now` and the order of all that happens: by time, then by who asked first. After each event, while its instant
 * still lasts, `Settling` parties are called: what one event did in several strokes (messages of one turn, however
 * they were chopped) is looked at once, when it is over. Those who send come last, when nobody has anything more to say:
 * what leaves together does not depend on the strokes. Does not know what the events mean.
 */
import { assert } from '../../core/index.ts';
import { EventQueue } from './event-queue.ts';
import type { Due, Micros } from './event-queue.ts';

/** Something to be done at the end of the event that made it necessary. */
export interface Settling {
  settle(): void;
}

export class VirtualClock {
  readonly #queue = new EventQueue();
  readonly #unsettled: (Settling | null)[] = [];
  /** How many of them there are: the array itself never shrinks. */
  #unsettledCount = 0;
  /** The same, of those who settle when nobody else is left. */
  readonly #senders: (Settling | null)[] = [];
  #senderCount = 0;
  #now: Micros = 0;
  #events = 0;
  #stopped = false;

  /** Microseconds since the world began. */
  get now(): Micros {
    return this.#now;
  }

  /** Events that have happened. */
  get events(): number {
    return this.#events;
  }

  /** Events that wait. */
  get pending(): number {
    return this.#queue.size;
  }

  /** Tells `target` at `time`, which is not in the past. */
  at(time: Micros, target: Due, kind: number, arg: number): void {
    assert(time >= this.#now, 'clock: an event in the past');
    this.#queue.push(time, target, kind, arg);
  }

  /** Calls `party.settle()` when the running event is over; outside of one, before the next. */
  unsettled(party: Settling): void {
    this.#unsettled[this.#unsettledCount++] = party;
  }

  /** As `unsettled`, behind all who are that. */
  sends(party: Settling): void {
    this.#senders[this.#senderCount++] = party;
  }

  /** Lets one event happen. False: nothing is due at `until` or before. */
  step(until: Micros = Infinity): boolean {
    this.#settle();
    const target = this.#queue.take(until);
    if (target === null) return false;
    this.#now = this.#queue.time;
    this.#events++;
    target.due(this.#queue.kind, this.#queue.arg);
    this.#settle();
    return true;
  }

  /**
   * Lets everything happen that is due at `until` or before, and sets the clock to `until`. `stop` ends it early, and
   * leaves the clock where it was. Returns how many events happened.
   */
  runUntil(until: Micros): number {
    const before = this.#events;
    this.#stopped = false;
    while (!this.#isStopped() && this.step(until));
    if (!this.#isStopped() && until > this.#now && until < Infinity) this.#now = until;
    return this.#events - before;
  }

  /** Ends the running `runUntil` after the event that is happening. */
  stop(): void {
    this.#stopped = true;
  }

  /** When the next event is due; Infinity: there is none. */
  get nextTime(): Micros {
    this.#settle();
    return this.#queue.nextTime;
  }

  /** The field as it is now: the compiler does not know that an event may have changed it. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  #settle(): void {
    if (this.#unsettledCount + this.#senderCount === 0) return;
    const parties = this.#unsettled;
    const senders = this.#senders;
    // By index: settling one may unsettle another.
    for (let next = 0, sender = 0; ;) {
      if (next < this.#unsettledCount) {
        const party = parties[next]!;
        parties[next++] = null;
        party.settle();
      } else if (sender < this.#senderCount) {
        const party = senders[sender]!;
        senders[sender++] = null;
        party.settle();
      } else break;
    }
    this.#unsettledCount = 0;
    this.#senderCount = 0;
  }
}
