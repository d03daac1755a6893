/**
 * The pieces under way of which something is missing, oldest first: with small pieces and deep pipelines thousands are
 * under way, and of nearly all of them everything has been asked for.
 *
 * Invariant: ascending by `order`, each once. A piece leaves and comes back at a cost of the pieces that are in.
 */
import type { Progress } from './piece-progress.ts';

export class OpenPieces {
  readonly #open: Progress[] = [];

  get count(): number {
    return this.#open.length;
  }

  at(i: number): number {
    return this.#open[i]!.piece;
  }

  add(progress: Progress): void {
    this.#open.splice(this.#place(progress), 0, progress);
  }

  /** Nothing happens where it is not in. */
  remove(progress: Progress): void {
    const place = this.#place(progress);
    if (this.#open[place] === progress) this.#open.splice(place, 1);
  }

  has(progress: Progress): boolean {
    return this.#open[this.#place(progress)] === progress;
  }

  /** Where it is, or belongs. */
  #place({ order }: Progress): number {
    let low = 0;
    let high = this.#open.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#open[middle]!.order < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
