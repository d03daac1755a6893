/**
 * Many judges as one: each hears what it listens to, in the order of the list. The first broken law ends the run, since
 * a `Violation` is thrown through here.
 */
import type { Millis } from '../../core/index.ts';
import type { SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { Judge, JudgedPeer, JudgedRun } from '../judge.ts';
import { allJudges } from './all-judges.ts';
import type { Law, LawJudge } from './law.ts';

type Hook = keyof Judge;

export class Panel implements Judge {
  /** All laws on the panel, in order. */
  readonly laws: readonly Law[];
  readonly #judges: readonly LawJudge[];
  readonly #inputs: readonly LawJudge[];
  readonly #effects: readonly LawJudge[];
  readonly #stepped: readonly LawJudge[];

  constructor(judges: readonly LawJudge[] = allJudges()) {
    this.#judges = judges;
    this.laws = judges.flatMap((judge) => judge.laws);
    // The three that are called for every input: only those who listen.
    const listening = (hook: Hook): LawJudge[] => judges.filter((judge) => hook in judge);
    this.#inputs = listening('input');
    this.#effects = listening('effect');
    this.#stepped = listening('stepped');
  }

  /** How often each law was judged, by name. */
  get judged(): Map<string, number> {
    return new Map(this.laws.map((law) => [law.name, law.judged]));
  }

  born(peer: JudgedPeer, now: Millis): void {
    for (const judge of this.#judges) judge.born?.(peer, now);
  }

  gone(peer: JudgedPeer, crashed: boolean, now: Millis): void {
    for (const judge of this.#judges) judge.gone?.(peer, crashed, now);
  }

  input(peer: JudgedPeer, input: SessionInput, now: Millis): void {
    const judges = this.#inputs;
    for (let i = 0; i < judges.length; i++) judges[i]!.input!(peer, input, now);
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    const judges = this.#effects;
    for (let i = 0; i < judges.length; i++) judges[i]!.effect!(peer, effect, now);
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const judges = this.#stepped;
    for (let i = 0; i < judges.length; i++) judges[i]!.stepped!(peer, now);
  }

  threw(peer: JudgedPeer, error: unknown, now: Millis): void {
    for (const judge of this.#judges) judge.threw?.(peer, error, now);
  }

  second(run: JudgedRun, now: Millis): void {
    for (const judge of this.#judges) judge.second?.(run, now);
  }

  end(run: JudgedRun, now: Millis): void {
    for (const judge of this.#judges) judge.end?.(run, now);
  }
}
