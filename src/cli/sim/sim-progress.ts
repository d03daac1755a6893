/**
 * How far a simulation is: a bar with figures on a terminal, a line every ten seconds in a pipe, nothing for programs.
 */
import cliProgress from 'cli-progress';
import type { SingleBar } from 'cli-progress';
import type { Streams } from '../output/report.ts';
import { barText, coloursFor, isTerminal } from '../output/terminal.ts';

/** Milliseconds between two lines in a pipe. */
const LINE_EVERY = 10_000;

export class SimProgress {
  readonly #streams: Streams;
  readonly #quiet: boolean;
  #bar: SingleBar | null = null;
  #text = '';
  /** When the last line was written, on the clock of `performance`. */
  #lineAt: number = performance.now();

  /** @param quiet Show nothing at all. */
  constructor(streams: Streams, quiet: boolean) {
    this.#streams = streams;
    this.#quiet = quiet;
  }

  /** @param share From 0 to 1. */
  show(share: number, text: string): void {
    if (this.#quiet) return;
    if (!isTerminal(this.#streams.stderr)) {
      const now = performance.now();
      if (now - this.#lineAt < LINE_EVERY) return;
      this.#lineAt = now;
      this.say(text);
      return;
    }
    this.#text = text;
    this.#bar ??= this.#start();
    this.#bar.update(Math.floor(share * 1000));
  }

  /** A line that stays, above the bar. */
  say(line: string): void {
    this.end();
    this.#streams.stderr.write(`${line}\n`);
  }

  /** Takes the bar away. */
  end(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #start(): SingleBar {
    const { stderr } = this.#streams;
    const colours = coloursFor(stderr);
    const bar = new cliProgress.SingleBar({
      stream: stderr,
      clearOnComplete: true,
      hideCursor: true,
      linewrap: false,
      fps: 10,
      format: (options, params) =>
        barText(cliProgress.Format.BarFormat(params.progress, options), this.#text, colours),
      barsize: Math.max(10, Math.min(30, (stderr.columns || 80) - 60)),
      barCompleteChar: '\u2588',
      barIncompleteChar: '\u2591',
    });
    bar.start(1000, 0);
    return bar;
  }
}
