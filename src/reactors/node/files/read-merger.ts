/**
 * Holds back the reads of a turn and merges those that are adjacent into one.
 *
 * Invariant: each read is answered once; a merged read that fails is retried piecemeal, so that a neighbour beyond
 * the end of a short file fails nobody else.
 */
import type { StoreFault } from '../../../core/index.ts';
import { storeFaultOf } from '../faults.ts';
import type { FileRanges } from './file-ranges.ts';
import type { Lanes } from './lanes.ts';
import type { RangeOperation, RangeOrder } from './range-order.ts';

/** A read that waits for its turn to end. */
export interface PendingRead {
  readonly offset: number;
  readonly length: number;
  /** Where the bytes go, of just this length; such a read is a call of its own. By default memory is made for them. */
  readonly into?: Uint8Array;
  readonly done: (data: Uint8Array | null, fault: StoreFault | null) => void;
  /** What to read one by one, in its place and at its time, where the whole cannot be read. */
  readonly instead?: () => readonly PendingRead[];
}

/** The disk reads of one store. */
export class ReadMerger {
  readonly #ranges: FileRanges;
  readonly #order: RangeOrder;
  readonly #lanes: Lanes;
  readonly #mergeBytesMax: number;
  #pending: PendingRead[] = [];

  constructor(ranges: FileRanges, order: RangeOrder, lanes: Lanes, mergeBytesMax: number) {
    this.#ranges = ranges;
    this.#order = order;
    this.#lanes = lanes;
    this.#mergeBytesMax = mergeBytesMax;
  }

  add(read: PendingRead): void {
    this.#pending.push(read);
  }

  /** Enters what was held back into the order of the store. */
  start(): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending.sort((a, b) => a.offset - b.offset);
    this.#pending = [];
    let group: PendingRead[] = [];
    let end = -1;
    for (const read of pending) {
      const first = group[0];
      const length = first === undefined ? 0 : read.offset + read.length - first.offset;
      const alone = read.into !== undefined || first?.into !== undefined;
      const apart = alone || read.offset !== end || length > this.#mergeBytesMax;
      if (first !== undefined && apart) {
        this.#enter(group);
        group = [];
      }
      group.push(read);
      end = read.offset + read.length;
    }
    this.#enter(group);
  }

  #enter(group: readonly PendingRead[]): void {
    const start = group[0]!.offset;
    const last = group.at(-1)!;
    const operation: RangeOperation = this.#order.add(start, last.offset + last.length, false, () =>
      this.#lanes.run(async () => {
        await this.#read(group);
        this.#order.done(operation);
      }),
    );
  }

  async #read(group: readonly PendingRead[]): Promise<void> {
    const start = group[0]!.offset;
    const last = group.at(-1)!;
    try {
      const target = group[0]!.into;
      if (target !== undefined) {
        await this.#ranges.readInto(start, target);
        last.done(target, null);
        return;
      }
      const data = await this.#ranges.read(start, last.offset + last.length - start);
      for (const { offset, length, done } of group) {
        done(data.subarray(offset - start, offset - start + length), null);
      }
    } catch (error) {
      const parts = group.length === 1 ? last.instead?.() : group;
      if (parts === undefined) last.done(null, storeFaultOf(error));
      else for (const read of parts) await this.#read([read]);
    }
  }
}
