/**
 * The timers of one machine: a binary heap over parallel typed arrays.
 *
 * Owns: who is due next. Entries are keyed (deadline, sequence), so that equal deadlines fire in the order in which
 * they were set. Invariant: `#position[slot]` and `#slots[position]` mirror each other for every waiting timer.
 *
 * A handle names a slot and the slot's generation; firing or cancelling ends the generation, so a spent handle is
 * recognised and does nothing (a slot must be reused four thousand million times before a handle comes again).
 * Does not read a clock and does not know what the kinds mean.
 */
import { assert } from './assert.ts';
import type { Millis } from './machine.ts';

/** Most timers at once; a handle keeps its slot in as many values. */
const timersMax = 0x100000;
const generationMax = 0xffffffff;
const firstCapacity = 16;
/** Instead of a position in the heap: the slot is free, or it is due in the running `expire`. */
const FREE = -1;
const DUE = -2;

export class TimerQueue<K extends string> {
  #deadline: Millis = Infinity;
  #size = 0;
  /** How many of `#size` are in the heap; the others are due in the running `expire`. */
  #waiting = 0;
  #sequence = 0;
  // By position in the heap.
  #at = new Float64Array(firstCapacity);
  #order = new Float64Array(firstCapacity);
  #slots = new Int32Array(firstCapacity);
  // By slot.
  #position = new Int32Array(firstCapacity).fill(FREE);
  #generation = new Uint32Array(firstCapacity).fill(1);
  #ids = new Float64Array(firstCapacity);
  readonly #kinds: K[] = [];
  readonly #free: number[] = [];
  #slotsUsed = 0;
  // The running `expire`: slots and their keys, in firing order.
  readonly #due: number[] = [];
  readonly #dueAt: Millis[] = [];
  readonly #dueOrder: number[] = [];
  #expiring = false;

  /** The earliest deadline, or Infinity. While `expire` runs: the earliest among those that it will not fire. */
  get deadline(): Millis {
    return this.#deadline;
  }

  /** Timers set and neither fired nor cancelled. */
  get size(): number {
    return this.#size;
  }

  /** Sets a timer that hands `kind` and `id` back at `at`. Returns its handle, which is above 0. */
  set(kind: K, id: number, at: Millis): number {
    assert(!Number.isNaN(at), 'timer queue: a deadline is a number');
    const slot = this.#free.pop() ?? this.#newSlot();
    this.#kinds[slot] = kind;
    this.#ids[slot] = id;
    this.#size += 1;
    this.#insert(slot, at, this.#sequence++);
    return this.#generation[slot]! * timersMax + slot;
  }

  /** Forgets a timer. 0 and a spent handle change nothing. */
  cancel(handle: number): void {
    const slot = this.#slotOf(handle);
    if (slot < 0) return;
    const position = this.#position[slot]!;
    if (position >= 0) this.#removeAt(position);
    this.#release(slot);
  }

  /** Gives a timer another deadline, as if it were set anew; its handle stays. False: the handle is spent. */
  move(handle: number, at: Millis): boolean {
    assert(!Number.isNaN(at), 'timer queue: a deadline is a number');
    const slot = this.#slotOf(handle);
    if (slot < 0) return false;
    const order = this.#sequence++;
    const position = this.#position[slot]!;
    if (position === DUE) {
      this.#insert(slot, at, order);
      return true;
    }
    const earlier = at < this.#at[position]!;
    if (earlier) this.#siftUp(position, slot, at, order);
    else this.#siftDown(position, slot, at, order);
    this.#deadline = this.#at[0]!;
    return true;
  }

  /**
   * Fires all timers with a deadline of `now` or earlier, by (deadline, sequence). One that is cancelled or moved
   * meanwhile does not fire; one that is set or moved meanwhile waits for the next call, whatever its deadline.
   */
  expire(now: Millis, fired: (kind: K, id: number) => void): void {
    if (this.#deadline > now || this.#waiting === 0) return;
    assert(!this.#expiring, 'timer queue: expire called from inside expire');
    this.#expiring = true;
    let next = 0;
    try {
      this.#collect(now);
      while (next < this.#due.length) {
        const slot = this.#due[next]!;
        // The mark alone is proof: while this runs, a slot of the list that is freed or moved never becomes DUE again.
        if (this.#position[slot] === DUE) {
          this.#position[slot] = FREE;
          const kind = this.#kinds[slot]!;
          const id = this.#ids[slot]!;
          this.#release(slot);
          next += 1;
          fired(kind, id);
        } else next += 1;
      }
    } finally {
      this.#restore(next);
      this.#expiring = false;
    }
  }

  /** Takes all due timers out of the heap, in order. */
  #collect(now: Millis): void {
    while (this.#waiting > 0 && this.#at[0]! <= now) {
      const slot = this.#slots[0]!;
      this.#due.push(slot);
      this.#dueAt.push(this.#at[0]!);
      this.#dueOrder.push(this.#order[0]!);
      this.#removeAt(0);
      this.#position[slot] = DUE;
    }
  }

  /** Ends an `expire`; if `fired` threw, those that it did not reach go back to their places. */
  #restore(next: number): void {
    for (let i = next; i < this.#due.length; i++) {
      const slot = this.#due[i]!;
      if (this.#position[slot] === DUE) this.#insert(slot, this.#dueAt[i]!, this.#dueOrder[i]!);
    }
    this.#due.length = 0;
    this.#dueAt.length = 0;
    this.#dueOrder.length = 0;
  }

  #slotOf(handle: number): number {
    const generation = Math.floor(handle / timersMax);
    const slot = handle - generation * timersMax;
    if (slot >= this.#slotsUsed || this.#generation[slot] !== generation) return -1;
    return this.#position[slot] === FREE ? -1 : slot;
  }

  #newSlot(): number {
    const slot = this.#slotsUsed;
    assert(slot < timersMax, 'timer queue: too many timers');
    if (slot === this.#at.length) this.#grow();
    this.#slotsUsed += 1;
    return slot;
  }

  #release(slot: number): void {
    this.#position[slot] = FREE;
    const generation = this.#generation[slot]!;
    this.#generation[slot] = generation === generationMax ? 1 : generation + 1;
    this.#free.push(slot);
    this.#size -= 1;
  }

  #insert(slot: number, at: Millis, order: number): void {
    this.#siftUp(this.#waiting++, slot, at, order);
    this.#deadline = this.#at[0]!;
  }

  #removeAt(position: number): void {
    const last = --this.#waiting;
    if (position < last) {
      const slot = this.#slots[last]!;
      const at = this.#at[last]!;
      const order = this.#order[last]!;
      if (position > 0 && this.#before(at, order, (position - 1) >> 1)) {
        this.#siftUp(position, slot, at, order);
      } else {
        this.#siftDown(position, slot, at, order);
      }
    }
    this.#deadline = last > 0 ? this.#at[0]! : Infinity;
  }

  #before(at: Millis, order: number, position: number): boolean {
    const other = this.#at[position]!;
    return at < other || (at === other && order < this.#order[position]!);
  }

  #place(position: number, slot: number, at: Millis, order: number): void {
    this.#at[position] = at;
    this.#order[position] = order;
    this.#slots[position] = slot;
    this.#position[slot] = position;
  }

  #siftUp(from: number, slot: number, at: Millis, order: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!this.#before(at, order, parent)) break;
      this.#place(position, this.#slots[parent]!, this.#at[parent]!, this.#order[parent]!);
      position = parent;
    }
    this.#place(position, slot, at, order);
  }

  #siftDown(from: number, slot: number, at: Millis, order: number): void {
    const size = this.#waiting;
    let position = from;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#before(this.#at[right]!, this.#order[right]!, child)) child = right;
      if (this.#before(at, order, child)) break;
      this.#place(position, this.#slots[child]!, this.#at[child]!, this.#order[child]!);
      position = child;
    }
    this.#place(position, slot, at, order);
  }

  #grow(): void {
    const capacity = this.#at.length * 2;
    const longer = <T extends Float64Array | Int32Array | Uint32Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.#at = longer(new Float64Array(capacity), this.#at);
    this.#order = longer(new Float64Array(capacity), this.#order);
    this.#slots = longer(new Int32Array(capacity), this.#slots);
    this.#position = longer(new Int32Array(capacity).fill(FREE), this.#position);
    this.#generation = longer(new Uint32Array(capacity).fill(1), this.#generation);
    this.#ids = longer(new Float64Array(capacity), this.#ids);
  }
}
