/**
 * What is due when, in strict order of (time, sequence): the queue under the virtual clock.
 *
 * A timing wheel with buckets of `bucketTime` microseconds, and two small heaps: events of the bucket that the clock is
 * in are sorted exactly, those beyond the wheel wait in the overflow. So the order is that of one big heap, while
 * nearly every event costs two writes into a list and a few steps in a heap that fits into the cache.
 *
 * Events live in slots of typed arrays; nothing is allocated per event. There is no `cancel`: whoever no longer wants
 * an event ignores it when it comes (it knows by `arg`). Times are whole microseconds and never before `take` last
 * returned.
 */
import { assert } from '../../core/index.ts';
import { SlotHeap } from './slot-heap.ts';

/** Microseconds since the world began; a whole number below 2^53. */
export type Micros = number;

/** Who is told that its time has come. `kind` and `arg` are the ones it gave. */
export interface Due {
  due(kind: number, arg: number): void;
}

/** Microseconds per bucket, and how many buckets there are: together how far the wheel sees. */
const bucketTime = 1_000;
const bucketCount = 4_096;
const NONE = -1;

export class EventQueue {
  #times = new Float64Array(256);
  #orders = new Float64Array(256);
  #kinds = new Int32Array(256);
  #args = new Float64Array(256);
  /** The next slot of a bucket's list, or of the free list. */
  #next = new Int32Array(256);
  readonly #targets: (Due | null)[] = [];
  #used = 0;
  #free = NONE;
  #order = 0;
  #size = 0;
  readonly #heads = new Int32Array(bucketCount).fill(NONE);
  /** One bit per bucket that is not empty. */
  readonly #filled = new Uint32Array(bucketCount / 32);
  /** Events of the current bucket and earlier. */
  readonly #near = new SlotHeap();
  /** Events beyond the wheel. */
  readonly #far = new SlotHeap();
  /** The bucket that the clock is in, counted from time 0. */
  #bucket = 0;

  // What `take` found.
  time: Micros = 0;
  kind = 0;
  arg = 0;

  get size(): number {
    return this.#size;
  }

  push(time: Micros, target: Due, kind: number, arg: number): void {
    const slot = this.#newSlot();
    this.#times[slot] = time;
    this.#orders[slot] = this.#order++;
    this.#kinds[slot] = kind;
    this.#args[slot] = arg;
    this.#targets[slot] = target;
    this.#size++;
    this.#place(slot, time);
  }

  /** When the next event is due; Infinity: there is none. */
  get nextTime(): Micros {
    if (this.#near.size === 0 && !this.#advance()) return Infinity;
    return this.#times[this.#near.top]!;
  }

  /** Takes the earliest event out, if it is due at `until` or before, and leaves its time, kind and arg here. */
  take(until: Micros): Due | null {
    if (this.#near.size === 0 && !this.#advance()) return null;
    const slot = this.#near.top;
    const time = this.#times[slot]!;
    if (time > until) return null;
    this.#near.pop();
    this.time = time;
    this.kind = this.#kinds[slot]!;
    this.arg = this.#args[slot]!;
    const target = this.#targets[slot]!;
    this.#targets[slot] = null;
    this.#next[slot] = this.#free;
    this.#free = slot;
    this.#size--;
    return target;
  }

  #place(slot: number, time: Micros): void {
    const bucket = Math.floor(time / bucketTime);
    if (bucket <= this.#bucket) this.#near.push(slot, time, this.#orders[slot]!);
    else if (bucket >= this.#bucket + bucketCount) this.#far.push(slot, time, this.#orders[slot]!);
    else {
      const at = bucket % bucketCount;
      this.#next[slot] = this.#heads[at]!;
      this.#heads[at] = slot;
      this.#filled[at >>> 5]! |= 1 << (at & 31);
    }
  }

  /** Moves on to the next bucket that holds something. False: there is none. */
  #advance(): boolean {
    const inWheel = this.#nextFilled();
    const beyond = this.#far.size === 0 ? Infinity : Math.floor(this.#far.topTime / bucketTime);
    if (inWheel === Infinity && beyond === Infinity) return false;
    this.#bucket = Math.min(inWheel, beyond);
    const at = this.#bucket % bucketCount;
    if (inWheel === this.#bucket) {
      let slot = this.#heads[at]!;
      while (slot !== NONE) {
        const next = this.#next[slot]!;
        this.#near.push(slot, this.#times[slot]!, this.#orders[slot]!);
        slot = next;
      }
      this.#heads[at] = NONE;
      this.#filled[at >>> 5]! &= ~(1 << (at & 31));
    }
    // What the wheel now reaches comes in from beyond.
    const reach = (this.#bucket + bucketCount) * bucketTime;
    while (this.#far.size > 0 && this.#far.topTime < reach) {
      const slot = this.#far.pop();
      this.#place(slot, this.#times[slot]!);
    }
    assert(this.#near.size > 0, 'event queue: an empty bucket was filled');
    return true;
  }

  /** The first bucket after the current one that holds something. */
  #nextFilled(): number {
    const start = (this.#bucket + 1) % bucketCount;
    const words = this.#filled.length;
    let word = start >>> 5;
    let bits = this.#filled[word]! & (0xffffffff << (start & 31));
    for (let i = 0; i <= words; i++) {
      if (bits !== 0) {
        const at = (word << 5) + 31 - Math.clz32(bits & -bits);
        const ahead = (at - start + bucketCount) % bucketCount;
        return this.#bucket + 1 + ahead;
      }
      word = (word + 1) % words;
      bits = this.#filled[word]!;
    }
    return Infinity;
  }

  #newSlot(): number {
    if (this.#free !== NONE) {
      const slot = this.#free;
      this.#free = this.#next[slot]!;
      return slot;
    }
    const slot = this.#used++;
    if (slot === this.#times.length) this.#grow();
    this.#targets.push(null);
    return slot;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    const longer = <T extends Float64Array | Int32Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.#times = longer(new Float64Array(capacity), this.#times);
    this.#orders = longer(new Float64Array(capacity), this.#orders);
    this.#kinds = longer(new Int32Array(capacity), this.#kinds);
    this.#args = longer(new Float64Array(capacity), this.#args);
    this.#next = longer(new Int32Array(capacity), this.#next);
  }
}
