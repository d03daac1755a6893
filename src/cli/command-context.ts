/** What the definition of a command is given beside the command itself. */
import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { Streams } from './output/report.ts';

export interface CommandContext {
  readonly streams: Streams;
  /** Is told the exit code of the command that ran. */
  readonly ended: (code: ExitCode) => void;
  /** The program with all its commands defined, for those that describe it. */
  readonly whole: () => Promise<Command>;
}

/** Gives a command its arguments, options, help and action; its name and description it has. */
export type DefineCommand = (command: Command, context: CommandContext) => void;
