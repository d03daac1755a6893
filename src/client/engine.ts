/**
 * The narrow seam between a `Torrent` object and the running machine: commands in, facts out.
 *
 * A torrent never sees the driver or the reactor, so it can be tested against a few lines of fake.
 */
import type { Millis } from '../core/index.ts';
import type {
  Command,
  PeerView,
  SessionEvent,
  TorrentId,
  TorrentState,
  TorrentTimes,
} from '../protocol/index.ts';
import type { CodedError } from './errors.ts';

/** The live facts of one torrent, as the session tells them. */
export interface TorrentStatus {
  readonly state: TorrentState;
  readonly verifiedCount: number;
  /** Payload bytes received since it was added. */
  readonly downloaded: number;
  /** Payload bytes sent since it was added. */
  readonly uploaded: number;
  /** Bytes that were no payload, since it was added. */
  readonly overhead: { readonly received: number; readonly sent: number };
  /** Bytes not verified yet, wanted or not. */
  readonly left: number;
  /** Bytes of wanted pieces not verified yet. */
  readonly wantedLeft: number;
  readonly peers: readonly PeerView[];
  /** Copies of the whole torrent among the connected peers, as whole copies and a fraction. */
  readonly availability: number;
  /** Connected peers that have everything. */
  readonly seeds: number;
  has(piece: number): boolean;
  /** Over all starts. */
  times(now: Millis): TorrentTimes;
  /** When payload last came or went, by `Engine.now()`; null: never since it was added. */
  readonly lastReceivedAt: Millis | null;
  readonly lastSentAt: Millis | null;
  /** Payload bytes per second. */
  downloadRate(now: Millis): number;
  /** Payload bytes per second. */
  uploadRate(now: Millis): number;
}

/** Nothing more will happen: the client was closed, or a bug ended it. */
export interface EngineEnd {
  readonly type: 'engine-ended';
  readonly error: CodedError;
}

export interface Engine {
  now(): Millis;
  /** Calls once after `delay`; the returned function cancels it. */
  later(delay: Millis, call: () => void): () => void;
  newTorrentId(): TorrentId;
  command(command: Command): void;
  status(torrent: TorrentId): TorrentStatus | undefined;
  /** All later events of this torrent go to `hear`, never from inside a command. */
  subscribe(torrent: TorrentId, hear: (event: SessionEvent | EngineEnd) => void): void;
  unsubscribe(torrent: TorrentId): void;
  /** Literal addresses of a name; empty where it has none. */
  resolve(host: string): Promise<readonly string[]>;
}
