/**
 * Open files, least recently used first to close.
 *
 * Invariant: at most `openFilesMax` descriptors are open or being opened; a pinned one is never closed. Who finds
 * no room waits until a pin is released, so a job that holds one pin and asks for another must be sure that the
 * cap is large enough (see `FileHasher`). Reads share the descriptor of a writer, where there is one.
 */
import { close } from 'node:fs';
import { openConfined } from './confined-open.ts';
import type { OpenMode } from './confined-open.ts';
import { StoreFailure } from './faults.ts';
import { Patience } from './patience.ts';
import type { PatienceLimits } from './patience.ts';

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

  constructor(file: PooledFile, mode: OpenMode) {
    this.file = file;
    this.mode = mode;
  }
}

/** Without a word on it: our own idle descriptors are let go, and that is all. */
const onceAgain: PatienceLimits = { openRetryDelay: 0, openTriesMax: 2 };

/** The descriptors of all stores of a reactor. */
export class FilePool {
  readonly #openFilesMax: number;
  /** Open entries, least recently used first. */
  readonly #open = new Set<FilePin>();
  readonly #waiting: (() => void)[] = [];
  #slots = 0;
  readonly #patience: Patience;
  #stopped = false;
  #peak = 0;

  constructor(openFilesMax: number, patience: PatienceLimits = onceAgain) {
    this.#openFilesMax = openFilesMax;
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
    if (pin.doomed || this.#stopped) void this.#close(pin);
    else this.#waiting.shift()?.();
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
