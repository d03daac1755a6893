/** What the law of disclosure judges, and the names of its laws. A name never changes: tests are made of them. */
import type { Behavior, Disclosure } from '../../protocol/index.ts';

export interface DisclosureSubject {
  readonly behavior: Behavior<Disclosure | null>;
}

export const disclosureLawNames = {
  held: 'shows and reveals only what we have',
  there: 'reveals only to peers that are there',
  once: 'tells nobody twice, nor of what it has',
  wakes: 'wakeAt is later than now, once time has been told',
  same: 'the same for the same seed value',
  finishes: 'everybody who stays gets everything',
  changes: 'asks no more of many pieces than of few',
} as const;
