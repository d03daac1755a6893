/**
 * Replays a trace file through the pure core, and scrubs one on the way.
 */
import { rm, stat } from 'node:fs/promises';
import { Replayer } from '../../core/index.ts';
import type { Replayed } from '../../core/index.ts';
import { openSessionTrace, TraceScrubber } from '../../protocol/index.ts';
import type { BehaviorNames, Behaviors } from '../../protocol/index.ts';
import { codedError, optionError } from '../errors.ts';
import { failureOfRecording } from './recording.ts';
import { RecordingFile } from './recording-file.ts';
import { recordingNames } from './recording-names.ts';
import { linesOf, unreadableTrace } from './replay-lines.ts';

export interface ReplayOptions {
  /** What stands for behaviors that the recorded program brought itself (`custom` in the trace). */
  readonly behaviors?: Partial<Behaviors> | undefined;
  /**
   * Write a copy to this file in which addresses, ids and names are replaced, consistently, so that it replays as well.
   * It is there only where the outcome is `identical`.
   */
  readonly scrub?: string | undefined;
}

/**
 * Feeds the recorded inputs to a new session and compares every effect. Resolves with the outcome, whichever it is;
 * rejects where the file cannot be read (`SWARMWRIGHT_FILE_MISSING`, `_UNREADABLE`) or `scrub` not be written
 * (`SWARMWRIGHT_RECORD_FAILED`).
 */
export async function replayTrace(path: string, options: ReplayOptions = {}): Promise<Replayed> {
  const names = recordingNames(options.behaviors);
  const { scrub } = options;
  if (scrub === undefined) return feed(path, new Replayer(openSessionTrace(names)));
  await assertTwoFiles(path, scrub);
  try {
    const replayed = await scrubbing(path, scrub, names);
    // What was written until then was not compared to its end: it must not pass for a trace.
    if (replayed.outcome !== 'identical') await rm(scrub, { force: true });
    return replayed;
  } catch (error) {
    await rm(scrub, { force: true });
    throw error;
  }
}

async function scrubbing(path: string, target: string, names: BehaviorNames): Promise<Replayed> {
  const broken: Error[] = [];
  const file = await RecordingFile.open(target, (error) => broken.push(error)).catch(
    (error: unknown) => {
      throw failureOfRecording(target, error);
    },
  );
  const scrubber = new TraceScrubber(file, names);
  let replayed: Replayed;
  try {
    replayed = await feed(path, new Replayer(openSessionTrace(names), scrubber));
    scrubber.end(replayed.whole);
  } finally {
    await file.end();
  }
  if (broken[0] !== undefined) throw failureOfRecording(target, broken[0]);
  if (scrubber.refusal !== null) {
    throw optionError(`${path} cannot be scrubbed: ${scrubber.refusal}`);
  }
  if (scrubber.failure !== null) {
    throw codedError('SWARMWRIGHT_BUG', `the scrubbed run took another way ${scrubber.failure}`);
  }
  return replayed;
}

/** Nothing is overwritten before there is something to write, and never the trace itself. */
async function assertTwoFiles(path: string, target: string): Promise<void> {
  const from = await stat(path).catch((error: unknown) => {
    throw unreadableTrace(path, error);
  });
  const to = await stat(target).catch(() => null);
  if (to !== null && to.ino === from.ino && to.dev === from.dev) {
    throw optionError('a trace cannot be scrubbed into itself: name another file');
  }
}

async function feed<I, O>(path: string, replayer: Replayer<I, O>): Promise<Replayed> {
  for await (const { lines, rest } of linesOf(path)) {
    for (const line of lines) replayer.push(line);
    if (rest !== '' || replayer.over) return replayer.end(rest);
  }
  return replayer.end();
}
