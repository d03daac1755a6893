/** `swarmwright replay` and `trace` on the command line: their options and their help. Parsing only. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { exitCodeHelp } from '../exit-codes.ts';
import type { ReplayWords } from './replay.ts';

export function defineReplay(command: Command, { streams, ended }: CommandContext): void {
  command
    .argument('<trace>', 'a file written by --record')
    .option(
      '--scrub <file>',
      'write a copy without addresses, ids and names, to attach to a report',
    )
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', exitCodeHelp())
    .action(async (trace: string, words: ReplayWords) => {
      const { replay } = await import('./replay.ts');
      ended(await replay(trace, words, streams));
    });
}

export function defineTrace(command: Command, { streams, ended }: CommandContext): void {
  command
    .command('diff')
    .description('show the first line in which two traces differ')
    .argument('<first>', 'a trace')
    .argument('<second>', 'another')
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', exitCodeHelp())
    .action(async (first: string, second: string, words: { readonly json?: boolean }) => {
      const { traceDiff } = await import('./trace-diff.ts');
      ended(await traceDiff(first, second, words, streams));
    });
}
