/**
 * What goes over the queue: how it is called, what a job asks for, and how its answer is packed. Pure.
 *
 * Invariant: a job is named by what it is to find out (cell and seed; the queue by the version and the files of strategies), so that whoever orders it
 * twice gets one; neither code nor path of a machine goes over the queue. What comes off it is checked before it is used.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { VERSION } from '../../client/index.ts';
import { cellId } from '../cell-id.ts';
import { runName } from '../results-folder.ts';
import { RESULTS_FORMAT } from '../run-record.ts';
import type { RunAnswer, RunTask } from '../run-task.ts';
import { expandScenario } from '../scenario-schema.ts';
import { strategyCodes } from '../strategy-files.ts';

/** Everything in Redis is below it. */
export const queuePrefix = 'swarmwright';
/** Most bytes of an answer that is taken off the queue, unpacked. */
export const answerBytesMax = 268_435_456;

const SEED_MAX = 0x7fffffff;
const task = z.strictObject({ scenario: z.unknown(), seed: z.int().min(0).max(SEED_MAX) });
const answer = z.union([
  z.object({
    record: z.object({ format: z.number(), version: z.string(), cell: z.string(), seed: z.int() }),
    fault: z.null(),
  }),
  z.object({ record: z.null(), fault: z.object({ law: z.string(), detail: z.string() }) }),
]);

/** Those who order and those who work meet where the version and the files of strategies are the same. */
export async function queueName(): Promise<string> {
  const codes = (await strategyCodes()).sort().map((code) => `-${code.slice(0, 8)}`);
  return `lab-${VERSION}${codes.join('')}`;
}

export function jobName({ scenario, seed }: RunTask): string {
  return runName(cellId(scenario), seed);
}

/** The task of a job. Throws where it is none, or not the one that the job is named after. */
export function readTask(data: unknown, name: string): RunTask {
  const { scenario, seed } = task.parse(data);
  const read: RunTask = { scenario: expandScenario(scenario), seed };
  if (jobName(read) !== name) throw new Error(`the job ${name} holds another task`);
  return read;
}

export function pack(found: RunAnswer): string {
  return gzipSync(JSON.stringify(found)).toString('base64');
}

/** The answer to a task. Throws where it is none, or one to something else. */
export function unpack(packed: unknown, { scenario, seed }: RunTask): RunAnswer {
  const bytes = Buffer.from(z.string().parse(packed), 'base64');
  const value: unknown = JSON.parse(
    gunzipSync(bytes, { maxOutputLength: answerBytesMax }).toString(),
  );
  const { record } = answer.parse(value);
  const found = value as RunAnswer;
  if (record === null || found.record === null) return found;
  const { cell, format, version } = record;
  if (cell !== cellId(scenario) || record.seed !== seed) throw new Error('it is of another run');
  if (format !== RESULTS_FORMAT || version !== VERSION) throw new Error('of another version');
  // The name is no part of the cell: somebody may have ordered the same run under another one.
  return { record: { ...found.record, name: scenario.name }, fault: null };
}
