/**
 * A disk without bytes, for swarms of thousands at messages fidelity: it knows of each block whether it is there, and
 * whether it is right.
 *
 * It answers as a `MemoryDisk` would that holds the same blocks, with two exceptions: what nobody wrote is `missing` also
 * where a file would have a hole, and a block is written as a whole. Costs two bits per block and sync state, nothing at
 * all for a seed; no memory per job but the answer.
 */
import { assert } from '../../../core/index.ts';
import type { Random, Store, StoreFault, StoreFile } from '../../../core/index.ts';
import { DiskDevice } from './disk-device.ts';
import { DiskLayout } from './disk-layout.ts';
import { openDiskStore } from './disk-opening.ts';
import type { Disk, DiskOptions, DiskSpace, DiskView } from './disk.ts';
import { PhantomBlocks } from './phantom-blocks.ts';
import { PhantomStore } from './phantom-store.ts';
import type { TruthDigest } from './phantom-store.ts';

export type { TruthDigest };

export interface PhantomDiskOptions extends DiskOptions {
  readonly truth: TruthDigest;
}

export class PhantomDisk implements Disk {
  readonly #device: DiskDevice;
  readonly #truth: TruthDigest;
  /** By the files that they lie in. */
  readonly #contents = new Map<string, PhantomBlocks>();

  constructor(options: PhantomDiskOptions) {
    this.#device = new DiskDevice(options);
    this.#truth = options.truth;
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
    const content = (): PhantomStore =>
      new PhantomStore(this.#blocks(files, extent), this.#device, this.#truth);
    openDiskStore(this.#device, files, content, ready);
  }

  /** Blocks are counted from the beginning of each extent, which must be the same each time. */
  view(files: readonly StoreFile[], extent: number): DiskView {
    return this.#blocks(files, extent);
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
    for (const blocks of this.#contents.values()) blocks.powerCut(random);
  }

  remove(path: string): void {
    this.#each(path, (blocks, file) => blocks.cut(file, 0));
  }

  truncate(path: string, length: number): void {
    this.#each(path, (blocks, file) => blocks.cut(file, length));
  }

  /** The new bytes are wrong, whatever they are. */
  replace(path: string, bytes: Uint8Array): void {
    this.#each(path, (blocks, file) => blocks.overwrite(file, 0, bytes.length));
  }

  extend(path: string, bytes: Uint8Array): void {
    this.#each(path, (blocks, file) => {
      const end = blocks.endOf(file);
      if (end > 0) blocks.overwrite(file, end, end + bytes.length);
    });
  }

  #blocks(files: readonly StoreFile[], extent: number): PhantomBlocks {
    const layout = new DiskLayout(files);
    const key = keyOf(layout);
    let blocks = this.#contents.get(key);
    if (blocks === undefined) {
      blocks = new PhantomBlocks(layout, extent, this.#device);
      this.#contents.set(key, blocks);
    }
    assert(blocks.extent === extent, 'the same files are opened with the same extent');
    return blocks;
  }

  #each(path: string, call: (blocks: PhantomBlocks, file: number) => void): void {
    for (const blocks of this.#contents.values()) {
      blocks.layout.paths.forEach((each, file) => {
        if (each === path && !blocks.layout.files[file]!.padding) call(blocks, file);
      });
    }
  }
}

function keyOf({ files, paths }: DiskLayout): string {
  return files.map((file, i) => `${file.length}${file.padding ? '-' : ' '}${paths[i]!}`).join('\0');
}
