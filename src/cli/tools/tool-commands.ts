/**
 * The torrent tools on the command line: their options and their help. Parsing only; each tool is loaded when it is asked
 * for, so that it costs the other commands nothing.
 */
import type { Command } from 'commander';
import { exitCodeHelp } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Streams } from '../report.ts';
import type { DumpWords } from './dump-command.ts';
import type { InfoWords } from './info-command.ts';

const TORRENT = 'a torrent file, its http(s) URL, or - for standard input';

/** Adds the commands; `ended` is told the exit code. */
export function addToolCommands(
  program: Command,
  streams: Streams,
  ended: (code: ExitCode) => void,
): void {
  program
    .command('info')
    .description('tell what a torrent says; tab-separated fields in a pipe')
    .argument('[torrent]', TORRENT, '-')
    .option('--json', 'one line of JSON on stdout')
    .option('--schema', 'the JSON schema of --json')
    .addHelpText('after', exitCodeHelp())
    .action(async (torrent: string, words: InfoWords) => {
      const { info } = await import('./info-command.ts');
      ended(await info(torrent, words, streams));
    });
  program
    .command('dump')
    .description('show any bencoded bytes, with the offset of each value; binary as hexadecimal')
    .argument('[file]', 'a file, an http(s) URL, or - for standard input', '-')
    .option('--full', 'do not shorten long strings')
    .option('--json', 'one line of JSON for each token on stdout')
    .option('--schema', 'the JSON schema of a line of --json')
    .addHelpText('after', exitCodeHelp())
    .action(async (file: string, words: DumpWords) => {
      const { dump } = await import('./dump-command.ts');
      ended(await dump(file, words, streams));
    });
}
