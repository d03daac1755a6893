/**
 * Claim: a seed whose uplink is short gives every piece once before it gives any twice.
 * Bharambe, Herley and Padmanabhan, INFOCOM 2006 ("smartseed"), from memory.
 *
 * A complete peer shows each other a few pieces, those that it has given least, and one more for each that arrives: by its own
 * count alone, whoever else has them, and without waiting for anybody. While it lacks something it tells everything.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Disclosure } from '../../protocol/index.ts';
import { Offers } from './offers.ts';

export interface SmartSeedOptions {
  /** Pieces that a peer is offered at once: 1 to 1000. Default 4. */
  readonly window?: number;
  /** After how long a peer that asks for nothing is offered something else: 1,000 to 3,600,000 ms. Default 60,000. */
  readonly patience?: Millis;
}

export function smartSeedLike(options: SmartSeedOptions = {}): Behavior<Disclosure> {
  const { window = 4, patience = 60_000 } = options;
  return (torrent, random) =>
    new Offers(torrent, random, {
      window,
      patience,
      hides: () => torrent.complete,
      score: (piece, offers) => offers.given(piece),
      settles: ({ arrived }) => arrived,
    });
}
