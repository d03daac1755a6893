/**
 * What a person got wrong, found before anything ran or was written.
 *
 * One line that names the field and what is allowed, and one that says what to do. Never our own bug: those are
 * assertions.
 */

/** `scenario`: not a valid scenario. `folder`: a results folder that cannot be used. `request`: words that make no sense together. `queue`: a queue that cannot be used. */
export type FaultKind = 'scenario' | 'folder' | 'request' | 'queue';

export class LabFault extends Error {
  readonly kind: FaultKind;
  /** What to do about it. */
  readonly advice: string;

  constructor(kind: FaultKind, what: string, advice: string) {
    super(what);
    this.name = 'LabFault';
    this.kind = kind;
    this.advice = advice;
  }
}
