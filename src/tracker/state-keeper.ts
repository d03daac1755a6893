/**
 * Keeps the peers of a store in memory over a restart: restores them at the start, saves them every few minutes and at the
 * end. A state that cannot be saved is told, and tried again next time; the tracker goes on.
 */
import type { Millis } from '../core/index.ts';
import type { MemoryStore } from '../protocol/index.ts';
import { StateFiles } from './state-files.ts';
import { trackerError } from './tracker-error.ts';

const SAVE_MILLIS: Millis = 3 * 60_000;

export class StateKeeper {
  readonly #files: StateFiles;
  readonly #store: MemoryStore;
  readonly #onWarning: (message: string) => void;
  readonly #timer: NodeJS.Timeout;
  #saving: Promise<void> | null = null;

  private constructor(files: StateFiles, store: MemoryStore, onWarning: (message: string) => void) {
    this.#files = files;
    this.#store = store;
    this.#onWarning = onWarning;
    this.#timer = setInterval(() => void this.save(), SAVE_MILLIS);
  }

  /** Restores what was saved in `folder`. Rejects with a `TrackerError` where the folder cannot be used. */
  static async open(
    folder: string,
    store: MemoryStore,
    onWarning: (message: string) => void,
  ): Promise<StateKeeper> {
    try {
      const { files, found } = await StateFiles.open(folder);
      if (found !== null) {
        const away = Math.max(0, Date.now() - found.savedAt);
        const restored = store.restore(found.body, away, performance.now());
        if (restored === null) onWarning(`${folder}: the state is of no use, and is left out`);
      }
      const keeper = new StateKeeper(files, store, onWarning);
      return keeper;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      throw trackerError('SWARMWRIGHT_STATE_UNWRITABLE', `${folder}: cannot be used: ${why}`);
    }
  }

  /** Saves now; never rejects. */
  save(): Promise<void> {
    return (this.#saving ??= this.#save().finally(() => {
      this.#saving = null;
    }));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving;
    await this.save();
  }

  async #save(): Promise<void> {
    try {
      const now = performance.now();
      await this.#files.save(Date.now(), (i) =>
        i < this.#store.slots ? this.#store.copyTorrent(i, now) : undefined,
      );
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      this.#onWarning(`the state could not be saved: ${why}`);
    }
  }
}
