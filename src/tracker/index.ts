/** Public names of the tracker program. */
export { createTracker } from './create-tracker.ts';
export type { Tracker, TrackerOptions } from './create-tracker.ts';
