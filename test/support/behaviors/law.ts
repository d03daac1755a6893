/**
 * A law: a name, and a check that throws where a behavior breaks it. Suites are lists of laws, so that one loop makes
 * tests of them for a good behavior, and another shows that a behavior that is wrong on purpose breaks the law meant.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

export interface Law<Subject> {
  readonly name: string;
  /** Throws where `subject` breaks the law. */
  readonly check: (subject: Subject) => void;
}

/** One test per law. */
export function describeLaws<Subject>(
  title: string,
  laws: readonly Law<Subject>[],
  subject: Subject,
): void {
  describe(title, () => {
    for (const law of laws) {
      it(law.name, () => {
        law.check(subject);
      });
    }
  });
}

/** A test that `subject` breaks the law of this name. */
export function itBreaks<Subject>(
  what: string,
  laws: readonly Law<Subject>[],
  name: string,
  subject: Subject,
): void {
  it(`${what} breaks "${name}"`, () => {
    const law = laws.find((candidate) => candidate.name === name);
    assert.ok(law, `no law is called "${name}"`);
    assert.throws(() => {
      law.check(subject);
    });
  });
}
