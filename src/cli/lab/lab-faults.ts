/**
 * From what went wrong in the lab to the one line and the exit code that a person gets; and reading scenario files.
 */
import { readFile } from 'node:fs/promises';
import { BrokenRun, LabFault, expandScenario } from '../../lab/index.ts';
import type { FaultKind, LabScenario } from '../../lab/index.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';

const CODES: Readonly<Record<FaultKind, readonly [ExitCode, string]>> = {
  scenario: [EXIT.badScenario, 'BAD_SCENARIO'],
  folder: [EXIT.write, 'BAD_FOLDER'],
  request: [EXIT.usage, 'USAGE'],
  queue: [EXIT.noRedis, 'NO_QUEUE'],
};

/** Runs `work`; what it throws of the lab's own becomes a complaint. `again` names the command of a broken run. */
export async function withComplaints<T>(
  work: () => Promise<T>,
  again: (run: BrokenRun) => string = () => 'please report it',
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LabFault) {
      const [exit, code] = CODES[error.kind];
      throw new CommandError(exit, code, error.message, error.advice);
    }
    if (error instanceof BrokenRun) {
      const what = error.law === 'bug' ? `bug: ${error.message}` : error.message;
      throw new CommandError(EXIT.lawBroken, 'FLOOR_BROKEN', what, again(error));
    }
    throw error;
  }
}

export async function scenarioFrom(path: string): Promise<LabScenario> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = `${path}: ${missing ? 'no such file' : 'cannot be read'}`;
    const code = missing ? 'SWARMWRIGHT_FILE_MISSING' : 'SWARMWRIGHT_FILE_UNREADABLE';
    throw new CommandError(EXIT.read, code, what, 'name a scenario file');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const what = `${path}: not JSON: ${error instanceof Error ? error.message : ''}`;
    throw new CommandError(EXIT.badScenario, 'BAD_SCENARIO', what, 'check its commas and quotes');
  }
  return expandScenario(value, path);
}
