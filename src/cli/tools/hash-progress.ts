/**
 * How far hashing is: a bar with rate and time left on a terminal, nothing elsewhere.
 *
 * Invariant: after `end` the bar is gone and the cursor is back; `end` may be called any number of times.
 */
import cliProgress from 'cli-progress';
import type { SingleBar } from 'cli-progress';
import { bytes, duration, percent, rate } from '../output/figures.ts';
import type { Streams } from '../output/report.ts';
import { barText, coloursFor, isTerminal } from '../output/terminal.ts';

export class HashProgress {
  readonly #streams: Streams;
  readonly #shown: boolean;
  #bar: SingleBar | null = null;
  #total = 0;
  #hashed = 0;
  #startedAt = 0;

  constructor(streams: Streams, quiet: boolean) {
    this.#streams = streams;
    this.#shown = !quiet && isTerminal(streams.stderr);
  }

  /** @param total Bytes. */
  begin(total: number): void {
    if (!this.#shown) return;
    this.#total = total;
    this.#startedAt = performance.now();
    const colours = coloursFor(this.#streams.stderr);
    this.#bar = new cliProgress.SingleBar({
      stream: this.#streams.stderr,
      clearOnComplete: true,
      hideCursor: true,
      linewrap: false,
      fps: 10,
      format: (options, params) =>
        barText(cliProgress.Format.BarFormat(params.progress, options), this.#text(), colours),
      barsize: Math.max(10, Math.min(30, (this.#streams.stderr.columns || 80) - 60)),
      barCompleteChar: '\u2588',
      barIncompleteChar: '\u2591',
    });
    this.#bar.start(10_000, 0);
  }

  /** So many bytes more are hashed. */
  add(count: number): void {
    this.#hashed += count;
    this.#bar?.update(Math.floor(this.#share() * 10_000));
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  /** Padding is hashed as well, and is not in the total. */
  #share(): number {
    return this.#total === 0 ? 0 : Math.min(1, this.#hashed / this.#total);
  }

  #text(): string {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const speed = seconds > 0 ? this.#hashed / seconds : 0;
    const left = Math.max(0, this.#total - this.#hashed) / speed;
    return [
      percent(this.#share()),
      `${bytes(Math.min(this.#hashed, this.#total))}/${bytes(this.#total)}`,
      rate(speed),
      `ETA ${duration(left * 1000)}`,
    ].join('  ');
  }
}
