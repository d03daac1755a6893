/**
 * The common face of the BitTorrent clients that the interop tests run: the real ones and ours.
 *
 * Owns: the contract only. A driver starts its client as a process on a host, for one torrent and one role, and tells by
 * asking the client itself (its remote control, its standard output) when it is ready and when it has everything.
 */
import type { MadeTorrent } from '../make-torrent.ts';
import type { Host } from './host.ts';
import type { Ending } from './program.ts';

/** What a client is started for. */
export interface PeerTask {
  readonly host: Host;
  readonly torrent: MadeTorrent;
  /** The folder that holds the torrent's folder (seed), or will hold it (leech). */
  readonly content: string;
  /** An empty folder for the client's own state. */
  readonly state: string;
  readonly role: 'seed' | 'leech';
  /** What a leech is given in place of the torrent file; absent: that file. */
  readonly magnet?: string;
}

/** A client that has been started. */
export interface RunningPeer {
  readonly name: string;
  readonly pid: number;
  /** Where other peers reach it. */
  readonly address: string;
  readonly port: number;
  /** The client's last output, for a failure message. */
  readonly log: string;
  /** Resolves when the process has ended, by itself or stopped. */
  readonly ended: Promise<Ending>;
  /** Resolves when it listens with the torrent loaded and its content checked (a seed: found whole). Bounded. */
  listening(): Promise<void>;
  /** Resolves when the client itself says that it has the whole torrent. @throws Error after `millis`. */
  complete(millis: number): Promise<void>;
  /** Ends the process (SIGTERM, then SIGKILL) and tells how it went. */
  stop(): Promise<Ending>;
}

/** Something that must be installed for a test to run. */
export interface Requirement {
  readonly name: string;
  /** What to type to get it. */
  readonly install: string;
  /** Why it cannot be used here, or `null` when it can. */
  missing(): string | null;
}

/** A client that can be started. */
export interface PeerKind extends Requirement {
  /** True for a client that does not create files of no bytes. */
  readonly skipsEmptyFiles: boolean;
  /** True for a client that announces `completed` also when it found everything on disk. */
  readonly seedsSayCompleted?: boolean;
  start(task: PeerTask): Promise<RunningPeer>;
}
