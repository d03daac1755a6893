/**
 * Claim: as many slots as the uplink fills, found by what each further peer adds. libtorrent, `rate_based_choker`.
 *
 * Peers by what we send them per second: the first that is below a threshold, which grows by `step` per peer, ends the
 * count; one more is tried. Of `slots` so many are given to the choker inside.
 */
import type { Behavior, Choker } from '../../protocol/index.ts';
import { narrowed } from './narrowed.ts';

export interface RateBasedSlotsOptions {
  /** Bytes per second that each further slot must bring more than the one before: 256 to 1,048,576. Default 2048. */
  readonly step?: number;
}

export function rateBasedSlots(
  inside: Behavior<Choker>,
  { step = 2048 }: RateBasedSlotsOptions = {},
): Behavior<Choker> {
  return narrowed(inside, ({ peers, slots }, _torrent, now) => {
    const rates = peers.map((peer) => peer.uploadRate(now)).sort((a, b) => b - a);
    let filled = 0;
    while (filled < rates.length && rates[filled]! >= step * (filled + 1)) filled++;
    return { peers, slots: Math.min(slots, filled + 1) };
  });
}
