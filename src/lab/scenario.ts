/**
 * An experiment as data: what is shared, over which links, who comes when and plays what, and when it is over.
 *
 * Expanded: every default is filled in, so that a copy saved with results says all of it. A scenario and a seed value
 * decide a replication completely. Seconds, bytes and bytes per second throughout. `scenario-schema.ts` reads it from a
 * file, `draw-run.ts` draws the peers of one replication.
 */
import type { SessionConfig } from '../protocol/index.ts';
import type { Play } from './strategies.ts';

/** What somebody who comes has already. */
export type Holding = 'none' | 'half' | 'all-but-last';

/** A kind of access link. */
export interface NetworkClass {
  readonly name: string;
  /** Of those who come; all shares add up to 1. */
  readonly share: number;
  /** Bytes per second; null: no limit. */
  readonly up: number | null;
  readonly down: number | null;
  /** Seconds from here to the middle of the network, one way: a pair has the sum of both. */
  readonly latency: number;
}

/** Who has everything from the start. */
export interface SeedGroup {
  readonly count: number;
  readonly up: number | null;
  readonly latency: number;
  /** Seconds from the start; null: they stay. */
  readonly leaves: number | null;
}

export type Arrivals =
  /** `count` peers, `rate` per second, evenly; null: all at once. */
  | {
      readonly type: 'flash-crowd';
      readonly count: number;
      readonly rate: number | null;
      readonly from: number;
      readonly holds: Holding;
    }
  /** At random, `rate` per second on average, for so many seconds. */
  | {
      readonly type: 'poisson';
      readonly rate: number;
      readonly lasts: number;
      readonly from: number;
      readonly holds: Holding;
    }
  /** `count` peers at a rate that falls by the factor e in `tau` seconds. */
  | {
      readonly type: 'decay';
      readonly count: number;
      readonly tau: number;
      readonly from: number;
      readonly holds: Holding;
    }
  /** At these times. */
  | {
      readonly type: 'trace';
      readonly times: readonly number[];
      readonly from: number;
      readonly holds: Holding;
    };

/** When who has everything leaves. */
export type Departure =
  | { readonly type: 'stays' }
  /** So many seconds later: exactly, or on average (exponential). */
  | { readonly type: 'after'; readonly seconds: number; readonly spread: 'fixed' | 'exponential' }
  /** When it has given so many times what it took. */
  | { readonly type: 'ratio'; readonly ratio: number };

export interface Departures {
  readonly complete: Departure;
  /** Some give up: after so many seconds on average (exponential), whatever they have. Null: nobody does. */
  readonly givesUp: number | null;
}

export type TrackerPolicy =
  /** Asked when one comes and every `interval` seconds, for so many peers. */
  | { readonly type: 'tracker'; readonly peers: number; readonly interval: number }
  /** The same, but half of the peers it tells of are of the asker's class of links, as far as there are any. */
  | { readonly type: 'matching'; readonly peers: number; readonly interval: number }
  /** Who comes is told of so many who came before, once; nobody is asked. */
  | { readonly type: 'given'; readonly peers: number };

/** Some of those who come, and what they play. */
export interface Group {
  readonly name: string;
  /** Of those who come; all shares add up to 1. */
  readonly share: number;
  readonly play: Play;
  readonly config: Partial<SessionConfig>;
}

/** Something that is done to peers at a moment. */
export type TimedCommand = {
  /** Seconds. */
  readonly at: number;
  /** `seeds`, `all`, or the name of a class or group. */
  readonly who: string;
} & (
  | { readonly do: 'leave' }
  /** Limits of the application; null: none. */
  | { readonly do: 'limit'; readonly up: number | null; readonly down: number | null }
);

export interface LabScenario {
  readonly version: 1;
  readonly name: string;
  readonly content: { readonly length: number; readonly pieceLength: number };
  readonly seeds: readonly SeedGroup[];
  readonly classes: readonly NetworkClass[];
  readonly arrivals: readonly Arrivals[];
  readonly departures: Departures;
  readonly tracker: TrackerPolicy;
  readonly population: readonly Group[];
  /** What the first seeds play. */
  readonly seedPlay: Play;
  /** Of every session; a group's own goes before it. */
  readonly config: Partial<SessionConfig>;
  readonly commands: readonly TimedCommand[];
  readonly probes: {
    /** Seconds between two samples. */
    readonly every: number;
    /** Keep who was unchoked by whom for how long. */
    readonly unchokes: boolean;
  };
  readonly stop: {
    /** Ends here, finished or not. */
    readonly at: number;
    /** Ends as soon as everybody who came has everything, or has left. */
    readonly whenComplete: boolean;
    /** Who comes before this many seconds is left out of the averages. */
    readonly warmUp: number;
  };
}
