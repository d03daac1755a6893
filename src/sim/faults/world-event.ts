/**
 * What happens to the world at a moment: the timeline that a plan compiles to, and that the runner carries out.
 *
 * Every event that breaks something is followed by the one that makes it whole, no later than its entry's `until`.
 * Events of different entries may cross (a host crashes while it is frozen): one that makes no sense at its moment is
 * skipped and not counted.
 */
import type { ChokerName, DisclosureName, PickerName } from '../../behaviors/index.ts';
import type { Millis } from '../../core/index.ts';
import type { PeerLimits } from '../scenario.ts';
import type { CrashMode, Meddling, TrackerMode } from './plan.ts';

export type WorldEvent =
  /**
   * Peers of different groups do not hear each other; who is in no group hears everybody. `oneWay`: only what the first
   * group says to the others is lost. `id` names this cut, so that it can be healed while others stay.
   */
  | {
      readonly type: 'partition';
      readonly id: string;
      readonly groups: readonly (readonly number[])[];
      readonly oneWay: boolean;
    }
  | { readonly type: 'heal'; readonly id: string }
  /** `process`: the kernel lives, windows close. `host`: nothing goes in or out, timers wait. */
  | { readonly type: 'freeze'; readonly peer: number; readonly what: 'process' | 'host' }
  | { readonly type: 'thaw'; readonly peer: number }
  /** `silent`: no connection is told; the remotes find out by themselves. */
  | {
      readonly type: 'crash';
      readonly peer: number;
      readonly mode: CrashMode;
      readonly silent: boolean;
    }
  /** The session is shut down in good order; the host goes when `closed` was told. */
  | { readonly type: 'close'; readonly peer: number }
  /** A new session on the same disk, that checks what it finds. Ends `crash` and `close`. */
  | { readonly type: 'restart'; readonly peer: number }
  /** Milliseconds forward, at once. Timers that were passed are due. */
  | { readonly type: 'clock-jump'; readonly peer: number; readonly by: Millis }
  /** Percent of the content's length that the disk holds; null: no limit. */
  | { readonly type: 'disk-limit'; readonly peer: number; readonly percent: number | null }
  /** `where`: which file, and where in it, in millionths of what there is. */
  | {
      readonly type: 'meddle';
      readonly peer: number;
      readonly how: Meddling;
      readonly file: number;
      readonly where: number;
    }
  /** All trackers; null: honest again. */
  | { readonly type: 'tracker'; readonly mode: TrackerMode | null }
  /** Nobody can connect to the peer; false: as the scenario has it. */
  | { readonly type: 'nat'; readonly peer: number; readonly behind: boolean }
  /** Null: the link that the scenario gave it. */
  | {
      readonly type: 'link';
      readonly peer: number;
      readonly link: {
        readonly up: number;
        readonly down: number;
        readonly latency: Millis;
      } | null;
    }
  /** The application of the peer gives a command. */
  | {
      readonly type: 'order';
      readonly peer: number;
      readonly order: 'stop' | 'start' | 'remove' | 'add' | 'recheck' | 'announce';
    }
  /** Null: as the scenario has it. */
  | {
      readonly type: 'flags';
      readonly peer: number;
      readonly flags: { readonly downloading: boolean; readonly seeding: boolean } | null;
    }
  | { readonly type: 'limits'; readonly peer: number; readonly limits: PeerLimits | null }
  | {
      readonly type: 'behaviors';
      readonly peer: number;
      readonly behaviors: {
        readonly picker: PickerName;
        readonly choker: ChokerName;
        readonly disclosure: DisclosureName;
      } | null;
    };

/** An event, when it is due, and which entry it belongs to. */
export interface TimedEvent {
  /** Milliseconds since the run began. */
  readonly at: Millis;
  /** The `name` of the entry. */
  readonly fault: string;
  /** It breaks something; false: it makes it whole again, and is not counted. */
  readonly breaks: boolean;
  readonly event: WorldEvent;
}
