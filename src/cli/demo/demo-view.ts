/**
 * What the demo shows: one bar per leech on a terminal, plain lines in a pipe, JSON lines for programs.
 */
import cliProgress from 'cli-progress';
import type { MultiBar, SingleBar } from 'cli-progress';
import type { Torrent } from '../../client/index.ts';
import type { Complaint } from '../complaint.ts';
import { count, percent, rate } from '../output/figures.ts';
import { figuresOf, jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';
import { barText, coloursFor, isTerminal } from '../output/terminal.ts';

/** One participant's name and torrent. */
export interface Leech {
  readonly name: string;
  readonly torrent: Torrent;
}

export interface DemoView {
  /** A line for people. */
  say(line: string): void;
  /** Called a few times a second. */
  progress(leeches: readonly Leech[]): void;
  complete(leech: Leech, milliseconds: number): void;
  /** All over: figures for programs, lines for people. */
  result(figures: object, lines: readonly string[]): void;
  failed(complaint: Complaint): void;
  /** Gives the terminal back. */
  end(): void;
}

export function demoView(streams: Streams, json: boolean): DemoView {
  if (json) return new JsonDemoView(streams);
  return isTerminal(streams.stderr) ? new BarDemoView(streams) : new PlainDemoView(streams);
}

function line({ name, torrent }: Leech, word: (text: string) => string): string {
  const peers = count(torrent.numPeers, 'peer', 'peers');
  const speed = word(rate(torrent.downloadSpeed));
  return `${name}  ${percent(torrent.progress)}  ${speed}  ${peers}  avail ${torrent.availability.toFixed(2)}`;
}

class PlainDemoView implements DemoView {
  protected readonly streams: Streams;
  #calls = 0;

  constructor(streams: Streams) {
    this.streams = streams;
  }

  say(text: string): void {
    this.streams.stderr.write(`${text}\n`);
  }
  progress(leeches: readonly Leech[]): void {
    if (this.#calls++ % 8 !== 0) return;
    for (const leech of leeches) this.say(line(leech, (text) => text));
  }
  complete({ name }: Leech, milliseconds: number): void {
    this.say(`${name}  complete after ${(milliseconds / 1000).toFixed(2)} s`);
  }
  result(_figures: object, lines: readonly string[]): void {
    for (const text of lines) this.streams.stdout.write(`${text}\n`);
  }
  failed(complaint: Complaint): void {
    this.say(complaint.line);
  }
  end(): void {
    // Nothing was changed.
  }
}

class BarDemoView extends PlainDemoView {
  readonly #bars = new Map<string, SingleBar>();
  #multi: MultiBar | null = null;

  override progress(leeches: readonly Leech[]): void {
    this.#multi ??= this.#start();
    const { green } = coloursFor(this.streams.stderr);
    for (const leech of leeches) {
      let bar = this.#bars.get(leech.name);
      if (bar === undefined) {
        bar = this.#multi.create(10_000, 0, { text: '' });
        this.#bars.set(leech.name, bar);
      }
      bar.update(Math.floor(leech.torrent.progress * 10_000), { text: line(leech, green) });
    }
  }
  override complete(leech: Leech): void {
    this.progress([leech]);
  }
  override end(): void {
    this.#multi?.stop();
    this.#multi = null;
    this.#bars.clear();
  }

  #start(): MultiBar {
    const colours = coloursFor(this.streams.stderr);
    return new cliProgress.MultiBar({
      stream: this.streams.stderr,
      clearOnComplete: false,
      hideCursor: true,
      linewrap: false,
      barsize: 16,
      barCompleteChar: '\u2588',
      barIncompleteChar: '\u2591',
      format: (options, params, payload: { readonly text: string }) =>
        barText(cliProgress.Format.BarFormat(params.progress, options), payload.text, colours),
    });
  }
}

class JsonDemoView implements DemoView {
  readonly #streams: Streams;
  #calls = 0;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  say(text: string): void {
    this.#line({ type: 'note', text });
  }
  progress(leeches: readonly Leech[]): void {
    if (this.#calls++ % 4 !== 0) return;
    for (const { name, torrent } of leeches) {
      this.#line({ type: 'progress', leech: name, ...figuresOf(torrent) });
    }
  }
  complete({ name, torrent }: Leech, milliseconds: number): void {
    const figures = figuresOf(torrent);
    this.#line({
      type: 'complete',
      leech: name,
      ...figures,
      milliseconds: Math.round(milliseconds),
    });
  }
  result(figures: object): void {
    this.#line({ type: 'result', ...figures });
  }
  failed({ code, exitCode, message, line }: Complaint): void {
    this.#line({ type: 'error', code, exitCode, message });
    this.#streams.stderr.write(`${line}\n`);
  }
  end(): void {
    this.#line({ type: 'stopped' });
  }

  #line(value: object): void {
    this.#streams.stdout.write(jsonLine(value));
  }
}
