/** To how many trackers a torrent announces itself at a time: two independent wishes. Imports nothing. */

/** How many trackers hear of a torrent at a time. Both false: one. */
export interface AnnounceReach {
  /** All trackers of a tier, not only the first that answers. */
  readonly allTrackers: boolean;
  /** All tiers, not only the first in which one answers. */
  readonly allTiers: boolean;
}

/** BEP 12: one tracker at a time. */
export const oneTracker: AnnounceReach = { allTrackers: false, allTiers: false };
