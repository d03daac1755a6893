/**
 * Keeps the resume file of one running torrent: asks the machine to save while something changes, and writes down what
 * it says is on the device (I-35).
 *
 * Invariant: what is written was told by a `saved` event, and one write is under way at a time; a newer one that comes
 * meanwhile is written next, older ones are skipped. A file that cannot be written is told once and tried again with the
 * next change; the torrent does without.
 */
import type { Address, Millis } from '../../core/index.ts';
import { resumeLimits } from '../../protocol/index.ts';
import type { ResumedTorrent, SessionEvent } from '../../protocol/index.ts';
import { codedError } from '../errors.ts';
import type { CodedError } from '../errors.ts';
import type { Claims } from './claims.ts';
import { neighbourOf, relocateClaims } from './moved-looks.ts';
import type { MovedLooks } from './moved-looks.ts';
import type { ResumeFile } from './resume-file.ts';

/** Between two saves of a torrent that changes. */
export const saveEvery: Millis = 30_000;
/** Ticks after which the totals alone are worth a save. */
const TOTALS_EVERY = 10;

type Saved = Extract<SessionEvent, { type: 'saved' }>;

/** What the keeper asks of its torrent, and reads off it. */
export interface KeptTorrent {
  readonly infoHash: Uint8Array;
  readonly private: boolean;
  readonly downloading: boolean;
  readonly seeding: boolean;
  readonly paused: boolean;
  /** By file but padding. */
  readonly priorities: Uint8Array;
  readonly firstLast: boolean;
  readonly uploaded: number;
  /** Addresses of peers that we dialled and are connected to. */
  readonly dialled: () => readonly Address[];
  /** Asks the machine; `saved` follows where the torrent is active. */
  readonly save: () => void;
  /** Calls once after `delay`; the returned function cancels it. */
  readonly later: (delay: Millis, call: () => void) => () => void;
  readonly warn: (warning: CodedError) => void;
}

export class ResumeKeeper {
  #file: ResumeFile;
  readonly #claims: Claims;
  readonly #torrent: KeptTorrent;
  readonly #peers = new Map<string, Address>();
  #changed: boolean;
  #ticks = 0;
  #uploadedThen = 0;
  #cancel: (() => void) | null = null;
  #newest: Saved | null = null;
  #writing: Promise<void> | null = null;
  #warned = false;
  /** What the machine told last is in doubt: nothing is written before it has looked again. */
  #doubted = false;
  #forgotten = false;
  /** Its files are being moved: nothing is written meanwhile. */
  #held = false;
  #moving: Promise<void> | null = null;
  #removing: Promise<void> | null = null;

  /** @param changed The file is not what the torrent will be. */
  constructor(file: ResumeFile, claims: Claims, torrent: KeptTorrent, changed: boolean) {
    this.#file = file;
    this.#claims = claims;
    this.#torrent = torrent;
    this.#changed = changed;
  }

  hear(event: SessionEvent): void {
    switch (event.type) {
      case 'piece-verified':
      case 'piece-failed':
        this.#claims.wrote(event.index);
        this.#changed = true;
        return;
      case 'piece-begun':
      case 'check-progress':
        this.#changed = true;
        return;
      case 'complete':
        if (this.#changed) this.save();
        return;
      case 'state-changed':
        this.#cancel?.();
        this.#cancel = null;
        if (event.state === 'active') this.#begin();
        if (event.state === 'error') this.#changed = true;
        return;
      case 'saved':
        if (this.#doubted || this.#forgotten) return;
        this.#newest = event;
        this.#writing ??= this.#write();
        return;
      default:
    }
  }

  /** Saves now. Before a stop: what is asked first is saved first. */
  save(): void {
    this.#notePeers();
    this.#changed = false;
    this.#ticks = 0;
    this.#uploadedThen = this.#torrent.uploaded;
    this.#torrent.save();
  }

  /** Other files are wanted than before, or in another order. */
  selected(): void {
    this.#claims.selected(this.#torrent.priorities);
    this.#changed = true;
  }

  /** Resolves when everything that was told is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** What is on disk is in doubt: nothing is claimed until it has been looked at again. */
  async doubt(): Promise<void> {
    this.#claims.doubt();
    this.#doubted = true;
    this.#newest = null;
    this.#changed = true;
    const busy = Promise.all([this.#writing, this.#moving]);
    this.#removing = busy.then(() => this.#file.remove());
    await this.#removing;
  }

  /** The files are about to be moved: writes nothing until `release`. Resolves when nothing is being written. */
  async hold(): Promise<void> {
    this.#held = true;
    await this.#writing;
  }

  /** The files are at `content` now: so are the claims, and no others are left. Told like a write where it fails. */
  async moved(content: string, torrent: ResumedTorrent, looks: MovedLooks): Promise<void> {
    await this.#removing?.catch(() => undefined);
    this.#claims.moved(looks);
    this.#changed = true;
    const from = this.#file;
    this.#file = neighbourOf(from, torrent, content);
    this.#moving = relocateClaims(from, this.#file, torrent, looks).catch((error: unknown) => {
      this.#torrent.warn(failureOf(this.#file.path, error));
    });
    await this.#moving;
    this.#moving = null;
  }

  release(): void {
    this.#held = false;
    if (this.#newest !== null) this.#writing ??= this.#write();
  }

  /** The torrent is removed, and its claims with it. */
  async forget(): Promise<void> {
    this.#forgotten = true;
    await this.doubt();
  }

  #begin(): void {
    this.#doubted = false;
    this.#arm();
  }

  #arm(): void {
    this.#cancel = this.#torrent.later(saveEvery, () => {
      this.#arm();
      this.#ticks++;
      const moved = this.#torrent.uploaded !== this.#uploadedThen && this.#ticks >= TOTALS_EVERY;
      if (this.#changed || moved) this.save();
    });
  }

  #notePeers(): void {
    if (this.#torrent.private) return;
    for (const address of this.#torrent.dialled()) {
      const key = `${address.port} ${address.host}`;
      this.#peers.delete(key);
      this.#peers.set(key, address);
    }
    for (const key of this.#peers.keys()) {
      if (this.#peers.size <= resumeLimits.peersMax) break;
      this.#peers.delete(key);
    }
  }

  async #write(): Promise<void> {
    for (let saved = this.#take(); saved !== null; saved = this.#take()) {
      try {
        await this.#writeOne(saved);
        this.#warned = false;
      } catch (error) {
        this.#changed = true;
        if (!this.#warned) this.#torrent.warn(failureOf(this.#file.path, error));
        this.#warned = true;
      }
    }
    this.#writing = null;
  }

  #take(): Saved | null {
    if (this.#held) return null;
    const saved = this.#newest;
    this.#newest = null;
    return saved;
  }

  async #writeOne({ verified, partial, downloaded, uploaded, times }: Saved): Promise<void> {
    const { infoHash, downloading, seeding, paused, priorities, firstLast } = this.#torrent;
    const peers = [...this.#peers.values()];
    const { files, part } = await this.#claims.looks(partial);
    await this.#file.write({
      infoHash,
      verified,
      partial,
      files,
      part,
      downloaded,
      uploaded,
      times,
      downloading,
      seeding,
      paused,
      priorities,
      firstLast,
      peers,
    });
  }
}

function failureOf(path: string, error: unknown): CodedError {
  const what = error instanceof Error ? error.message : String(error);
  return codedError('SWARMWRIGHT_RESUME_FAILED', `${path}: cannot be written: ${what}`, error);
}
