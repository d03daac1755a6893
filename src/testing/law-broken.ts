/**
 * The one way in which a law says that it was broken: by name, with what was seen.
 *
 * A reactor under test never sees it: call-backs note a breach and go on, and the suite throws it at its next step.
 */
import type { LawName } from './law-name.ts';

/** A reactor broke a law. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';
  readonly law: LawName;

  constructor(law: LawName, detail: string, options: ErrorOptions = {}) {
    super(`broken law "${law}": ${detail}`, options);
    this.law = law;
  }
}
