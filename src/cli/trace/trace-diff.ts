/**
 * `swarmwright trace diff`: the first line in which two traces differ, read side by side.
 */
import { replayLines } from '../../client/index.ts';
import { isUnreadable, parseHeader, TraceDiff } from '../../core/index.ts';
import type { TraceDifference } from '../../core/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../output/json-report.ts';
import { faultError } from './replay.ts';
import type { Streams } from '../output/report.ts';
import { contextLines, pairLines } from './trace-window.ts';

/** One trace, a line at a time; the first one is checked to be a header. */
class Side {
  readonly #path: string;
  readonly #batches: ReturnType<typeof replayLines>;
  #lines: readonly string[] = [];
  #next = 0;
  #count = 0;
  #over = false;

  constructor(path: string) {
    this.#path = path;
    this.#batches = replayLines(path);
  }

  async next(): Promise<string | null> {
    while (this.#next === this.#lines.length && !this.#over) await this.#more();
    const line = this.#lines[this.#next++] ?? null;
    if (this.#count++ > 0) return line;
    const header = parseHeader(line ?? '');
    if (isUnreadable(header)) throw faultError(this.#path, { ...header, line: 1 });
    return line;
  }

  async close(): Promise<void> {
    await this.#batches.return();
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#batches.next();
    this.#next = 0;
    this.#over = done === true;
    if (value === undefined) this.#lines = [];
    else this.#lines = value.rest === '' ? value.lines : [...value.lines, value.rest];
  }
}

export async function traceDiff(
  first: string,
  second: string,
  words: { readonly json?: boolean },
  streams: Streams,
): Promise<ExitCode> {
  const diff = new TraceDiff();
  const difference = await firstDifference(diff, new Side(first), new Side(second));
  const { lines } = diff;
  if (words.json === true) {
    const same = difference === null;
    streams.stdout.write(jsonLine({ type: 'trace-diff', same, lines, difference }));
  } else {
    streams.stdout.write(difference === null ? `same: ${lines} lines\n` : textOf(difference));
  }
  return difference === null ? EXIT.done : EXIT.differs;
}

async function firstDifference(diff: TraceDiff, a: Side, b: Side): Promise<TraceDifference | null> {
  try {
    for (;;) {
      const left = await a.next();
      const right = await b.next();
      const difference = diff.compare(left, right);
      if (difference !== null || left === null) return difference;
    }
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

function textOf({ line, a, b, before }: TraceDifference): string {
  const lines = [
    `the traces differ at line ${line}:`,
    ...contextLines(before),
    ...pairLines(['first', a], ['second', b]),
  ];
  return `${lines.join('\n')}\n`;
}
