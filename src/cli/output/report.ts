/**
 * What the commands tell while they run, whoever is looking: a person at a terminal, a log file, a program.
 *
 * Rule of the house: stdout carries data (the path of what was downloaded, or JSON lines), stderr carries talk.
 */
import type { CheckProgress, FetchProgress, Torrent } from '../../client/index.ts';
import type { Address } from '../../core/index.ts';
import type { TorrentState } from '../../protocol/index.ts';
import type { Complaint } from '../complaint.ts';

export interface Report {
  /** Milliseconds between calls of `progress`. */
  readonly interval: number;
  /** Peers are accepted there; nowhere where it is empty. */
  listening(addresses: readonly Address[]): void;
  /** The metadata of a magnet link is being fetched. Called whenever that goes on. */
  fetching(progress: FetchProgress): void;
  /** The torrent is known; nothing has happened yet. */
  added(torrent: Torrent): void;
  state(torrent: Torrent, state: TorrentState): void;
  checked(torrent: Torrent, progress: CheckProgress): void;
  /** Its files can be had here. */
  serving(url: string): void;
  /** Called every `interval`. */
  progress(torrent: Torrent): void;
  warning(code: string, message: string): void;
  /** Every byte is here and verified. @param milliseconds Since the command began. */
  complete(torrent: Torrent, milliseconds: number): void;
  failed(complaint: Complaint): void;
  /** The first Ctrl-C was heard. */
  stopping(): void;
  /** Everything is closed; the last call. */
  stopped(): void;
}

/** The two streams of a program. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}
