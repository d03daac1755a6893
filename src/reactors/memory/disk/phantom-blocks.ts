/**
 * What lies on a phantom disk under one list of files, whoever has it open: the state of each block, now and as of the
 * last sync.
 *
 * Invariants: every block that is not untouched is counted as allocated, in whole blocks; blocks of padding alone are
 * held from the beginning, stay so and are not counted. A block on the border of two files suffers with either of them.
 */
import type { Random } from '../../../core/index.ts';
import { DiskBlockGrid, GRID_BLOCK_BYTES } from './disk-block-grid.ts';
import { DiskBlockMap, HELD, UNTOUCHED, WRONG } from './disk-block-map.ts';
import type { BlockState } from './disk-block-map.ts';
import type { DiskDevice } from './disk-device.ts';
import type { DiskLayout } from './disk-layout.ts';
import type { DiskView } from './disk.ts';

export class PhantomBlocks implements DiskView {
  readonly layout: DiskLayout;
  readonly grid: DiskBlockGrid;
  readonly extent: number;
  readonly #device: DiskDevice;
  readonly #now: DiskBlockMap;
  readonly #synced: DiskBlockMap;
  /** Null: there is none. */
  readonly #padding: ReadonlySet<number> | null;

  constructor(layout: DiskLayout, extent: number, device: DiskDevice) {
    this.layout = layout;
    this.extent = extent;
    this.grid = new DiskBlockGrid(layout.length, extent);
    this.#device = device;
    this.#now = new DiskBlockMap(this.grid.count);
    this.#synced = new DiskBlockMap(this.grid.count);
    this.#padding = layout.hasPadding ? this.#layPadding() : null;
  }

  /** Bytes that the states take now. */
  get byteLength(): number {
    return this.#now.byteLength + this.#synced.byteLength;
  }

  isTrue(offset: number, length: number): boolean {
    return this.stateOf(offset, length) === HELD;
  }

  fill(): void {
    const untouched = this.#now.count(UNTOUCHED);
    this.#now.fill(HELD);
    this.#synced.fill(HELD);
    this.#device.used += untouched * GRID_BLOCK_BYTES; // from outside: the limit does not hold
  }

  /** The worst of the blocks under the range. */
  stateOf(offset: number, length: number): BlockState {
    if (length === 0) return HELD;
    return this.#now.worst(this.grid.blockAt(offset), this.grid.blockAt(offset + length - 1));
  }

  at(block: number): BlockState {
    return this.#now.get(block);
  }

  /** False where there is no room. */
  write(block: number, state: BlockState): boolean {
    if (this.#padding?.has(block) === true) return true;
    if (this.#now.get(block) === UNTOUCHED && !this.#device.take(GRID_BLOCK_BYTES)) return false;
    this.#now.set(block, state);
    return true;
  }

  sync(): void {
    this.#synced.copy(this.#now);
  }

  /** The power fails: each block that changed since the last sync is kept, lost or torn. */
  powerCut(random: Random): void {
    if (this.#now.all !== null && this.#now.all === this.#synced.all) return;
    for (let block = 0; block < this.grid.count; block++) {
      const before = this.#synced.get(block);
      if (this.#now.get(block) === before) continue;
      const fate = random.below(3);
      if (fate !== 0) this.#mark(block, fate === 1 ? before : WRONG);
    }
    this.#synced.copy(this.#now);
  }

  /** Cut from outside, for good: nothing of the file is left from `from` on. */
  cut(file: number, from: number): void {
    this.#meddle(file, from, Infinity, UNTOUCHED);
  }

  /** The file ends at `to` from now on, and nobody knows what is in it from `from` on: written from outside, for good. */
  overwrite(file: number, from: number, to: number): void {
    this.#meddle(file, from, to, WRONG);
    this.#meddle(file, to, Infinity, UNTOUCHED);
  }

  /** Where the file ends: after the last of its blocks that was ever written. */
  endOf(file: number): number {
    const start = this.layout.startOf(file);
    const { length } = this.layout.files[file]!;
    if (length === 0) return 0;
    for (let block = this.grid.blockAt(start + length - 1); block >= 0; block--) {
      if (this.grid.endOf(block) <= start) return 0;
      if (this.#now.get(block) !== UNTOUCHED) {
        return Math.min(this.grid.endOf(block) - start, length);
      }
    }
    return 0;
  }

  #mark(block: number, state: BlockState): void {
    const was = this.#now.get(block);
    if (was === UNTOUCHED && state !== UNTOUCHED) this.#device.used += GRID_BLOCK_BYTES;
    if (was !== UNTOUCHED && state === UNTOUCHED) this.#device.give(GRID_BLOCK_BYTES);
    this.#now.set(block, state);
  }

  #meddle(file: number, from: number, to: number, state: BlockState): void {
    const start = this.layout.startOf(file);
    const end = start + Math.min(to, this.layout.files[file]!.length);
    if (start + from >= end) return;
    const last = this.grid.blockAt(end - 1);
    for (let block = this.grid.blockAt(start + from); block <= last; block++) {
      if (this.#padding?.has(block) === true) continue;
      this.#mark(block, state);
      this.#synced.set(block, state);
    }
  }

  /** Blocks in which no file has a byte. */
  #layPadding(): Set<number> {
    const found = new Set<number>();
    this.layout.files.forEach(({ length, padding }, file) => {
      if (!padding || length === 0) return;
      const start = this.layout.startOf(file);
      const last = this.grid.blockAt(start + length - 1);
      for (let block = this.grid.blockAt(start); block <= last; block++) {
        const from = this.grid.startOf(block);
        const spans = this.layout.spans(from, this.grid.endOf(block) - from);
        if (!spans.every((span) => span.padding)) continue;
        found.add(block);
        this.#now.set(block, HELD);
        this.#synced.set(block, HELD);
      }
    });
    return found;
  }
}
