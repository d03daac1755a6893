/**
 * Claim: a first seed sends little more than one copy of everything before others can.
 * BEP 16 (Hoffman 2003).
 *
 * A complete peer shows nothing but one piece to each other, the one that will be rarest, and the next one only when
 * somebody else has the last: so nobody who keeps what it gets is given more. Alone with one peer it does not wait. While
 * it lacks something it lives of trade, and tells everything.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Disclosure } from '../../protocol/index.ts';
import { Offers } from './offers.ts';

export interface SuperSeedingOptions {
  /** How long a peer waits until somebody else has its piece: 1,000 to 3,600,000 ms. Default 60,000. */
  readonly patience?: Millis;
  /** False: it is enough that the peer itself has its piece. Default true, as BEP 16 has it. */
  readonly strict?: boolean;
}

export function superSeeding(options: SuperSeedingOptions = {}): Behavior<Disclosure> {
  const { patience = 60_000, strict = true } = options;
  return (torrent, random) =>
    new Offers(torrent, random, {
      window: 1,
      patience,
      hides: () => torrent.complete,
      score: (piece, offers) => torrent.availability(piece) + offers.pending(piece),
      settles: ({ arrived, others, alone }) => others > 0 || (arrived && (alone || !strict)),
    });
}
