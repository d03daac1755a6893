/**
 * A law of behaviors: a name, and a check that throws `LawBroken` where a behavior breaks it.
 *
 * Suites are lists of laws, so that one call judges a behavior by all that bind it, one loop makes tests of them for any
 * test runner, and another shows that a behavior which is wrong on purpose breaks the law meant. Synchronous and pure:
 * everything is drawn from fixed seed values, so a law that is broken once is broken every time.
 */
import { createRandom } from '../../core/index.ts';
import type { Random } from '../../core/index.ts';
import { LawBroken } from '../law-broken.ts';

/** One law of one kind of behavior. */
export interface BehaviorLaw<Subject> {
  readonly name: string;
  /** Whether this subject claims to keep it. */
  binds(subject: Subject): boolean;
  /** Throws `LawBroken` where `subject` breaks the law, with the seed value and what was seen. */
  check(subject: Subject): void;
}

/** What a synchronous test runner offers, as far as it is needed here: mocha, `node:test` and others. */
export interface SyncRunner {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: (title: string, run: () => void) => unknown;
}

/** One test per law that binds the subject. */
export function describeLaws<Subject>(
  title: string,
  laws: readonly BehaviorLaw<Subject>[],
  subject: Subject,
  { describe, it }: SyncRunner,
): void {
  describe(title, () => {
    for (const law of laws.filter((each) => each.binds(subject))) {
      it(law.name, () => {
        law.check(subject);
      });
    }
  });
}

/** Throws `LawBroken` with the first law that binds the subject and that it breaks. */
export function judgeBy<Subject>(laws: readonly BehaviorLaw<Subject>[], subject: Subject): void {
  for (const law of laws) if (law.binds(subject)) law.check(subject);
}

/** The names of the laws among `laws` that the subject breaks, whether they bind it or not. */
export function brokenLaws<Subject>(
  laws: readonly BehaviorLaw<Subject>[],
  subject: Subject,
): readonly string[] {
  return laws.flatMap((law) => {
    try {
      law.check(subject);
      return [];
    } catch (error) {
      if (error instanceof LawBroken) return [law.name];
      throw error;
    }
  });
}

/** Throws `LawBroken` unless `holds`. `detail`: what was seen instead. */
export function insist(holds: boolean, law: string, detail: () => string): void {
  if (!holds) throw new LawBroken(law, detail());
}

/** Calls `each` with `count` streams of their own, and with what names them in a message. The first ones are for short worlds. */
export function eachSeed(
  count: number,
  each: (random: Random, name: string, part: number) => void,
): void {
  for (let seed = 1; seed <= count; seed++) {
    each(createRandom(seed), `seed value ${seed}`, seed / count);
  }
}

/** An integer from `least` to `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}
