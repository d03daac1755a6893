/**
 * One open store of a phantom disk: jobs on blocks that have no bytes.
 *
 * A write is known for right or wrong by its payload; a read answers right payload where all of its blocks are right; a
 * hash is the true digest where they are, and another one where they are not. Written bytes count as handed to the disk
 * at once, which a store may do.
 */
import { assert } from '../../../core/index.ts';
import type { StoreFault, StoreFile } from '../../../core/index.ts';
import { HELD, UNTOUCHED, WRONG } from './disk-block-map.ts';
import type { BlockState } from './disk-block-map.ts';
import type { DiskDevice } from './disk-device.ts';
import { DiskLosses } from './disk-losses.ts';
import type { HashAlgorithm, StoreContent } from './disk-store.ts';
import { isPhantom, phantomBlock, poisonedBlock } from './phantom-block.ts';
import type { PhantomBlocks } from './phantom-blocks.ts';

/** The digest that the range has where all of it is right. Need not be a copy: nobody writes to it. */
export type TruthDigest = (
  offset: number,
  length: number,
  algorithm: HashAlgorithm,
  files: readonly StoreFile[],
) => Uint8Array;

/** What wrong bytes hash to: nobody finds the content of this one. */
const FALSE_DIGESTS = { sha1: new Uint8Array(20), sha256: new Uint8Array(32) };

export class PhantomStore implements StoreContent {
  readonly length: number;
  readonly #blocks: PhantomBlocks;
  readonly #device: DiskDevice;
  readonly #truth: TruthDigest;
  readonly #losses = new DiskLosses();

  constructor(blocks: PhantomBlocks, device: DiskDevice, truth: TruthDigest) {
    this.length = blocks.layout.length;
    this.#blocks = blocks;
    this.#device = device;
    this.#truth = truth;
  }

  take(data: Uint8Array): Uint8Array {
    return isPhantom(data) ? phantomBlock(data.length) : poisonedBlock(data.length);
  }

  flip(data: Uint8Array): Uint8Array {
    return poisonedBlock(data.length);
  }

  write(offset: number, data: Uint8Array): void {
    const fault = this.#put(offset, data.length, isPhantom(data) ? HELD : WRONG);
    const end = offset + data.length;
    if (fault === null) this.#losses.remove(offset, end);
    else this.#losses.add(offset, end, fault);
  }

  tear(offset: number, data: Uint8Array, bytes: number): void {
    // The block that is torn is neither what it was nor what it should be,
    const { grid } = this.#blocks;
    const end = offset + bytes;
    const torn = end < this.length ? grid.blockAt(end) : grid.count;
    const whole = torn < grid.count ? Math.max(grid.startOf(torn), offset) : end;
    this.#put(offset, whole - offset, isPhantom(data) ? HELD : WRONG);
    if (whole === end) return;
    // unless it was right, and so is what would have replaced it.
    const same = isPhantom(data) && this.#blocks.at(torn) === HELD;
    this.#put(whole, end - whole, same ? HELD : WRONG);
  }

  read(offset: number, length: number): Uint8Array | StoreFault {
    const state = this.#blocks.stateOf(offset, length);
    if (state === UNTOUCHED) return 'missing';
    return state === HELD ? phantomBlock(length) : poisonedBlock(length);
  }

  hash(
    offset: number,
    length: number,
    algorithm: HashAlgorithm,
    flipped: number,
  ): Uint8Array | StoreFault {
    const lost = this.#losses.take(offset, offset + length);
    if (lost !== null) return lost;
    const state = this.#blocks.stateOf(offset, length);
    if (state === UNTOUCHED) return 'missing';
    if (state !== HELD || (flipped >= 0 && length > 0)) return FALSE_DIGESTS[algorithm];
    return this.#truth(offset, length, algorithm, this.#blocks.layout.files);
  }

  sync(): StoreFault | null {
    this.#blocks.sync();
    return this.#losses.fault;
  }

  close(): StoreFault | null {
    return this.#losses.fault;
  }

  #put(offset: number, length: number, state: BlockState): StoreFault | null {
    if (length === 0) return null;
    if (this.#device.readOnly) return 'denied';
    const { grid } = this.#blocks;
    const end = offset + length;
    const last = grid.blockAt(end - 1);
    for (let block = grid.blockAt(offset); block <= last; block++) {
      if (state === HELD && (grid.startOf(block) < offset || grid.endOf(block) > end)) {
        // Right bytes in a part of a right block change nothing; in any other, two bits cannot tell what it is now.
        assert(this.#blocks.at(block) === HELD, 'a phantom store is written in whole blocks');
      }
      if (!this.#blocks.write(block, state)) return 'full';
    }
    return null;
  }
}
