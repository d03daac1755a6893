/**
 * A machine that is watched while it steps: its inputs and events go into the hash of the run, and all of it to the
 * judges, where there are any.
 *
 * Changes nothing: the same inputs give the same effects, in the same order, as without it. One object for the life of a
 * session, and nothing allocated per step.
 */
import type { Machine, Millis, Sink } from '../core/index.ts';
import { TraceHash } from '../core/index.ts';
import { mixEvent, mixInput } from '../protocol/index.ts';
import type { SessionEffect, SessionEvent, SessionInput } from '../protocol/index.ts';
import type { Judge, JudgedPeer } from './judge.ts';

/** The hashes of a whole run. */
export interface RunHashes {
  /** Every input and every event of every peer. */
  readonly trace: TraceHash;
  /** Every event: the same in both fidelities. */
  readonly events: TraceHash;
}

export class ObservedSession implements Machine<SessionInput, SessionEffect>, Sink<SessionEffect> {
  readonly #machine: Machine<SessionInput, SessionEffect>;
  readonly #index: number;
  readonly #hashes: RunHashes | null;
  readonly #judge: Judge | null;
  readonly #peer: JudgedPeer | null;
  #now: Millis = 0;
  #out: Sink<SessionEffect> | null = null;
  /** Inputs so far. */
  steps = 0;

  constructor(
    machine: Machine<SessionInput, SessionEffect>,
    index: number,
    hashes: RunHashes | null,
    judge: Judge | null,
    peer: JudgedPeer | null,
  ) {
    this.#machine = machine;
    this.#index = index;
    this.#hashes = hashes;
    this.#judge = judge;
    this.#peer = peer;
  }

  get deadline(): Millis {
    return this.#machine.deadline;
  }

  step(input: SessionInput, now: Millis, out: Sink<SessionEffect>): void {
    this.steps++;
    const hashes = this.#hashes;
    if (hashes !== null) {
      hashes.trace.mixNumber(this.#index);
      hashes.trace.mixNumber(now);
      mixInput(hashes.trace, input);
    }
    const judge = this.#judge;
    const peer = this.#peer;
    this.#now = now;
    this.#out = out;
    if (judge !== null && peer !== null) judge.input?.(peer, input, now);
    this.#machine.step(input, now, this);
    if (judge !== null && peer !== null) judge.stepped?.(peer, now);
    this.#out = null;
  }

  push(effect: SessionEffect): void {
    if (effect.type === 'notify') this.#mix(effect.event);
    if (this.#judge !== null && this.#peer !== null) {
      this.#judge.effect?.(this.#peer, effect, this.#now);
    }
    this.#out?.push(effect);
  }

  #mix(event: SessionEvent): void {
    const hashes = this.#hashes;
    if (hashes === null) return;
    hashes.events.mixNumber(this.#index);
    hashes.events.mixNumber(this.#now);
    mixEvent(hashes.events, event);
    mixEvent(hashes.trace, event);
  }
}
