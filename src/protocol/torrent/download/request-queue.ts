/**
 * The requests that one peer has not answered, oldest first: a ring of parallel arrays, so that a request costs no
 * allocation. Plain arrays of numbers: of a few entries they are smaller than typed ones, and lie with their owner. Peers answer nearly in order, so a search from the oldest end is short.
 *
 * Invariant (the caller's, checked by `Download`): no block is in the queue twice. The capacity grows by doubling.
 */
import { assert } from '../../../core/index.ts';
import type { Millis } from '../../../core/index.ts';
import type { BlockIndex } from '../views.ts';

const firstCapacity = 4;

export class RequestQueue {
  #blocks: number[] = new Array<number>(firstCapacity).fill(0);
  #sentAt: Millis[] = new Array<Millis>(firstCapacity).fill(0.5);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** When the oldest request went out; Infinity: none is out. */
  get oldestAt(): Millis {
    return this.#length === 0 ? Infinity : this.#sentAt[this.#head]!;
  }

  at(i: number): BlockIndex {
    return this.#blocks[this.#slot(i)]!;
  }

  has(block: BlockIndex): boolean {
    return this.#find(block) >= 0;
  }

  push(block: BlockIndex, now: Millis): void {
    if (this.#length === this.#blocks.length) this.#grow();
    const slot = this.#slot(this.#length);
    this.#blocks[slot] = block;
    this.#sentAt[slot] = now;
    this.#length++;
  }

  /** Returns whether the block was in the queue. */
  remove(block: BlockIndex): boolean {
    const found = this.#find(block);
    if (found < 0) return false;
    // Close the gap from the head: the found one is nearly always the oldest.
    for (let i = found; i > 0; i--) {
      const to = this.#slot(i);
      const from = this.#slot(i - 1);
      this.#blocks[to] = this.#blocks[from]!;
      this.#sentAt[to] = this.#sentAt[from]!;
    }
    this.#head = this.#slot(1);
    this.#length--;
    if (this.#length === 0) this.#shrink();
    return true;
  }

  /** Takes the oldest out; the queue is not empty. */
  shift(): BlockIndex {
    assert(this.#length > 0, 'requests: shift of an empty queue');
    const block = this.#blocks[this.#head]!;
    this.#head = this.#slot(1);
    this.#length--;
    if (this.#length === 0) this.#shrink();
    return block;
  }

  #slot(i: number): number {
    return (this.#head + i) & (this.#blocks.length - 1);
  }

  #find(block: BlockIndex): number {
    for (let i = 0; i < this.#length; i++) {
      if (this.#blocks[this.#slot(i)] === block) return i;
    }
    return -1;
  }

  /** Nothing is asked any more: of many connections few are asked anything at a time. */
  #shrink(): void {
    if (this.#blocks.length === firstCapacity) return;
    this.#blocks = new Array<number>(firstCapacity).fill(0);
    this.#sentAt = new Array<Millis>(firstCapacity).fill(0.5);
    this.#head = 0;
  }

  #grow(): void {
    const blocks = new Array<number>(this.#blocks.length * 2).fill(0);
    const sentAt = new Array<Millis>(this.#blocks.length * 2).fill(0.5);
    for (let i = 0; i < this.#length; i++) {
      blocks[i] = this.#blocks[this.#slot(i)]!;
      sentAt[i] = this.#sentAt[this.#slot(i)]!;
    }
    this.#blocks = blocks;
    this.#sentAt = sentAt;
    this.#head = 0;
  }
}
