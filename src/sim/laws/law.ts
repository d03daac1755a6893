/**
 * One law of the reference: its name, how often it was looked at, and the one way in which it is broken.
 *
 * Invariant: `judged` rises by one for every message, effect or moment to which the law applied, so that a law that
 * never applied shows. Knows nothing of what the law says.
 */
import type { Millis } from '../../core/index.ts';
import { Violation } from '../judge.ts';
import type { Judge, JudgedPeer } from '../judge.ts';

export class Law {
  /** `I-08`. */
  readonly name: string;
  judged = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Ends the run. `peer` null: the law is about the whole run. */
  broken(peer: JudgedPeer | null, at: Millis, detail: string): never {
    throw new Violation(this.name, peer === null ? null : peer.index, at, detail);
  }
}

/** A judge that says which laws it judges. */
export interface LawJudge extends Judge {
  readonly laws: readonly Law[];
}
