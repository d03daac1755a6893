/**
 * Runs a command line to its exit code. Every mistake becomes one clear line on stderr, in the one form of
 * `complaint.ts`, whoever found it: the parser, the library, or the system.
 */
import { CommanderError } from 'commander';
import { complaintOf, usageError } from './complaint.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { makeProgram } from './program.ts';
import type { Streams } from './output/report.ts';

/** @param words The arguments after the program's name. */
export async function run(words: readonly string[], streams: Streams): Promise<ExitCode> {
  // Whoever reads our output may go away (`| head`): that is no failure.
  streams.stdout.on('error', ignoreClosedPipe);
  streams.stderr.on('error', ignoreClosedPipe);
  let code: ExitCode = EXIT.done;
  const program = await makeProgram(words, streams, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      // Help was shown because no command was named.
      if (error.code === 'commander.help') return EXIT.usage;
    }
    const complaint = complaintOf(error instanceof CommanderError ? usage(error) : error);
    streams.stderr.write(`${complaint.line}\n`);
    return complaint.exitCode;
  }
}

function usage(error: CommanderError): Error {
  const what = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(' is invalid. ', ' is invalid: ');
  return usageError(what.replace(/\.$/, ''), 'see swarmwright --help');
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
