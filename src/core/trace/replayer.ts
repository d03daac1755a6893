/**
 * Feeds a recorded run through the pure core again, line by line, and stops at the first effect that is not the recorded
 * one.
 *
 * Reads no file: whoever has the lines pushes them, so a trace of any size needs the memory of one line. Invariant:
 * `#expected` holds the effects of the last input that no line has confirmed yet.
 */
import type { Machine, Millis } from '../machine.ts';
import { RecentLines } from './recent-lines.ts';
import type { NumberedLine } from './recent-lines.ts';
import { sameLine } from './same-line.ts';
import { isUnreadable, parseHeader, parseLine } from './trace-format.ts';
import type {
  JsonObject,
  OpenedTrace,
  TraceCodec,
  TraceFault,
  TraceFaultCode,
  Unreadable,
} from './trace-format.ts';
import { threwLine } from './trace-writer.ts';

/** Makes the machine that a header describes. */
export type OpenTrace<I, O> = (header: JsonObject) => OpenedTrace<I, O> | Unreadable;

/** The first place where what came is not what was recorded. */
export interface Divergence {
  /** The line of the trace, counted from 1. */
  readonly line: number;
  /** What the trace says. */
  readonly recorded: string;
  /** What the machine did; null: nothing more. */
  readonly now: string | null;
  /** The last lines that agreed, oldest first. */
  readonly before: readonly NumberedLine[];
}

export interface Replayed {
  readonly outcome: 'identical' | 'diverged' | 'faulty';
  readonly lines: number;
  readonly inputs: number;
  readonly effects: number;
  readonly divergence: Divergence | null;
  readonly fault: TraceFault | null;
  /** The recording was closed in order, and nothing of it is missing. */
  readonly whole: boolean;
}

/** Hears what the replayed machine hears and does. */
export interface ReplayWitness<I, O> {
  opened(header: JsonObject): void;
  input(now: Millis, input: I): void;
  /** After the step: all that it pushed, in order; `error` where it threw, else null. */
  stepped(effects: readonly O[], error: unknown, deadline: Millis): void;
}

export class Replayer<I, O> {
  readonly #open: OpenTrace<I, O>;
  readonly #witness: ReplayWitness<I, O> | null;
  readonly #recent = new RecentLines();
  #machine: Machine<I, O> | null = null;
  #codec: TraceCodec<I, O> | null = null;
  #expected: string[] = [];
  #next = 0;
  #now: Millis = -Infinity;
  #threw = false;
  #whole = false;
  #lines = 0;
  #inputs = 0;
  #effects = 0;
  #divergence: Divergence | null = null;
  #fault: TraceFault | null = null;

  constructor(open: OpenTrace<I, O>, witness: ReplayWitness<I, O> | null = null) {
    this.#open = open;
    this.#witness = witness;
  }

  /** Nothing more will be read: it diverged, or cannot be read. */
  get over(): boolean {
    return this.#divergence !== null || this.#fault !== null;
  }

  /** Takes the next line. A `Sink` for a `LineReader`. */
  push(text: string): void {
    if (this.over) return;
    this.#lines++;
    if (this.#machine === null) this.#begin(text);
    else if (this.#matches(text)) this.#next++;
    else this.#read(text);
    if (!this.#isOver()) this.#recent.add(this.#lines, text);
  }

  /** Nothing follows. `rest`: the beginning of a line whose end is missing. */
  end(rest = ''): Replayed {
    if (!this.over && (rest !== '' || this.#lines === 0)) {
      this.#lines++;
      if (this.#machine === null) this.#begin(rest);
      if (!this.#isOver())
        this.#fail('cut-off', 'the last line is cut off: the recording was not closed');
    }
    const outcome =
      this.#divergence !== null ? 'diverged' : this.#fault !== null ? 'faulty' : 'identical';
    return {
      outcome,
      lines: this.#lines,
      inputs: this.#inputs,
      effects: this.#effects,
      divergence: this.#divergence,
      fault: this.#fault,
      whole: this.#whole && outcome === 'identical',
    };
  }

  /** The field as it is now: the compiler does not know that reading a line may change it. */
  #isOver(): boolean {
    return this.over;
  }

  #begin(text: string): void {
    const header = parseHeader(text);
    if (isUnreadable(header)) return this.#fail(header.code, header.detail);
    const opened = this.#open(header);
    if (isUnreadable(opened)) return this.#fail(opened.code, opened.detail);
    this.#machine = opened.machine;
    this.#codec = opened.codec;
    this.#witness?.opened(header);
  }

  /** The line is the effect that is due: the common case, told without parsing. */
  #matches(text: string): boolean {
    if (this.#next >= this.#expected.length || text !== this.#expected[this.#next]) return false;
    this.#effects++;
    return true;
  }

  #read(text: string): void {
    const line = parseLine(text);
    if (line === null) return this.#fail('bad-line', 'not a JSON object');
    if (this.#whole) return this.#fail('bad-line', 'a line after the end of the recording');
    if ('out' in line || 'threw' in line) this.#compare(text);
    else if ('in' in line) this.#step(line, text);
    else if ('end' in line) this.#end(text);
    else this.#fail('bad-line', 'neither input ("in"), nor effect ("out"), nor end');
  }

  #compare(text: string): void {
    const expected = this.#expected[this.#next];
    if (expected === undefined || !sameLine(text, expected)) {
      this.#diverge(text, expected ?? null);
      return;
    }
    this.#next++;
    this.#effects++;
  }

  #end(text: string): void {
    if (this.#next < this.#expected.length) this.#diverge(text, this.#expected[this.#next]!);
    else this.#whole = true;
  }

  #step(line: JsonObject, text: string): void {
    if (this.#next < this.#expected.length || this.#threw) {
      this.#diverge(text, this.#expected[this.#next] ?? null);
      return;
    }
    const read = this.#codec!.readInput(line);
    if (isUnreadable(read)) return this.#fail(read.code, read.detail);
    const { now, input } = read;
    if (now < this.#now) return this.#fail('bad-line', 'time goes backwards');
    this.#now = now;
    this.#inputs++;
    const effects: O[] = [];
    let error: unknown = null;
    this.#witness?.input(now, input);
    try {
      this.#machine!.step(input, now, effects);
    } catch (thrown) {
      error = thrown;
      this.#threw = true;
    }
    this.#expected = effects.map((effect) => this.#codec!.writeEffect(effect));
    if (this.#threw) this.#expected.push(threwLine(error));
    this.#next = 0;
    this.#witness?.stepped(effects, error, this.#machine!.deadline);
  }

  #diverge(recorded: string, now: string | null): void {
    this.#divergence = { line: this.#lines, recorded, now, before: this.#recent.all };
  }

  #fail(code: TraceFaultCode, detail: string): void {
    this.#fault = { code, line: this.#lines, detail };
  }
}

/** Replays lines that are at hand; the same as pushing each. */
export function replay<I, O>(lines: Iterable<string>, open: OpenTrace<I, O>): Replayed {
  const replayer = new Replayer(open);
  for (const line of lines) {
    replayer.push(line);
    if (replayer.over) break;
  }
  return replayer.end();
}
