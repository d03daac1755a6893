/**
 * Opens stores under root folders; all of them share descriptors, memory, hashing threads and answers.
 *
 * Opening touches no disk: a folder that cannot be written still can be read. Only the shape of the paths is checked.
 */
import type {
  ReactorStore,
  ReactorTime,
  Store,
  StoreFault,
  StoreFile,
} from '../../../core/index.ts';
import { isPlainName } from './confined-open.ts';
import { FilePool } from './file-pool.ts';
import { FileRanges } from './file-ranges.ts';
import { FileStore } from './file-store.ts';
import type { StoreMeans } from './file-store.ts';
import { HashPool } from '../hashing/hash-pool.ts';
import { InlineHasher } from '../hashing/inline-hash.ts';
import { Lanes } from './lanes.ts';
import type { NodeLimits } from '../options.ts';
import { PageMemory } from './page-memory.ts';
import { PartMemory } from './part-memory.ts';
import { TurnQueue } from '../turn-queue.ts';

type Ready = (store: Store | null, fault: StoreFault | null) => void;

/** What the stores of one reactor share. */
export class SharedStores {
  readonly pool: FilePool;
  readonly threads: HashPool;
  readonly memory: PartMemory;
  readonly #limits: NodeLimits;
  readonly #means: StoreMeans;
  #stopped = false;

  constructor(limits: NodeLimits, time: ReactorTime) {
    const { openFilesMax, fileIdleTimeMax } = limits;
    this.#limits = limits;
    this.pool = new FilePool(openFilesMax, limits, { time, fileIdleTimeMax });
    this.threads = new HashPool(limits.hashThreadsMax);
    const { gatherBytesMax, unwrittenBytesMax } = limits;
    this.memory = new PartMemory({
      // What is merely gathered must never be enough to hold back answers: nothing would end the wait.
      gatherBytesMax: Math.min(gatherBytesMax, Math.floor(unwrittenBytesMax / 2)),
      unwrittenBytesMax,
    });
    this.#means = {
      pool: this.pool,
      openFilesMax,
      threads: this.threads,
      inline: new InlineHasher(),
      lanes: new Lanes(this.threads.inFlightMax),
      answers: new TurnQueue(),
      memory: this.memory,
      writeLanes: new Lanes(limits.writesInFlightMax, limits.writeBytesInFlightMax),
      readLanes: new Lanes(limits.readsInFlightMax),
      readMergeBytesMax: limits.readMergeBytesMax,
      readAheadBytes: limits.readAheadBytes,
      pages: new PageMemory(limits.pageBytesMax, limits.readAheadBytes),
    };
  }

  /** Opens a store whose paths are relative to `root`. */
  open(root: string, files: readonly StoreFile[], extent: number, ready: Ready): void {
    if (this.#stopped) return;
    const real = files.filter((file) => !file.padding);
    if (!real.every(({ path }) => path.length > 0 && path.every(isPlainName))) {
      this.#means.answers.push(() => ready(null, 'denied'));
      return;
    }
    const { partBytesMax } = this.#limits;
    const partBytes = extent > 0 ? Math.min(extent, partBytesMax) : partBytesMax;
    const ranges = new FileRanges(root, files, extent > 0 ? extent : partBytes, this.pool);
    const store = new FileStore(ranges, partBytes, partBytes === extent, this.#means);
    this.#means.answers.push(() => ready(store, null));
  }

  /** A transport of the same reactor has sent these bytes: if they were read here, their memory may be used again. */
  sent(data: Uint8Array): void {
    this.#means.pages.sent(data);
  }

  /** Drops what is gathered, answers nothing more and lets go of every handle. */
  stop(): void {
    this.#stopped = true;
    this.#means.answers.stop();
    this.#means.inline.stop();
    this.memory.stop();
    this.threads.stop();
    this.pool.stop();
  }
}

/** The capability `ReactorStore` for one root folder. */
export class FileStores implements ReactorStore {
  /** The folder that paths are relative to. */
  readonly root: string;
  readonly #shared: SharedStores;

  constructor(root: string, shared: SharedStores) {
    this.root = root;
    this.#shared = shared;
  }

  openStore(files: readonly StoreFile[], extent: number, ready: Ready): void {
    this.#shared.open(this.root, files, extent, ready);
  }
}
