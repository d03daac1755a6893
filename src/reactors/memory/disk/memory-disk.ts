/**
 * A disk that holds bytes: sparse files by path, with the faults, crashes and meddling of a real one.
 *
 * Stores behave as the node reactor's do, on virtual time. Everything by chance comes from the `Random` of the caller.
 */
import { assert } from '../../../core/index.ts';
import type { Random, Store, StoreFault, StoreFile } from '../../../core/index.ts';
import { DiskDevice } from './disk-device.ts';
import type { DiskFile } from './disk-file.ts';
import { DiskFolder } from './disk-folder.ts';
import { DiskLayout } from './disk-layout.ts';
import { openDiskStore } from './disk-opening.ts';
import type { Disk, DiskDigest, DiskOptions, DiskSpace, DiskView } from './disk.ts';
import { MemoryStore } from './memory-store.ts';

/** The right bytes of a range of a store; padding is zeros. Need not be a copy: nobody writes to them. */
export type TruthBytes = (
  offset: number,
  length: number,
  files: readonly StoreFile[],
) => Uint8Array;

export interface MemoryDiskOptions extends DiskOptions {
  readonly digest: DiskDigest;
  /** Needed by `view` alone. */
  readonly truthBytes?: TruthBytes;
}

/** Bytes that `fill` and `isTrue` ask the truth for at once. */
const STRIDE = 1024 * 1024;

export class MemoryDisk implements Disk {
  readonly #device: DiskDevice;
  readonly #folder: DiskFolder;
  readonly #digest: DiskDigest;
  readonly #truthBytes: TruthBytes | null;

  constructor(options: MemoryDiskOptions) {
    this.#device = new DiskDevice(options);
    this.#folder = new DiskFolder(this.#device);
    this.#digest = options.digest;
    this.#truthBytes = options.truthBytes ?? null;
  }

  get host(): number {
    return this.#device.host;
  }

  get space(): DiskSpace {
    return this.#device;
  }

  openStore(
    files: readonly StoreFile[],
    extent: number,
    ready: (store: Store | null, fault: StoreFault | null) => void,
  ): void {
    const means = { device: this.#device, folder: this.#folder, digest: this.#digest };
    const content = (): MemoryStore => new MemoryStore(new DiskLayout(files), extent, means);
    openDiskStore(this.#device, files, content, ready);
  }

  view(files: readonly StoreFile[]): DiskView {
    const truthBytes = this.#truthBytes;
    assert(truthBytes !== null, 'a disk is judged by the truth that it was given');
    const layout = new DiskLayout(files);
    return {
      isTrue: (offset, length) => {
        for (let at = 0; at < length; at += STRIDE) {
          const take = Math.min(STRIDE, length - at);
          if (!this.#holds(layout, offset + at, truthBytes(offset + at, take, files))) return false;
        }
        return true;
      },
      fill: () => {
        let offset = 0;
        for (const [i, { length, padding }] of layout.files.entries()) {
          if (!padding) this.#lay(layout.paths[i]!, truthBytes(offset, length, files));
          offset += length;
        }
      },
    };
  }

  setSpace(bytesMax: number): void {
    this.#device.limit = bytesMax;
  }

  setReadOnly(readOnly: boolean): void {
    this.#device.readOnly = readOnly;
  }

  crash(kind: 'process' | 'power', random?: Random): void {
    this.#device.crash();
    if (kind === 'process') return;
    assert(random !== undefined, 'what a power cut leaves is drawn');
    this.#folder.powerCut(random);
  }

  remove(path: string): void {
    this.#folder.remove(path);
  }

  truncate(path: string, length: number): void {
    const file = this.#folder.find(path);
    if (typeof file !== 'string') file.cut(length);
  }

  replace(path: string, bytes: Uint8Array): void {
    this.#folder.remove(path);
    const file = this.#make(path);
    writeFreely(this.#device, file, 0, bytes);
    file.sync();
  }

  extend(path: string, bytes: Uint8Array): void {
    const file = this.#folder.find(path);
    if (typeof file !== 'string') writeFreely(this.#device, file, file.size, bytes);
  }

  /** A copy of the whole file, or null where there is none. */
  contentOf(path: string): Uint8Array | null {
    const file = this.#folder.find(path);
    if (typeof file === 'string') return null;
    const content = new Uint8Array(file.size);
    let at = 0;
    for (const view of viewsOf(file, 0, file.size) ?? []) {
      content.set(view, at);
      at += view.length;
    }
    return content;
  }

  #holds(layout: DiskLayout, offset: number, truth: Uint8Array): boolean {
    for (const span of layout.spans(offset, truth.length)) {
      if (span.padding) continue;
      const file = this.#folder.find(layout.paths[span.file]!);
      if (typeof file === 'string') return false;
      const views = viewsOf(file, span.fileOffset, span.length);
      if (views === null) return false;
      let at = span.at;
      for (const view of views) {
        if (!same(view, truth, at)) return false;
        at += view.length;
      }
    }
    return true;
  }

  /** Puts a whole file there, synced, without a copy. */
  #lay(path: string, data: Uint8Array): void {
    this.#folder.remove(path);
    const file = this.#make(path);
    const { limit } = this.#device;
    this.#device.limit = Infinity;
    file.borrow(data);
    this.#device.limit = limit;
    file.sync();
  }

  #make(path: string): DiskFile {
    const file = this.#folder.make(path);
    assert(typeof file !== 'string', 'nothing stands in the way of the file');
    return file;
  }
}

/** From outside: whoever sets up a world, or meddles with it, is not held by the limit. */
function writeFreely(device: DiskDevice, file: DiskFile, offset: number, data: Uint8Array): void {
  const { limit } = device;
  device.limit = Infinity;
  file.write(offset, data);
  device.limit = limit;
}

/** Whether `view` and what stands at `at` of `truth` are the same bytes; at once where they are the same memory. */
function same(view: Uint8Array, truth: Uint8Array, at: number): boolean {
  const offset = truth.byteOffset + at;
  if (view.buffer === truth.buffer && view.byteOffset === offset) return true;
  let i = 0;
  if (((view.byteOffset | offset) & 3) === 0) {
    const words = view.length >>> 2;
    const left = new Int32Array(view.buffer, view.byteOffset, words);
    const right = new Int32Array(truth.buffer, offset, words);
    for (let word = 0; word < words; word++) if (left[word] !== right[word]) return false;
    i = words << 2;
  }
  for (; i < view.length; i++) if (view[i] !== truth[at + i]) return false;
  return true;
}

function viewsOf(file: DiskFile, offset: number, length: number): Uint8Array[] | null {
  const views: Uint8Array[] = [];
  return file.views(offset, length, views) ? views : null;
}
