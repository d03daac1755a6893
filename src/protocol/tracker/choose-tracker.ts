/**
 * Which tracker of a lane is announced to next, with which event, and when: the facts of each tracker against the clock.
 * Keeps and pushes nothing.
 */
import type { Millis } from '../../core/index.ts';
import type { AnnounceEvent } from '../session/event.ts';
import type { Lane } from './announce-lanes.ts';
import { aloneMinIntervalMax, retrySoonMax } from './limits.ts';
import type { Tracker } from './tiers.ts';

/** What the tracker hears next. */
export function eventFor(tracker: Tracker, complete: boolean): AnnounceEvent {
  if (!tracker.started) return 'started';
  return complete && tracker.incomplete ? 'completed' : 'none';
}

/**
 * The tracker to announce to now, or when to look again. `resting`: nothing regular is due; `complete`: everything is
 * held; `alone`: nobody is connected.
 */
export function chooseTracker(
  lane: Lane,
  resting: boolean,
  complete: boolean,
  alone: boolean,
  now: Millis,
): Tracker | Millis {
  const welcome = (tracker: Tracker): Millis =>
    eventFor(tracker, complete) === 'none' ? welcomeAt(tracker, alone) : -Infinity;
  const trackers = lane.trackers();
  let wake = Infinity;
  for (const tracker of trackers) {
    // A `completed` is owed to everyone who heard `started` before, whatever the order; so is what was asked for.
    const owed = eventFor(tracker, complete) === 'completed';
    if (!owed && !tracker.asked) continue;
    const at = Math.max(tracker.retryAt, welcome(tracker));
    if (at <= now) return tracker;
    wake = Math.min(wake, at);
  }
  if (resting) return wake;
  const dueAt = alone ? Math.min(lane.dueAt, lane.dueAloneAt) : lane.dueAt;
  if (dueAt > now) return Math.min(wake, dueAt);
  for (const tracker of trackers) {
    if (tracker.retryAt > now) {
      wake = Math.min(wake, tracker.retryAt);
      continue;
    }
    const at = welcome(tracker);
    return at > now ? Math.min(wake, at) : tracker;
  }
  return wake;
}

/** When a regular announce is welcome; a min interval counts only so far while nobody is connected. */
function welcomeAt(tracker: Tracker, alone: boolean): Millis {
  return Math.min(tracker.welcomeAt, alone ? tracker.lastAt + aloneMinIntervalMax : Infinity);
}

/** Who asked for an announce does not wait longer than `retrySoonMax` for the end of a back-off. */
export function hurry(tracker: Tracker, now: Millis): void {
  if (tracker.retryAt === Infinity) return;
  tracker.retryAt = Math.min(tracker.retryAt, Math.max(now, tracker.lastAt + retrySoonMax));
}
