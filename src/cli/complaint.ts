/**
 * From any error to the one line and the exit code that a person gets: `swarmwright: <what> (<what to do>)`.
 */
import type { CodedError } from '../client/index.ts';
import { ERROR_EXITS, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { printable } from './output/printable.ts';

export interface Complaint {
  /** One line, without the line end. */
  readonly line: string;
  readonly exitCode: ExitCode;
  /** A stable name, for `--json`. */
  readonly code: string;
  readonly message: string;
}

/** A mistake that the command line itself found. `advice` says what to do. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly advice: string;

  constructor(exitCode: ExitCode, code: string, what: string, advice: string) {
    super(what);
    this.exitCode = exitCode;
    this.code = code;
    this.advice = advice;
  }
}

export function usageError(what: string, advice: string): CommandError {
  return new CommandError(EXIT.usage, 'USAGE', what, advice);
}

export function complaintOf(error: unknown): Complaint {
  if (error instanceof CommandError) {
    return complaint(error.exitCode, error.code, error.message, error.advice);
  }
  if (isCoded(error)) {
    const [exitCode, advice] = ERROR_EXITS[error.code];
    // Options' own messages say already what is possible.
    const known = error.message.endsWith(')') && exitCode === EXIT.usage;
    return complaint(exitCode, error.code, error.message, known ? '' : advice);
  }
  const message = error instanceof Error ? error.message : String(error);
  return complaint(EXIT.unexpected, 'UNEXPECTED', message, ERROR_EXITS.SWARMWRIGHT_BUG[1]);
}

function complaint(exitCode: ExitCode, code: string, what: string, advice: string): Complaint {
  const message = printable(what);
  const line = `swarmwright: ${message}${advice === '' ? '' : ` (${advice})`}`;
  return { line, exitCode, code, message };
}

function isCoded(error: unknown): error is CodedError {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && Object.hasOwn(ERROR_EXITS, code);
}
