/**
 * What a client is made of, what it tells, and how it is closed. Types, and one default.
 */
import type { Millis, Reactor, ReactorStore } from '../core/index.ts';
import type { IpRange } from '../protocol/index.ts';
import type { CodedError } from './errors.ts';
import type { Recording } from './recording/recording.ts';
import type { Abortable } from './signal.ts';
import type { Torrent } from './torrent/torrent.ts';

/** Milliseconds that `close()` gives trackers, files and peers when it is not told: more than a good-bye may take. */
export const closeTimeDefault: Millis = 5000;

export interface CloseOptions extends Abortable {
  /**
   * Milliseconds for the good-byes: `stopped` to the trackers, the files closed, and what was promised to peers sent.
   * After that everything is cut. Default: 5000.
   */
  readonly deadline?: Millis | undefined;
}

/** Listener arguments by event name. */
export interface ClientEvents {
  torrent: [torrent: Torrent];
  /** Something failed that the torrents do without: a recording that ended too early (`SWARMWRIGHT_RECORD_FAILED`). */
  warning: [warning: CodedError];
  /** Peers and trackers agree that we are seen at this address (BEP 10 `yourip`, BEP 24). */
  externalAddress: [host: string];
  /** A bug of ours ended everything. Without a listener nothing is thrown; every waiting promise rejects. */
  error: [error: CodedError];
  close: [];
}

/** What a client is made of. @internal */
export interface ClientParts {
  readonly reactor: Reactor;
  /** The reactor is the client's own, to be stopped with it. */
  readonly ownsReactor: boolean;
  readonly storeAt: (root: string) => ReactorStore;
  /** Overwrites borrowed bytes when their turn is over. */
  readonly canary: boolean;
  readonly recording: Recording | null;
  /** Of the IP filter to begin with. */
  readonly ipRanges: readonly IpRange[];
}
