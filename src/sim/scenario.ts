/**
 * A simulated swarm as data: who takes part, over what links, what goes wrong, and when it is over.
 *
 * A scenario and a seed value decide a run completely. `scenario-schema.ts` checks one that comes from a file,
 * `draw-scenario.ts` makes one up. Bytes and milliseconds throughout.
 */
import type { ChokerName, DisclosureName, PickerName } from '../behaviors/index.ts';
import type { Millis } from '../core/index.ts';
import type { RateLimits, SessionConfig } from '../protocol/index.ts';
import type { FaultPlan } from './faults/plan.ts';

/** `bytes`: through the codec, cut into chunks by chance. `messages`: objects, and payload by length alone. */
export type Fidelity = 'bytes' | 'messages';
/** What carries the machines: the memory reactor itself, or RxJS over it. */
export type ReactorKind = 'memory' | 'rx';

export interface PeerPlan {
  /** What its disk holds at first: everything, nothing, what lies before the middle, or all but the last piece. */
  readonly holds: 'all' | 'none' | 'half' | 'all-but-last';
  /** Bytes per second; null: no limit. */
  readonly up: number | null;
  readonly down: number | null;
  /** When it comes. */
  readonly arrives: Millis;
  /** When it goes in good order, after it has everything; null: it stays. */
  readonly leavesAfter: Millis | null;
  /** Others can connect to it. */
  readonly reachable: boolean;
  readonly picker: PickerName | null;
  readonly choker: ChokerName | null;
  readonly disclosure: DisclosureName | null;
  readonly config: Partial<SessionConfig>;
  /** What its application limits from the start; null: nothing. */
  readonly limits: PeerLimits | null;
}

/** Of the whole session, and of its torrent beside that. */
export interface PeerLimits {
  readonly session: RateLimits;
  readonly torrent: RateLimits;
}

/** How peers find each other. */
export type Introduction =
  | {
      readonly type: 'tracker';
      readonly transport: 'http' | 'udp' | 'both';
      readonly interval: Millis;
    }
  /** Who comes is told of so many peers that came before, by chance, and of the first one. */
  | { readonly type: 'given'; readonly degree: number };

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly reactor: ReactorKind;
  readonly content: {
    readonly length: number;
    readonly pieceLength: number;
    readonly files: number;
    readonly private: boolean;
  };
  /** One-way delay between two hosts: drawn per host, added for a pair. */
  readonly latency: { readonly least: Millis; readonly most: Millis };
  readonly introduction: Introduction;
  readonly peers: readonly PeerPlan[];
  readonly faults: FaultPlan;
  /** The run ends here at the latest, counted from the end of the faults; null: the bound of I-36. */
  readonly patience: Millis | null;
}
