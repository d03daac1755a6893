/**
 * The trace that a `SessionWorld` would have left, had it been recorded: its inputs once more through a recorder.
 */
import { Recorder, TraceWriter } from '../../../src/core/index.ts';
import { defaultBehaviors } from '../../../src/behaviors/index.ts';
import { sessionOf, SessionTraceCodec, writeSessionHeader } from '../../../src/protocol/index.ts';
import type {
  Session,
  SessionEffect,
  SessionHeader,
  SessionInput,
} from '../../../src/protocol/index.ts';
import { namesWith } from './names.ts';

export interface TimedInput {
  readonly now: number;
  readonly input: SessionInput;
}

export function headerOf(session: Session, seedValue: number): SessionHeader {
  return {
    version: 'test',
    node: null,
    seedValue,
    peerId: session.peerId,
    clientName: session.clientName,
    config: session.config,
    behaviors: defaultBehaviors,
  };
}

/** The lines, and the effects that led to them. `session` is the one that saw the inputs first. */
export function recordInputs(
  session: Session,
  seedValue: number,
  inputs: readonly TimedInput[],
): { readonly lines: string[]; readonly effects: SessionEffect[] } {
  const names = namesWith();
  const header = headerOf(session, seedValue);
  const lines: string[] = [];
  const writer = new TraceWriter(lines, new SessionTraceCodec(names), {
    ...writeSessionHeader(header, names),
  });
  const recorder = new Recorder(sessionOf(header), writer);
  const effects: SessionEffect[] = [];
  for (const { now, input } of inputs) recorder.step(input, now, effects);
  writer.end();
  return { lines, effects };
}
