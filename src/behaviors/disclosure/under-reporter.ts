/**
 * Claim: who tells of one piece at a time keeps others interested longer, at the price of the diversity of the swarm.
 * Levin, LaCurts, Spring, Bhattacharjee, SIGCOMM 2008 ("strategic revealing"), from memory.
 *
 * Shows each peer one piece, the commonest that it lacks, so that what is rare stays its own for longest; the next one
 * when that has arrived, or when the peer wants nothing of it. Complete or not.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Disclosure } from '../../protocol/index.ts';
import { Offers } from './offers.ts';

export interface UnderReporterOptions {
  /** After how long a peer that is not interested is told of something else: 1,000 to 3,600,000 ms. Default 10,000. */
  readonly patience?: Millis;
}

export function underReporterLike(options: UnderReporterOptions = {}): Behavior<Disclosure> {
  const { patience = 10_000 } = options;
  return (torrent, random) =>
    new Offers(torrent, random, {
      window: 1,
      patience,
      hides: () => true,
      score: (piece) => -torrent.availability(piece),
      settles: ({ arrived }) => arrived,
    });
}
