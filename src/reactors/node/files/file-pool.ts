/**
 * Open files, least recently used first to close.
 *
 * Invariant: at most `openFilesMax` descriptors are open or being opened; a pinned one is never closed, and one that
 * nobody has pinned for `fileIdleTimeMax` is. Who finds no room waits until a pin is released, so a job that holds one pin and asks for another must be sure that the
 * cap is large enough (see `FileHasher`). Reads share the descriptor of a writer, where there is one.
 */
import { close } from 'node:fs';
import type { DelayedCall, Millis, ReactorTime } from '../../../core/index.ts';
import { openConfined } from './confined-open.ts';
import type { OpenMode } from './confined-open.ts';
import { StoreFailure } from '../faults.ts';
import { Patience } from '../sockets/patience.ts';
import type { PatienceLimits } from '../sockets/patience.ts';

/** A file that can be opened; its descriptors belong to the pool. */
export class PooledFile {
  readonly root: string;
  readonly path: readonly string[];
  /** @internal */
  readonly pins: { read: FilePin | null; write: FilePin | null } = { read: null, write: null };

  constructor(root: string, path: readonly string[]) {
    this.root = root;
    this.path = path;
  }
}

/** Whether the pool has it open, or opens it. */
export function isPinned({ pins }: PooledFile): boolean {
  return pins.read !== null || pins.write !== null;
}

/** One open descriptor. `fd` is valid between `pin` and `unpin`; the rest is the pool's. */
export class FilePin {
  readonly file: PooledFile;
  readonly mode: OpenMode;
  fd = -1;
  count = 1;
  /** To be closed as soon as nobody needs it. */
  doomed = false;
  opened: Promise<void> = Promise.resolve();
  /** When the last of those who needed it let go. */
  idleSince: Millis = 0;

  constructor(file: PooledFile, mode: OpenMode) {
    this.file = file;
    this.mode = mode;
  }
}

/** Without a word on it: our own idle descriptors are let go, and that is all. */
const onceAgain: PatienceLimits = { openRetryDelay: 0, openTriesMax: 2 };

/** After which time a file that nobody uses is closed, so that others may move, delete or unmount it. */
export interface IdleRule {
  readonly time: ReactorTime;
  readonly fileIdleTimeMax: Millis;
}

/** The descriptors of all stores of a reactor. */
export class FilePool {
  readonly #openFilesMax: number;
  /** Open entries, least recently used first. */
  readonly #open = new Set<FilePin>();
  readonly #waiting: (() => void)[] = [];
  #slots = 0;
  readonly #patience: Patience;
  readonly #rule: IdleRule | null;
  /** Set while a file is idle; it may come too early, and is set again then. */
  #look: DelayedCall | null = null;
  #stopped = false;
  #peak = 0;

  /** @param rule Null: idle files stay open until their room is needed. */
  constructor(
    openFilesMax: number,
    patience: PatienceLimits = onceAgain,
    rule: IdleRule | null = null,
  ) {
    this.#openFilesMax = openFilesMax;
    this.#rule = rule;
    this.#patience = new Patience(patience);
  }

  /** Descriptors open or being opened. */
  get openCount(): number {
    return this.#slots;
  }

  /** The most that ever were. */
  get openCountPeak(): number {
    return this.#peak;
  }

  /** Opens the file, or finds it open, and keeps it so until `unpin`. Rejects with the system's error. */
  async pin(file: PooledFile, mode: OpenMode): Promise<FilePin> {
    if (this.#stopped) throw new StoreFailure('closed');
    const known = file.pins.write ?? (mode === 'read' ? file.pins.read : null);
    if (known !== null) {
      known.count++;
      await known.opened;
      this.#touch(known);
      return known;
    }
    const entry = new FilePin(file, mode);
    file.pins[mode] = entry;
    entry.opened = this.#openEntry(entry);
    await entry.opened;
    return entry;
  }

  unpin(pin: FilePin): void {
    pin.count--;
    if (pin.count > 0) return;
    if (pin.doomed || this.#stopped) {
      void this.#close(pin);
      return;
    }
    if (this.#rule !== null) this.#idles(pin, this.#rule);
    this.#waiting.shift()?.();
  }

  /** Closes the file as soon as nobody needs it; the next `pin` opens it anew. */
  async evict(file: PooledFile): Promise<void> {
    const closing: Promise<void>[] = [];
    for (const pin of [file.pins.read, file.pins.write]) {
      if (pin === null) continue;
      this.#forget(pin);
      pin.doomed = true;
      if (pin.count === 0) closing.push(this.#close(pin));
    }
    await Promise.all(closing);
  }

  /** Closes everything that nobody holds, now, and the rest when it is released. */
  stop(): void {
    this.#stopped = true;
    this.#look?.cancel();
    this.#patience.stop();
    for (const wake of this.#waiting.splice(0)) wake();
    for (const entry of this.#idle()) void this.#close(entry);
  }

  async #openEntry(entry: FilePin): Promise<void> {
    const { root, path } = entry.file;
    try {
      await this.#takeSlot();
      try {
        entry.fd = await this.#openPatiently(root, path, entry.mode);
      } catch (error) {
        this.#freeSlot();
        throw error;
      }
      this.#open.add(entry);
    } catch (error) {
      this.#forget(entry);
      throw error;
    }
  }

  /** Out of descriptors, our own idle ones go first; then others are waited for (F-24). */
  #openPatiently(root: string, path: readonly string[], mode: OpenMode): Promise<number> {
    return this.#patience.attempt(
      () => openConfined(root, path, mode),
      () => Promise.all(this.#idle().map((entry) => this.#close(entry))),
    );
  }

  async #takeSlot(): Promise<void> {
    while (this.#slots >= this.#openFilesMax) {
      const oldest = this.#idle()[0];
      if (oldest === undefined) await new Promise<void>((wake) => this.#waiting.push(wake));
      else await this.#close(oldest);
      if (this.#stopped) throw new StoreFailure('closed');
    }
    this.#slots++;
    this.#peak = Math.max(this.#peak, this.#slots);
  }

  #freeSlot(): void {
    this.#slots--;
    this.#waiting.shift()?.();
  }

  #idle(): FilePin[] {
    return [...this.#open].filter((entry) => entry.count === 0);
  }

  #idles(pin: FilePin, { time, fileIdleTimeMax }: IdleRule): void {
    pin.idleSince = time.now();
    // Sooner than that nothing is due: who became idle earlier has set it, or was used since.
    if (this.#look?.active !== true) {
      this.#look = time.callLater(fileIdleTimeMax, () => this.#closeIdle());
    }
  }

  /** Closes what was idle for long enough, and looks again when the next one will have been. */
  #closeIdle(): void {
    const { time, fileIdleTimeMax } = this.#rule!;
    let next = Infinity;
    for (const entry of this.#idle()) {
      const left = entry.idleSince + fileIdleTimeMax - time.now();
      if (left > 0) next = Math.min(next, left);
      else void this.#close(entry);
    }
    if (next < Infinity) this.#look = time.callLater(next, () => this.#closeIdle());
  }

  #touch(entry: FilePin): void {
    if (this.#open.delete(entry)) this.#open.add(entry);
  }

  #forget(entry: FilePin): void {
    if (entry.file.pins[entry.mode] === entry) entry.file.pins[entry.mode] = null;
  }

  #close(entry: FilePin): Promise<void> {
    this.#forget(entry);
    if (!this.#open.delete(entry)) return Promise.resolve();
    return new Promise((closed) => {
      close(entry.fd, () => {
        this.#freeSlot();
        closed();
      });
    });
  }
}
