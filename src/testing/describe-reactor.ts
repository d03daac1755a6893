/**
 * Hands the laws to a test runner: mocha, `node:test` or any other with `describe`, `it` and `it.skip`.
 *
 * Invariant: every law is either run or shown as skipped with its reason; none is left out in silence.
 */
import { assert } from '../core/index.ts';
import type { ReactorBuilder } from './reactor-builder.ts';
import type { LawName } from './law-name.ts';
import type { Capability, ReactorLaw } from './reactor-law.ts';
import { reactorLaws } from './reactor-laws.ts';
import { transferLaws } from './transfer/transfer-laws.ts';

/** Laws that a reactor does not keep, each with the reason. */
export type SkipList = Readonly<Partial<Record<LawName, string>>>;

/** What a test runner offers, as far as it is needed here. */
export interface TestRunner {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: ((title: string, run: () => Promise<void>) => unknown) & {
    readonly skip: (title: string, run: () => Promise<void>) => unknown;
  };
}

/** How to run the laws. */
export interface DescribeReactorOptions extends TestRunner {
  readonly skip?: SkipList;
  /** By default all of `reactorLaws` and `transferLaws`. */
  readonly laws?: readonly ReactorLaw[];
}

/** One test per law. */
export function describeReactor(
  title: string,
  builder: ReactorBuilder,
  options: DescribeReactorOptions,
): void {
  const { describe, it, skip = {}, laws = [...reactorLaws, ...transferLaws] } = options;
  describe(title, () => {
    for (const law of laws) {
      const reason = skip[law.name];
      assert(reason !== '', 'a law is skipped for a reason');
      if (reason === undefined) it(law.name, () => law.run(builder));
      else it.skip(`${law.name} (${reason})`, () => law.run(builder));
    }
  });
}

/** Skips every law of one capability, for a reactor that does without it. */
export function skipCapability(capability: Capability, reason: string): SkipList {
  const skipped = [...reactorLaws, ...transferLaws].filter((law) => law.capability === capability);
  return Object.fromEntries(skipped.map(({ name }) => [name, reason]));
}
