/**
 * The one way in which a law says that it was broken: by name, with what was seen.
 *
 * A reactor under test never sees it: call-backs note a breach and go on, and the suite throws it at its next step.
 */

/** A reactor or a behavior broke a law. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';
  /** The name of the law: of a reactor a `LawName`. */
  readonly law: string;

  constructor(law: string, detail: string, options: ErrorOptions = {}) {
    super(`broken law "${law}": ${detail}`, options);
    this.law = law;
  }
}
