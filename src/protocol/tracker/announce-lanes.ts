/**
 * To whom a torrent announces itself: its trackers in lanes, each with one announce under way at most and a clock of its
 * own. Within a lane the first tracker that does not back off is the one.
 *
 * One lane of all trackers is BEP 12 to the letter. With `allTiers` every tier is a lane; with `allTrackers` every tracker
 * is, and those of a later tier rest until all of the earlier ones have failed; with both, every tracker is one and none
 * rests. Invariant: every tracker is in exactly one lane. Pushes nothing.
 */
import type { Millis } from '../../core/index.ts';
import type { AnnounceReach } from './announce-reach.ts';
import type { Exchange } from './exchange.ts';
import type { Tiers, Tracker } from './tiers.ts';

export interface Lane {
  /** In the order in which they are tried, which changes. */
  trackers(): readonly Tracker[];
  /** The tier of its trackers; -1: of all tiers. */
  readonly tier: number;
  /** The announce under way. */
  current: Exchange | null;
  /** When the next announce is wanted. */
  dueAt: Millis;
  /** The same while nobody is connected. */
  dueAloneAt: Millis;
}

/** The lanes of these trackers, all due at once. */
export function lanesOf(tiers: Tiers, reach: AnnounceReach, now: Millis): Lane[] {
  const lane = (tier: number, trackers: () => readonly Tracker[]): Lane => ({
    trackers,
    tier,
    current: null,
    dueAt: now,
    dueAloneAt: now,
  });
  if (reach.allTrackers) {
    return tiers.inOrder().map((tracker) => {
      const alone = [tracker];
      return lane(tracker.tier, () => alone);
    });
  }
  if (!reach.allTiers) return [lane(-1, () => tiers.inOrder())];
  return Array.from({ length: tiers.count }, (_, tier) => lane(tier, () => tiers.of(tier)));
}

/**
 * Trackers or reach have changed: announces under way go on, and who has heard of us is told again when that was due. A
 * lane in which nobody has is due at once. Returns the announces that no lane has room for.
 */
export function carryOver(old: readonly Lane[], lanes: readonly Lane[]): Exchange[] {
  const homeless = new Set<Exchange>();
  for (const { current } of old) if (current !== null) homeless.add(current);
  for (const lane of lanes) {
    const trackers = lane.trackers();
    const known = old.filter((each) =>
      each.trackers().some((tracker) => tracker.started && trackers.includes(tracker)),
    );
    if (known.length > 0) {
      lane.dueAt = Math.min(...known.map(({ dueAt }) => dueAt));
      lane.dueAloneAt = Math.min(...known.map(({ dueAloneAt }) => dueAloneAt));
    }
    for (const exchange of homeless) {
      if (lane.current !== null || !trackers.includes(exchange.tracker)) continue;
      lane.current = exchange;
      homeless.delete(exchange);
    }
  }
  return [...homeless];
}

/** Whether the lane leaves regular announces to an earlier tier in which some tracker has not failed. */
export function rests(lane: Lane, lanes: readonly Lane[], reach: AnnounceReach): boolean {
  if (!reach.allTrackers || reach.allTiers) return false;
  return lanes.some(
    (other) => other.tier < lane.tier && other.trackers().some((tracker) => tracker.failures === 0),
  );
}
