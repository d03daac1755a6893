/**
 * The bytes of one open store of a memory disk: gathers writes, hands them to the files, reads and hashes what is there.
 *
 * Life of a written byte: gathered with the others of its extent, until the extent is full, a read, a hash, a sync or the
 * close needs it, or memory is short; then handed to the file; safe after a sync. A crash loses here what it may lose on
 * the node reactor. A sync saves what this store wrote or hashed, so that what was found right and synced stays right.
 *
 * Invariants: padding reads as zeros and is never written; a file is never cut or filled up; files of no length are made
 * with the first write, or by the sync of a store without bytes. A file that was written is held: whoever deletes it
 * underneath is noticed by the next hash or sync.
 */
import { assert, copyOf } from '../../../core/index.ts';
import type { StoreFault } from '../../../core/index.ts';
import type { DiskDevice } from './disk-device.ts';
import type { DiskDigest } from './disk.ts';
import type { DiskFile } from './disk-file.ts';
import type { DiskFolder } from './disk-folder.ts';
import type { DiskLayout } from './disk-layout.ts';
import { DiskLosses } from './disk-losses.ts';
import type { HashAlgorithm, StoreContent } from './disk-store.ts';

/** Extents larger than this are gathered in parts of this size. */
const PART_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes that one store gathers; beyond it the oldest extent is handed over incomplete. */
const GATHER_BYTES_MAX = 8 * 1024 * 1024;
/** With reordering, one write of so many hands over the oldest extent early. */
const EARLY_ONE_IN = 6;

interface Chunk {
  readonly offset: number;
  readonly data: Uint8Array;
}

interface Part {
  readonly chunks: Chunk[];
  bytes: number;
}

/** What a store needs of its disk. */
export interface MemoryMeans {
  readonly device: DiskDevice;
  readonly folder: DiskFolder;
  readonly digest: DiskDigest;
}

export class MemoryStore implements StoreContent {
  readonly length: number;
  readonly #layout: DiskLayout;
  readonly #means: MemoryMeans;
  readonly #partBytes: number;
  readonly #losses = new DiskLosses();
  /** What is gathered, oldest first. */
  readonly #parts = new Map<number, Part>();
  #gathered = 0;
  /** Files that were written, by index. */
  readonly #held = new Map<number, DiskFile>();
  readonly #unsynced = new Set<number>();
  /** Files that were hashed: another process may have written them and died before its sync. */
  readonly #hashed = new Set<number>();
  #emptyMade = false;

  constructor(layout: DiskLayout, extent: number, means: MemoryMeans) {
    this.length = layout.length;
    this.#layout = layout;
    this.#means = means;
    this.#partBytes = extent > 0 ? Math.min(extent, PART_BYTES_MAX) : PART_BYTES_MAX;
  }

  take(data: Uint8Array): Uint8Array {
    return copyOf(data);
  }

  flip(data: Uint8Array, bit: number): Uint8Array {
    if (data.length > 0) flipBit(data, bit % (data.length * 8));
    return data;
  }

  write(offset: number, data: Uint8Array): void {
    for (let at = 0; at < data.length;) {
      const index = Math.floor((offset + at) / this.#partBytes);
      const end = Math.min((index + 1) * this.#partBytes, this.length);
      const length = Math.min(data.length - at, end - (offset + at));
      this.#gather(index, { offset: offset + at, data: data.subarray(at, at + length) });
      at += length;
    }
    const { reorder } = this.#means.device;
    while (this.#gathered > GATHER_BYTES_MAX) this.#handOverOldest();
    if (reorder !== null && reorder.below(EARLY_ONE_IN) === 0) this.#handOverOldest();
  }

  tear(offset: number, data: Uint8Array, bytes: number): void {
    this.#handOver(offset, offset + bytes);
    this.#put(offset, data.subarray(0, bytes));
  }

  read(offset: number, length: number): Uint8Array | StoreFault {
    const views: Uint8Array[] = [];
    const fault = this.#look(offset, length, false, views);
    if (fault !== null) return fault;
    const data = new Uint8Array(length);
    let at = 0;
    for (const view of views) {
      data.set(view, at);
      at += view.length;
    }
    return data;
  }

  hash(
    offset: number,
    length: number,
    algorithm: HashAlgorithm,
    flipped: number,
  ): Uint8Array | StoreFault {
    this.#handOver(offset, offset + length);
    const lost = this.#losses.take(offset, offset + length);
    if (lost !== null) return lost;
    const views: Uint8Array[] = [];
    const fault = this.#look(offset, length, true, views);
    if (fault !== null) return fault;
    if (flipped >= 0 && length > 0) flipOne(views, flipped % (length * 8));
    return this.#means.digest(algorithm, views);
  }

  sync(): StoreFault | null {
    this.#handOverAll();
    if (this.#unsynced.size > 0 || this.length === 0) {
      const fault = this.#makeEmpty();
      if (fault !== null) return fault;
    }
    let failed: StoreFault | null = null;
    for (const index of this.#unsynced) {
      const file = this.#fileOf(index, false);
      if (typeof file === 'string') failed = file;
      else if (file.linked) file.sync();
      else {
        this.#held.delete(index);
        failed = 'missing';
      }
    }
    this.#unsynced.clear();
    for (const index of this.#hashed) {
      const file = this.#fileOf(index, false);
      if (typeof file !== 'string') file.sync();
    }
    this.#hashed.clear();
    return failed ?? this.#losses.fault;
  }

  close(): StoreFault | null {
    this.#handOverAll();
    this.#held.clear();
    return this.#losses.fault;
  }

  #gather(index: number, chunk: Chunk): void {
    let part = this.#parts.get(index);
    if (part === undefined) this.#parts.set(index, (part = { chunks: [], bytes: 0 }));
    part.chunks.push(chunk);
    part.bytes += chunk.data.length;
    this.#gathered += chunk.data.length;
    // What was written twice counts twice: handing over too early is allowed, too late is not.
    const whole = Math.min(this.#partBytes, this.length - index * this.#partBytes);
    if (part.bytes >= whole) this.#handOverPart(index, part);
  }

  #handOver(start: number, end: number): void {
    if (this.#parts.size === 0 || start === end) return;
    const last = Math.ceil(end / this.#partBytes);
    for (let index = Math.floor(start / this.#partBytes); index < last; index++) {
      const part = this.#parts.get(index);
      if (part !== undefined) this.#handOverPart(index, part);
    }
  }

  #handOverOldest(): void {
    for (const [index, part] of this.#parts) {
      this.#handOverPart(index, part);
      return;
    }
  }

  #handOverAll(): void {
    for (const [index, part] of this.#parts) this.#handOverPart(index, part);
  }

  #handOverPart(index: number, part: Part): void {
    this.#parts.delete(index);
    this.#gathered -= part.bytes;
    for (const { offset, data } of part.chunks) {
      const end = offset + data.length;
      const fault = this.#put(offset, data);
      if (fault === null) this.#losses.remove(offset, end);
      else this.#losses.add(offset, end, fault);
    }
  }

  /** Hands bytes to the files. */
  #put(offset: number, data: Uint8Array): StoreFault | null {
    if (this.#means.device.readOnly) return 'denied';
    const fault = this.#makeEmpty();
    if (fault !== null) return fault;
    for (const span of this.#layout.spans(offset, data.length)) {
      if (span.padding) continue;
      const file = this.#held.get(span.file) ?? this.#hold(span.file);
      if (typeof file === 'string') return file;
      this.#unsynced.add(span.file);
      const failed = file.write(span.fileOffset, data.subarray(span.at, span.at + span.length));
      if (failed !== null) return failed;
    }
    return null;
  }

  #hold(index: number): DiskFile | StoreFault {
    const file = this.#means.folder.make(this.#layout.paths[index]!);
    if (typeof file !== 'string') this.#held.set(index, file);
    return file;
  }

  #makeEmpty(): StoreFault | null {
    if (this.#emptyMade) return null;
    if (this.#means.device.readOnly) return 'denied';
    for (const [i, { length, padding }] of this.#layout.files.entries()) {
      if (length > 0 || padding) continue;
      const file = this.#means.folder.make(this.#layout.paths[i]!);
      if (typeof file === 'string') return file;
    }
    this.#emptyMade = true;
    return null;
  }

  /** Collects what the files hold of the range; `anew`, for a hash: a file that has lost its name is not believed. */
  #look(offset: number, length: number, anew: boolean, views: Uint8Array[]): StoreFault | null {
    this.#handOver(offset, offset + length);
    for (const span of this.#layout.spans(offset, length)) {
      if (span.padding) {
        views.push(new Uint8Array(span.length));
        continue;
      }
      const file = this.#fileOf(span.file, anew);
      if (typeof file === 'string') return file;
      if (!file.views(span.fileOffset, span.length, views)) return 'missing';
      if (anew) this.#hashed.add(span.file);
    }
    return null;
  }

  #fileOf(index: number, anew: boolean): DiskFile | StoreFault {
    const held = this.#held.get(index);
    if (held !== undefined && (held.linked || !anew)) return held;
    this.#held.delete(index);
    return this.#means.folder.find(this.#layout.paths[index]!);
  }
}

function flipBit(data: Uint8Array, bit: number): void {
  const at = Math.floor(bit / 8);
  data[at] = data[at]! ^ (1 << (bit % 8));
}

/** Flips a bit of bytes that are only looked at: in a copy of the view that it falls into. */
function flipOne(views: Uint8Array[], bit: number): void {
  for (let i = 0, left = bit; i < views.length; i++) {
    const view = views[i]!;
    if (left < view.length * 8) {
      views[i] = copyOf(view);
      flipBit(views[i]!, left);
      return;
    }
    left -= view.length * 8;
  }
  assert(false, 'the bit lies in the range');
}
