/**
 * Cuts text that comes in chunks of any size into lines. Only `\n` ends a line: JSON may hold every other separator.
 *
 * Invariant: what is kept between chunks is one unfinished line, and never more than `lineLengthMax` of it: a file that
 * is no trace may have no line end at all.
 */
import type { Sink } from '../machine.ts';

/** Characters. The longest lawful line adds a torrent of 10 MB, in hexadecimal digits, twice. */
export const lineLengthMax = 0x400_0000;

export class LineReader {
  readonly #lines: Sink<string>;
  #parts: string[] = [];
  #kept = 0;
  #overlong = false;

  constructor(lines: Sink<string>) {
    this.#lines = lines;
  }

  /** A line was too long: what follows is not read. */
  get overlong(): boolean {
    return this.#overlong;
  }

  /** The beginning of a line whose end has not come. */
  get rest(): string {
    return this.#parts.join('');
  }

  push(chunk: string): void {
    let from = 0;
    while (!this.#overlong) {
      const end = chunk.indexOf('\n', from);
      const until = end < 0 ? chunk.length : end;
      this.#kept += until - from;
      if (this.#kept > lineLengthMax) {
        this.#overlong = true;
        this.#parts = [];
        return;
      }
      if (until > from) this.#parts.push(chunk.slice(from, until));
      if (end < 0) return;
      const line = this.#parts.length === 1 ? this.#parts[0]! : this.#parts.join('');
      this.#parts = [];
      this.#kept = 0;
      this.#lines.push(line);
      from = end + 1;
    }
  }
}
