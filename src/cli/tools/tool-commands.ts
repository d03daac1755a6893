/**
 * The torrent tools on the command line: their options and their help. Parsing only; each tool is loaded when it is asked
 * for, so that it costs the other commands nothing.
 */
import type { Command } from 'commander';
import { exitCodeHelp } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Streams } from '../report.ts';
import { addCreate } from './add-create.ts';
import type { DumpWords } from './dump-command.ts';
import type { InfoWords } from './info-command.ts';
import type { VerifyWords } from './verify-command.ts';
import { countWord } from '../words.ts';

const TORRENT = 'a torrent file, its http(s) URL, or - for standard input';

/** Adds the commands; `ended` is told the exit code. */
export function addToolCommands(
  program: Command,
  streams: Streams,
  ended: (code: ExitCode) => void,
): void {
  addCreate(program, streams, ended);
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
  program
    .command('verify')
    .description('check files against a torrent; exit code 6 where anything is not in order')
    .argument('<torrent>', TORRENT)
    .argument('[path]', "the torrent's file or folder, or the folder that holds it", '.')
    .option('--map', 'print a 0 or 1 for each piece in place of the verdicts')
    .option('--threads <count>', 'threads that hash; default: one for each core', countWord)
    .option('-q, --quiet', 'no progress and no summary')
    .option('--json', 'one line of JSON on stdout')
    .option('--schema', 'the JSON schema of --json')
    .addHelpText('after', exitCodeHelp())
    .action(async (torrent: string, path: string, words: VerifyWords) => {
      const { verify } = await import('./verify-command.ts');
      ended(await verify(torrent, path, words, streams));
    });
}
