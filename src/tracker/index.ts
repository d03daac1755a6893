/** Public names of the tracker program. */
export { createTracker } from './create-tracker.ts';
export type { Tracker } from './create-tracker.ts';
export type { TrackerOptions } from './options.ts';
export type { TrackerLists } from './rule-files.ts';
export type { TrackerStatistics } from './statistics.ts';
export type { TrackerError, TrackerErrorCode } from './tracker-error.ts';
export type { StatisticsFor } from './tracker-site.ts';
export * from './load/index.ts';
