/**
 * The last few lines that agreed, with their numbers: the context in which a difference is shown.
 */

export interface NumberedLine {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

const KEPT = 6;

export class RecentLines {
  readonly #lines: NumberedLine[] = [];

  add(line: number, text: string): void {
    if (this.#lines.length === KEPT) this.#lines.shift();
    this.#lines.push({ line, text });
  }

  /** Oldest first. */
  get all(): readonly NumberedLine[] {
    return [...this.#lines];
  }
}
