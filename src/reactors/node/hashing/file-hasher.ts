/**
 * Hashes what is only on disk: in a thread where the range lies in few files, each in place, else read here and hashed
 * inline.
 *
 * Invariants: a range with an absent or short file fails as `missing` without a thread being asked, and the sizes of
 * files are looked up once per burst of hashes, so checking a torrent of which nothing is there costs one look-up
 * per file. All hashes under way together pin at most `openFilesMax` files, so they cannot wait for each other.
 */
import type { StoreFault } from '../../../core/index.ts';
import { StoreFailure, storeFaultOf } from '../faults.ts';
import type { FilePin, FilePool, PooledFile } from '../files/file-pool.ts';
import { statFile } from '../files/file-ranges.ts';
import type { FileRanges } from '../files/file-ranges.ts';
import type { FileSpan } from '../files/file-layout.ts';
import type { HashPool } from './hash-pool.ts';
import type { HashAnswer, HashRange } from './hash-worker.ts';
import type { InlineHasher } from './inline-hash.ts';
import type { Lanes } from '../files/lanes.ts';

const FILES_PER_HASH_MAX = 16;

/** What all stores of a reactor share for hashing from disk. */
export interface HashMeans {
  readonly pool: FilePool;
  readonly openFilesMax: number;
  readonly threads: HashPool;
  readonly inline: InlineHasher;
  /** As many as `threads` may have in flight. */
  readonly lanes: Lanes;
}

type Algorithm = 'sha1' | 'sha256';
type Done = (digest: Uint8Array | null, fault: StoreFault | null) => void;

/** The disk hashes of one store. */
export class FileHasher {
  readonly #ranges: FileRanges;
  readonly #means: HashMeans;
  readonly #filesMax: number;
  /** Bytes by index of the file, 0 for absent; kept while hashes are waiting. */
  readonly #sizes = new Map<number, number>();
  #waiting = 0;

  constructor(ranges: FileRanges, means: HashMeans) {
    this.#ranges = ranges;
    this.#means = means;
    const share = Math.floor(means.openFilesMax / means.threads.inFlightMax);
    this.#filesMax = Math.min(share, FILES_PER_HASH_MAX);
  }

  hash(offset: number, length: number, algorithm: Algorithm, done: Done): void {
    this.#waiting++;
    this.#means.lanes.run(async () => {
      const { digest, fault } = await this.#answer(offset, length, algorithm);
      this.#waiting--;
      if (this.#waiting === 0) this.#sizes.clear();
      done(digest, fault);
    });
  }

  /** Files may have grown. */
  written(offset: number, length: number): void {
    if (this.#sizes.size === 0) return;
    for (const span of this.#ranges.layout.spans(offset, length)) this.#sizes.delete(span.file);
  }

  async #answer(offset: number, length: number, algorithm: Algorithm): Promise<HashAnswer> {
    try {
      const spans = this.#ranges.layout.spans(offset, length);
      const aside = spans.some((span) => this.#ranges.isAside(span));
      if (!aside && spans.length <= this.#filesMax)
        return await this.#hashInThread(spans, algorithm);
      for (const span of spans) this.#ranges.hashed(span);
      const data = await this.#ranges.read(offset, length);
      return await new Promise((resolve) => {
        this.#means.inline.hash(data, algorithm, (digest) => resolve({ digest, fault: null }));
      });
    } catch (error) {
      return { digest: null, fault: storeFaultOf(error) };
    }
  }

  async #hashInThread(spans: readonly FileSpan[], algorithm: Algorithm): Promise<HashAnswer> {
    const pins: FilePin[] = [];
    const ranges: HashRange[] = [];
    try {
      for (const span of spans) {
        if (span.padding) {
          ranges.push({ fd: -1, offset: 0, length: span.length });
          continue;
        }
        this.#ranges.hashed(span);
        const known = this.#sizes.get(span.file);
        if (known !== undefined) requireSize(known, span);
        const pin = await this.#pinLinked(span, known);
        pins.push(pin);
        ranges.push({ fd: pin.fd, offset: span.fileOffset, length: span.length });
      }
      return await this.#means.threads.hash({ algorithm, ranges });
    } finally {
      for (const pin of pins) this.#means.pool.unpin(pin);
    }
  }

  /** Pins the file and learns its size; a file that was deleted while we had it open is looked for anew (F-21). */
  async #pinLinked(span: FileSpan, known: number | undefined): Promise<FilePin> {
    const { pool } = this.#means;
    const file = this.#ranges.files[span.file]!;
    for (let again = false; ; again = true) {
      const pin = await this.#pin(span, file);
      if (known !== undefined) return pin;
      try {
        const stats = await statFile(pin.fd);
        if (stats.nlink > 0 || again) {
          this.#sizes.set(span.file, stats.size);
          requireSize(stats.size, span);
          return pin;
        }
      } catch (error) {
        pool.unpin(pin);
        throw error;
      }
      void pool.evict(file);
      pool.unpin(pin);
    }
  }

  async #pin(span: FileSpan, file: PooledFile): Promise<FilePin> {
    try {
      return await this.#means.pool.pin(file, 'read');
    } catch (error) {
      if (storeFaultOf(error) === 'missing') this.#sizes.set(span.file, 0);
      throw error;
    }
  }
}

function requireSize(size: number, span: FileSpan): void {
  if (size < span.fileOffset + span.length) throw new StoreFailure('missing');
}
