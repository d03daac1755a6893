/**
 * Lines of traces on a terminal: long ones cut to what matters, and nothing that a stranger wrote may act on it.
 */
import type { NumberedLine } from '../../core/index.ts';
import { printable } from '../output/printable.ts';

/** Characters shown of one line. */
const WIDTH = 220;
/** Characters shown before the place where two lines part. */
const LEAD = 60;

/** The lines before, numbered. */
export function contextLines(before: readonly NumberedLine[]): string[] {
  return before.map(({ line, text }) => `  ${String(line).padStart(8)}  ${window(text, 0)}`);
}

/** Two lines under their names, cut so that the first difference shows; null: there is none. */
export function pairLines(
  first: readonly [name: string, text: string | null],
  second: readonly [name: string, text: string | null],
): string[] {
  const from = Math.max(0, parting(first[1] ?? '', second[1] ?? '') - LEAD);
  return [first, second].map(
    ([name, text]) => `  ${name.padStart(8)}  ${text === null ? '(nothing)' : window(text, from)}`,
  );
}

function window(text: string, from: number): string {
  const start = from > 0 && text.length > WIDTH ? from : 0;
  const shown = printable(text.slice(start, start + WIDTH));
  const more = start + WIDTH < text.length ? ` ... (${text.length} characters)` : '';
  return `${start > 0 ? '... ' : ''}${shown}${more}`;
}

function parting(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}
