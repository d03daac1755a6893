/**
 * Finds the first line in which two traces differ. Knows no machine: lines are compared as JSON.
 *
 * Of the headers, what describes the recording program (`version`, `node`) does not count: two runs may be equal on two
 * versions of it.
 */
import { RecentLines } from './recent-lines.ts';
import type { NumberedLine } from './recent-lines.ts';
import { sameLine } from './same-line.ts';

export interface TraceDifference {
  /** Counted from 1. */
  readonly line: number;
  /** Null: the trace has ended. */
  readonly a: string | null;
  readonly b: string | null;
  /** The last equal lines, oldest first. */
  readonly before: readonly NumberedLine[];
}

const OF_THE_PROGRAM = ['version', 'node'] as const;

export class TraceDiff {
  readonly #recent = new RecentLines();
  #lines = 0;

  /** Lines compared so far. */
  get lines(): number {
    return this.#lines;
  }

  /** Takes the next line of each, null where there is none. Null: no difference yet. */
  compare(a: string | null, b: string | null): TraceDifference | null {
    if (a === null && b === null) return null;
    this.#lines++;
    if (a !== null && b !== null && sameLine(a, b, this.#lines === 1 ? OF_THE_PROGRAM : [])) {
      this.#recent.add(this.#lines, a);
      return null;
    }
    return { line: this.#lines, a, b, before: this.#recent.all };
  }
}

/** The first difference of two traces that are at hand; null: none. */
export function traceDiff(a: readonly string[], b: readonly string[]): TraceDifference | null {
  const diff = new TraceDiff();
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const found = diff.compare(a[i] ?? null, b[i] ?? null);
    if (found !== null) return found;
  }
  return null;
}
