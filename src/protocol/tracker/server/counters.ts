/**
 * What a tracker has done since it started, as plain numbers that only grow: for pages of statistics and for tests.
 */

export interface TransportCounters {
  announces: number;
  scrapes: number;
  /** Refused, whatever the reason. */
  refused: number;
  /** No request at all: malformed, unknown path, wrong connection id. */
  ignored: number;
}

export class TrackerCounters {
  readonly http: TransportCounters = { announces: 0, scrapes: 0, refused: 0, ignored: 0 };
  readonly udp: TransportCounters = { announces: 0, scrapes: 0, refused: 0, ignored: 0 };
  /** Connection ids given (BEP 15). */
  udpConnects = 0;
  /** Events of announces that were answered. */
  readonly events: Record<'started' | 'completed' | 'stopped', number> = {
    started: 0,
    completed: 0,
    stopped: 0,
  };
  /** Peers told. */
  peersTold = 0;
  /** Questions that the store did not answer. */
  storeLost = 0;
}
