/** What the law of chokers judges, and the names of its laws. A name never changes: tests are made of them. */
import type { Behavior, Choker } from '../../protocol/index.ts';

/** A choker, and what it claims. */
export interface ChokerSubject {
  readonly behavior: Behavior<Choker>;
  /** Whether the torrent is complete: a seed's choker is judged on a seed. Default: false. */
  readonly complete?: boolean;
  /** Every peer that stays interested gets a slot in time, though it sends nothing and others do. Default: true. */
  readonly fair?: boolean;
}

export const chokerLawNames = {
  slots: 'never more unchoked than there are slots',
  interested: 'never a peer that is not interested, or a seed, or not there, or one twice',
  flips: 'no flip within 10 s, but for lost interest or fewer slots (I-17)',
  reason: 'gives a reason with each unchoke',
  serves: 'serves one of those who wait, or nobody, and the same one when asked twice',
  same: 'says the same for the same seed value',
  live: 'who alone is interested gets a free slot, and is served',
  starvation: 'everybody who stays interested gets a slot in time (I-18)',
} as const;
