/**
 * Candidates whose host must not be dialled yet, in order, by host; when a host's time comes, one of them goes free.
 *
 * One at a time, so that thousands of ports of one host never stand in the way of others. Invariant: what is here has
 * place `held`, or was forgotten meanwhile.
 */
import type { Millis } from '../../../core/index.ts';
import type { Candidate } from './candidates.ts';

interface Held {
  at: Millis;
  readonly waiting: Candidate[];
}

export class HeldCandidates {
  readonly #hosts = new Map<string, Held>();
  #deadline: Millis = Infinity;

  /** When the next one goes free; Infinity: nobody waits. */
  get deadline(): Millis {
    return this.#deadline;
  }

  /** The caller has moved it to `held`. */
  add(candidate: Candidate, at: Millis): void {
    const { host } = candidate.address;
    const held = this.#hosts.get(host);
    if (held === undefined) this.#hosts.set(host, { at, waiting: [candidate] });
    else held.waiting.push(candidate);
    this.#deadline = Math.min(this.#deadline, held?.at ?? at);
  }

  /** One candidate of each host whose time has come; the next of that host follows `every` later at the earliest. */
  due(now: Millis, every: Millis): readonly Candidate[] {
    const free: Candidate[] = [];
    if (now < this.#deadline) return free;
    this.#deadline = Infinity;
    for (const [host, held] of this.#hosts) {
      if (held.at <= now) {
        let next = held.waiting.shift();
        while (next !== undefined && next.place !== 'held') next = held.waiting.shift();
        if (next !== undefined) free.push(next);
        held.at = now + every;
      }
      if (held.waiting.length === 0) this.#hosts.delete(host);
      else this.#deadline = Math.min(this.#deadline, held.at);
    }
    return free;
  }
}
