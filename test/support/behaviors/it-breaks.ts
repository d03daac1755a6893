/** A test that a behavior which is wrong on purpose breaks the law meant, and is told so by its name. */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import { LawBroken } from '../../../src/testing/index.ts';
import type { BehaviorLaw } from '../../../src/testing/index.ts';

export function itBreaks<Subject>(
  what: string,
  laws: readonly BehaviorLaw<Subject>[],
  name: string,
  subject: Subject,
): void {
  it(`${what} breaks "${name}"`, () => {
    const law = laws.find((candidate) => candidate.name === name);
    assert.ok(law, `no law is called "${name}"`);
    assert.throws(
      () => law.check(subject),
      (error) => error instanceof LawBroken && error.law === name,
    );
  });
}
