/**
 * Pieces that somebody waits for, each with the moment by which it should be here: what streaming asks for.
 *
 * Invariant: soonest first; of equal ones, in the order that was asked for; no piece twice, none that was verified since
 * it was set. Facts for behaviors: nothing here asks anybody for anything, and a moment that passes is no event.
 */
import type { Millis } from '../../../core/index.ts';

/** One piece that is waited for. */
export interface PieceDeadline {
  readonly piece: number;
  /** Milliseconds from the command on. */
  readonly within: Millis;
}

interface Entry {
  readonly piece: number;
  readonly at: Millis;
}

export class Deadlines {
  #entries: Entry[] = [];

  get count(): number {
    return this.#entries.length;
  }

  pieceAt(i: number): number {
    return this.#entries[i]!.piece;
  }

  timeAt(i: number): Millis {
    return this.#entries[i]!.at;
  }

  /** Replaces all of them. Pieces for which `counts` is false are left out. */
  set(deadlines: readonly PieceDeadline[], now: Millis, counts: (piece: number) => boolean): void {
    const soonest = new Map<number, Millis>();
    for (const { piece, within } of deadlines) {
      if (!counts(piece)) continue;
      const at = now + within;
      soonest.set(piece, Math.min(at, soonest.get(piece) ?? Infinity));
    }
    this.#entries = [...soonest].map(([piece, at]) => ({ piece, at }));
    this.#entries.sort((a, b) => a.at - b.at);
  }

  /** It is here. */
  remove(piece: number): void {
    const found = this.#entries.findIndex((entry) => entry.piece === piece);
    if (found >= 0) this.#entries.splice(found, 1);
  }
}
