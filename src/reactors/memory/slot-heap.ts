/**
 * A binary heap of slot numbers by (time, order). The keys lie in the heap itself, side by side, so that sifting
 * touches one stretch of memory.
 */
export class SlotHeap {
  #times = new Float64Array(64);
  #orders = new Float64Array(64);
  #slots = new Int32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The slot with the least key; the heap is not empty. */
  get top(): number {
    return this.#slots[0]!;
  }

  get topTime(): number {
    return this.#times[0]!;
  }

  push(slot: number, time: number, order: number): void {
    if (this.#size === this.#times.length) this.#grow();
    let position = this.#size++;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const above = this.#times[parent]!;
      if (above < time || (above === time && this.#orders[parent]! < order)) break;
      this.#times[position] = above;
      this.#orders[position] = this.#orders[parent]!;
      this.#slots[position] = this.#slots[parent]!;
      position = parent;
    }
    this.#times[position] = time;
    this.#orders[position] = order;
    this.#slots[position] = slot;
  }

  /** Takes the slot with the least key out; the heap is not empty. */
  pop(): number {
    const slot = this.#slots[0]!;
    const last = --this.#size;
    if (last === 0) return slot;
    const time = this.#times[last]!;
    const order = this.#orders[last]!;
    let position = 0;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#before(child + 1, child)) child++;
      const below = this.#times[child]!;
      if (time < below || (time === below && order < this.#orders[child]!)) break;
      this.#times[position] = below;
      this.#orders[position] = this.#orders[child]!;
      this.#slots[position] = this.#slots[child]!;
      position = child;
    }
    this.#times[position] = time;
    this.#orders[position] = order;
    this.#slots[position] = this.#slots[last]!;
    return slot;
  }

  #before(a: number, b: number): boolean {
    const timeA = this.#times[a]!;
    const timeB = this.#times[b]!;
    return timeA < timeB || (timeA === timeB && this.#orders[a]! < this.#orders[b]!);
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    const times = new Float64Array(capacity);
    const orders = new Float64Array(capacity);
    const slots = new Int32Array(capacity);
    times.set(this.#times);
    orders.set(this.#orders);
    slots.set(this.#slots);
    this.#times = times;
    this.#orders = orders;
    this.#slots = slots;
  }
}
