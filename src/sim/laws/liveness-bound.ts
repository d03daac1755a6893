/**
 * How long a swarm without faults may take to finish (I-36): twenty times the ideal, and twice the longest wait.
 *
 * The ideal is the fluid bound of a swarm whose links and rate limits alone hold it back: the content must leave its holders once,
 * enter the slowest peer once, and be sent as often as there are peers that lack it.
 */
import { assert } from '../../core/index.ts';
import type { Millis } from '../../core/index.ts';

export interface LivenessFacts {
  /** Bytes of the torrent. */
  readonly length: number;
  /** Peers that lack something. */
  readonly leeches: number;
  /** Bytes per second that the holders of the content send together. */
  readonly holdersUpload: number;
  /** Bytes per second that all peers send together, the holders included. */
  readonly totalUpload: number;
  /** Bytes per second that the slowest peer receives. */
  readonly slowestDownload: number;
  /** The longest that anybody waits before it tries again: a dial's rest, a stall, an announce. */
  readonly waitMax: Millis;
}

/** Milliseconds from the last fault. */
export function livenessBound(facts: LivenessFacts): Millis {
  const { length, leeches, holdersUpload, totalUpload, slowestDownload, waitMax } = facts;
  if (leeches === 0) return 2 * waitMax;
  assert(holdersUpload > 0, 'a swarm finishes only where somebody holds all of the content');
  const seconds = Math.max(
    length / holdersUpload,
    length / slowestDownload,
    (leeches * length) / totalUpload,
  );
  return 20_000 * seconds + 2 * waitMax;
}
