/**
 * What every trace has in common, whatever machine it is of: JSON lines, the mark and version of the first one, and the
 * ways in which a file can fail to be a trace. What a header, an input or an effect says is the codec's affair.
 *
 * A line is a header (the first), an input (`in`), an effect (`out`), the machine's own end (`threw`) or the recording's
 * (`end`, the last). See `docs/trace.md`.
 */
import type { Machine, Millis } from '../machine.ts';

/** The first key of the first line. */
export const TRACE_MARK = 'swarmwright-trace';
/** Raised when an old reader would misread what a new writer writes. */
export const TRACE_VERSION = 1;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * `not-a-trace`: the first line is none. `newer-version`: a later program wrote it. `bad-line`: a line is not of the
 * schema. `cut-off`: the last line is not whole. `custom-behavior`: replay needs code that the trace cannot hold.
 */
export type TraceFaultCode =
  'not-a-trace' | 'newer-version' | 'bad-line' | 'cut-off' | 'custom-behavior';

export interface TraceFault {
  readonly code: TraceFaultCode;
  /** Counted from 1. */
  readonly line: number;
  /** For people. */
  readonly detail: string;
}

/** A fault, told by who does not know the line. */
export type Unreadable = Omit<TraceFault, 'line'>;

/** One machine's inputs and effects as lines. It may keep books over one run: every run has a codec of its own. */
export interface TraceCodec<I, O> {
  /** Without the line end. Anything borrowed in `input` is used at once. */
  writeInput(now: Millis, input: I): string;
  /** Without the line end. Called in the step that pushed it. */
  writeEffect(effect: O): string;
  readInput(line: JsonObject): { readonly now: Millis; readonly input: I } | Unreadable;
}

/** A recorded run made ready to run again. */
export interface OpenedTrace<I, O> {
  readonly machine: Machine<I, O>;
  readonly codec: TraceCodec<I, O>;
}

/** The line as an object; null where it is no JSON object. */
export function parseLine(text: string): JsonObject | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return null;
  }
}

/** Reads the first line of a trace. */
export function parseHeader(text: string): JsonObject | Unreadable {
  const header = parseLine(text);
  const version = header?.[TRACE_MARK];
  if (header === null || typeof version !== 'number') {
    return { code: 'not-a-trace', detail: `the first line has no "${TRACE_MARK}"` };
  }
  if (version > TRACE_VERSION) {
    const detail = `trace version ${version}; this program reads versions up to ${TRACE_VERSION}`;
    return { code: 'newer-version', detail };
  }
  return header;
}

export function isUnreadable(value: object): value is Unreadable {
  return 'code' in value && 'detail' in value;
}
