/**
 * One store on the file system: gathers writes into parts, reads merged, hashes in memory where it can.
 *
 * Life of a written byte: copied at `submit` into the part that is being gathered; the part is sealed when it is
 * full, when a hash, a read or a sync needs it on disk, or when memory is short; a sealed part is written with one
 * call per file and its buffer is reused. Files are made at their first write, sparse, and have their right length
 * when their last byte is written; empty files are made with the first write, or by a sync of a store without bytes.
 *
 * Invariants: every job is answered once, from a later turn; jobs on the same range take effect in the order of
 * submission (`RangeOrder`, with sealed parts as its writes); a loss is told by the next hash over it, by `store-sync`
 * and by `store-close` (`LostRuns`).
 */
import { assert } from '../../../core/index.ts';
import type { Sink, Store, StoreFault, StoreInput, StoreWork } from '../../../core/index.ts';
import { storeFaultOf } from '../faults.ts';
import { FileHasher } from '../hashing/file-hasher.ts';
import type { HashMeans } from '../hashing/file-hasher.ts';
import type { FileRanges } from './file-ranges.ts';
import type { Lanes } from './lanes.ts';
import { LostRuns } from './lost-runs.ts';
import { Part } from './part.ts';
import type { PartMemory } from './part-memory.ts';
import { RangeOrder } from './range-order.ts';
import type { RangeOperation } from './range-order.ts';
import type { PageMemory } from './page-memory.ts';
import { ReadAhead } from './read-ahead.ts';
import { ReadMerger } from './read-merger.ts';
import { RunningHash } from '../hashing/running-hash.ts';
import type { TurnQueue } from '../turn-queue.ts';

/** What the stores of a reactor share. */
export interface StoreMeans extends HashMeans {
  readonly answers: TurnQueue;
  readonly memory: PartMemory;
  readonly writeLanes: Lanes;
  readonly readLanes: Lanes;
  readonly readMergeBytesMax: number;
  readonly readAheadBytes: number;
  readonly pages: PageMemory;
}

type Work<T extends StoreWork['type']> = Extract<StoreWork, { readonly type: T }>;
type Answers = Sink<StoreInput>;

/** A `Store` on files. */
export class FileStore implements Store {
  readonly #ranges: FileRanges;
  readonly #means: StoreMeans;
  readonly #partBytes: number;
  /** A part is a piece: somebody will ask for its hash when it is full. */
  readonly #partsArePieces: boolean;
  #algorithm: 'sha1' | 'sha256' = 'sha1';
  readonly #order = new RangeOrder();
  readonly #reads: ReadAhead;
  readonly #hasher: FileHasher;
  readonly #lost = new LostRuns();
  /** Parts being gathered, by index. */
  readonly #parts = new Map<number, Part>();
  /** Parts on their way to the disk by index, each oldest first: with small pieces there are thousands. */
  readonly #sealed = new Map<number, Part[]>();
  /** The syncs under way: the files are closed after the last one. */
  #syncing: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** It knows which files are wanted: it was told, or took it that all are. */
  #selected = false;

  constructor(ranges: FileRanges, partBytes: number, partsArePieces: boolean, means: StoreMeans) {
    this.#ranges = ranges;
    this.#means = means;
    this.#partBytes = partBytes;
    this.#partsArePieces = partsArePieces;
    this.#reads = new ReadAhead(
      new ReadMerger(ranges, this.#order, means.readLanes, means.readMergeBytesMax),
      {
        pageBytes: means.readAheadBytes,
        partBytes,
        length: ranges.layout.length,
        memory: means.pages,
      },
    );
    this.#hasher = new FileHasher(ranges, means);
  }

  submit(work: StoreWork, done: Answers): void {
    const length =
      work.type === 'store-write' ? work.data.length : 'length' in work ? work.length : 0;
    const offset = 'offset' in work ? work.offset : 0;
    assert(
      offset >= 0 && length >= 0 && offset + length <= this.#ranges.layout.length,
      'a store job lies inside its store',
    );
    if (this.#closed) {
      this.#refuse(work, done, 'closed');
      return;
    }
    if ('offset' in work) this.#restore();
    switch (work.type) {
      case 'store-select':
        this.#select(work, done);
        return;
      case 'store-write':
        this.#write(work, done);
        return;
      case 'store-read':
        this.#read(work, done);
        return;
      case 'store-hash':
        this.#hash(work, done);
        return;
      case 'store-sync':
        this.#sync(work, done);
        return;
      case 'store-close':
        this.#close(work, done);
        return;
      default:
        work satisfies never;
    }
  }

  flush(): void {
    this.#reads.start();
  }

  #answer(done: Answers, input: StoreInput): void {
    this.#means.answers.push(() => done.push(input));
  }

  #refuse({ type, job }: StoreWork, done: Answers, fault: StoreFault): void {
    if (type === 'store-read') this.#answer(done, { type: 'read-done', job, data: null, fault });
    else if (type === 'store-hash')
      this.#answer(done, { type: 'hash-done', job, digest: null, fault });
    else this.#answer(done, { type: 'store-done', job, fault });
  }

  #write({ job, offset, data }: Work<'store-write'>, done: Answers): void {
    this.#reads.written(offset, offset + data.length);
    for (let at = 0; at < data.length;) {
      const part = this.#partAt(offset + at);
      const length = Math.min(data.length - at, part.end - (offset + at));
      part.put(offset + at, data.subarray(at, at + length));
      this.#blankPadding(part, offset + at, length);
      part.running?.written(offset + at);
      at += length;
      if (part.full) this.#seal(part);
    }
    this.#means.memory.spill();
    this.#means.memory.admit(() => this.#answer(done, { type: 'store-done', job, fault: null }));
  }

  #partAt(offset: number): Part {
    const index = Math.floor(offset / this.#partBytes);
    const known = this.#parts.get(index);
    if (known !== undefined) return known;
    const start = index * this.#partBytes;
    const length = Math.min(this.#partBytes, this.#ranges.layout.length - start);
    const part = new Part(start, length, this.#means.memory.take(this.#partBytes));
    this.#parts.set(index, part);
    this.#means.memory.gathering(part, () => this.#seal(part));
    this.#blankPadding(part, start, length);
    if (this.#partsArePieces) part.running = new RunningHash(part, this.#algorithm);
    return part;
  }

  /** Padding is zeros, whatever somebody writes there, and counts as written. */
  #blankPadding(part: Part, offset: number, length: number): void {
    const { layout } = this.#ranges;
    if (!layout.hasPadding) return;
    for (const span of layout.spans(offset, length)) {
      if (span.padding) part.putZeros(offset + span.at, span.length);
    }
  }

  #seal(part: Part): void {
    this.#reads.start(); // they were submitted before, and must not see what comes
    const index = Math.floor(part.offset / this.#partBytes);
    this.#parts.delete(index);
    this.#means.memory.sealed(part);
    this.#sealed.set(index, [...(this.#sealed.get(index) ?? []), part]);
    const operation: RangeOperation = this.#order.add(part.offset, part.end, true, () =>
      this.#means.writeLanes.run(async () => {
        await this.#writeOut(part);
        this.#unseal(index, part);
        this.#release(part);
        this.#order.done(operation);
      }, part.length),
    );
  }

  #unseal(index: number, part: Part): void {
    const left = this.#sealed.get(index)!.filter((other) => other !== part);
    if (left.length > 0) this.#sealed.set(index, left);
    else this.#sealed.delete(index);
  }

  async #writeOut(part: Part): Promise<void> {
    try {
      for (const { start, end } of part.runs) {
        await this.#ranges.write(start, part.view(start, end));
        this.#lost.remove(start, end);
        this.#hasher.written(start, end - start);
      }
    } catch (error) {
      this.#lost.add(part.runs, storeFaultOf(error));
    }
  }

  #release(part: Part): void {
    part.holders--;
    if (part.holders === 0) this.#means.memory.give(part.buffer);
  }

  /** The part that alone holds the newest bytes of the range, or null. */
  #partCovering(start: number, end: number): Part | null {
    const gathering = this.#parts.get(Math.floor(start / this.#partBytes));
    if (gathering?.covers(start, end) === true) return gathering;
    if (this.#gatheringIn(start, end).length > 0) return null;
    // A range over several parts is in none of them.
    const sealed = this.#sealed.get(Math.floor(start / this.#partBytes));
    const newest = sealed?.findLast((part) => part.overlaps(start, end));
    return newest?.covers(start, end) === true ? newest : null;
  }

  #gatheringIn(start: number, end: number): Part[] {
    const found: Part[] = [];
    const last = Math.ceil(end / this.#partBytes);
    for (let index = Math.floor(start / this.#partBytes); index < last; index++) {
      const part = this.#parts.get(index);
      if (part?.overlaps(start, end) === true) found.push(part);
    }
    return found;
  }

  #read({ job, offset, length }: Work<'store-read'>, done: Answers): void {
    const end = offset + length;
    const part = this.#partCovering(offset, end);
    if (part !== null || length === 0) {
      const data = part === null ? new Uint8Array(0) : part.view(offset, end).slice();
      this.#answer(done, { type: 'read-done', job, data, fault: null });
      return;
    }
    for (const gathering of this.#gatheringIn(offset, end)) this.#seal(gathering);
    this.#reads.add({
      offset,
      length,
      done: (data, fault) => this.#answer(done, { type: 'read-done', job, data, fault }),
    });
  }

  #hash(work: Work<'store-hash'>, done: Answers): void {
    const { job, offset, length, algorithm } = work;
    const end = offset + length;
    this.#algorithm = algorithm;
    const part = this.#partCovering(offset, end);
    for (const gathering of this.#gatheringIn(offset, end)) this.#seal(gathering);
    if (part !== null) {
      this.#hashPart(part, work, done);
      return;
    }
    const operation: RangeOperation = this.#order.add(offset, end, false, () => {
      const lost = this.#lost.take(offset, end);
      if (lost !== null) {
        this.#answer(done, { type: 'hash-done', job, digest: null, fault: lost });
        this.#means.answers.push(() => this.#order.done(operation));
        return;
      }
      this.#hasher.hash(offset, length, algorithm, (digest, fault) => {
        this.#answer(done, { type: 'hash-done', job, digest, fault });
        this.#order.done(operation);
      });
    });
  }

  /** Hashes while the part is being written, where that is not done yet, and answers when both are over. */
  #hashPart(
    part: Part,
    { job, offset, length, algorithm }: Work<'store-hash'>,
    done: Answers,
  ): void {
    const end = offset + length;
    let digest: Uint8Array | null = null;
    let written: { readonly fault: StoreFault | null } | null = null;
    const answer = (): void => {
      if (digest === null || written === null) return;
      const { fault } = written;
      this.#answer(done, { type: 'hash-done', job, digest: fault === null ? digest : null, fault });
    };
    const whole = offset === part.offset && end === part.end;
    if (whole && part.running?.algorithm === algorithm) digest = part.running.digest();
    if (digest === null) {
      part.holders++;
      this.#means.inline.hash(part.view(offset, end), algorithm, (made) => {
        digest = made;
        this.#release(part);
        answer();
      });
    }
    // Entered as a read, so that the fate of the write is asked before a later write can change it.
    const operation: RangeOperation = this.#order.add(offset, end, false, () => {
      written = { fault: this.#lost.take(offset, end) };
      answer();
      this.#means.answers.push(() => this.#order.done(operation));
    });
  }

  /** Before the first job of a store that was told nothing: what an earlier run put aside moves into its files. */
  #restore(): void {
    if (this.#selected) return;
    this.#selected = true;
    // It is no job: what it could not do shows when the bytes are looked for.
    this.#alone(() => this.#ranges.restore().catch(() => undefined));
  }

  #select({ job, wanted }: Work<'store-select'>, done: Answers): void {
    this.#selected = true;
    this.#sealAll();
    this.#alone(() =>
      this.#ranges.select(wanted).then(
        () => this.#answer(done, { type: 'store-done', job, fault: null }),
        (error: unknown) =>
          this.#answer(done, { type: 'store-done', job, fault: storeFaultOf(error) }),
      ),
    );
  }

  /** Runs when all that was submitted before is done; what comes later waits for it. */
  #alone(run: () => Promise<void>): void {
    const end = Math.max(1, this.#ranges.layout.length);
    const operation: RangeOperation = this.#order.add(0, end, true, () => {
      void run().finally(() => this.#order.done(operation));
    });
  }

  #sealAll(): void {
    this.#reads.start();
    for (const part of [...this.#parts.values()]) this.#seal(part);
  }

  #sync({ job }: Work<'store-sync' | 'store-close'>, done: Answers): void {
    this.#sealAll();
    this.#order.afterAll(false, () => {
      const synced = this.#syncing.then(() => this.#ranges.sync());
      this.#syncing = synced.catch(() => undefined);
      void synced.then(
        () => this.#answer(done, { type: 'store-done', job, fault: this.#lost.fault }),
        (error: unknown) =>
          this.#answer(done, { type: 'store-done', job, fault: storeFaultOf(error) }),
      );
    });
  }

  #close({ job }: Work<'store-sync' | 'store-close'>, done: Answers): void {
    this.#closed = true;
    this.#sealAll();
    this.#reads.dropAll();
    this.#order.afterAll(true, () => {
      const closed = this.#syncing.then(() => this.#ranges.close());
      void closed.then(() => {
        this.#answer(done, { type: 'store-done', job, fault: this.#lost.fault });
      });
    });
  }
}
