/**
 * The torrent tools on the command line: their options and their help. Parsing only; each tool is loaded when it is asked
 * for, so that it costs the other commands nothing.
 */
import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import { VERSION } from '../../client/index.ts';
import { usageError } from '../complaint.ts';
import { EXIT, exitCodeHelp } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Streams } from '../report.ts';
import { addCreate } from './add-create.ts';
import { allCommands, describeCommand } from './command-tree.ts';
import { completionScript, shells } from './completions.ts';
import type { Shell } from './completions.ts';
import { manPage } from './man-page.ts';
import type { DumpWords } from './dump-command.ts';
import type { InfoWords } from './info-command.ts';
import type { VerifyWords } from './verify-command.ts';
import { countWord, peerWord, portWord, secondsWord } from '../words.ts';
import { addEdit } from './add-edit.ts';
import type { AskWords } from './ask-command.ts';
import type { MagnetWords } from './magnet-command.ts';
import { fileNumbersWord, tierWord } from './tool-words.ts';

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
  addEdit(program, streams, ended);
  program
    .command('magnet')
    .description('the magnet link of a torrent, or what a magnet link says')
    .argument('<torrent>', `${TORRENT}; or a magnet link`)
    .option('--no-trackers', 'leave the trackers out')
    .addOption(
      new Option('--peer <host:port>', 'a peer to name; may be repeated')
        .argParser(peerWord)
        .default([], 'none'),
    )
    .option('--select <list>', 'select these files: 1,3-5 (BEP 53)', fileNumbersWord)
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', exitCodeHelp())
    .action(async (torrent: string, words: MagnetWords) => {
      const { magnet } = await import('./magnet-command.ts');
      ended(await magnet(torrent, words, streams));
    });
  asking(program.command('announce'))
    .description('ask each tracker for peers, as a client would, and take leave at once')
    .addOption(
      new Option('--event <event>', 'what is announced')
        .choices(['started', 'stopped', 'completed', 'none'])
        .default('started'),
    )
    .option(
      '--port <port>',
      'the port that is announced; default: one that nobody can reach',
      portWord,
    )
    .option('--numwant <count>', 'addresses asked for', countWord)
    .action(async (torrent: string, words: AskWords) => {
      const { askTrackers } = await import('./ask-command.ts');
      ended(await askTrackers('announce', torrent, words, streams));
    });
  asking(program.command('scrape'))
    .description('ask each tracker what it counts: seeds, leeches, completed downloads')
    .action(async (torrent: string, words: AskWords) => {
      const { askTrackers } = await import('./ask-command.ts');
      ended(await askTrackers('scrape', torrent, words, streams));
    });
  program
    .command('completions')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices([...shells]))
    .addHelpText('after', exitCodeHelp())
    .action((shell: Shell) => {
      streams.stdout.write(completionScript(describeCommand(program), shell));
      ended(EXIT.done);
    });
  program
    .command('man')
    .description('print the manual page of a command: swarmwright man create | man -l -')
    .argument('[command...]', 'its words; none: the program')
    .addHelpText('after', exitCodeHelp())
    .action((words: readonly string[]) => {
      const all = allCommands(describeCommand(program));
      const found = all.find((each) => each.words.slice(1).join(' ') === words.join(' '));
      if (found === undefined) {
        throw usageError(`no command "${words.join(' ')}"`, 'see swarmwright --help');
      }
      streams.stdout.write(manPage(found, VERSION));
      ended(EXIT.done);
    });
}

/** What both questions take. */
function asking(command: Command): Command {
  return command
    .argument('<torrent>', `${TORRENT}; or a magnet link`)
    .option('-t, --tracker <url>', 'ask these in place of its own; may be repeated', tierWord, [])
    .option('--timeout <seconds>', 'wait so long for all of them', secondsWord, 20)
    .option('--json', 'a line of JSON for each tracker on stdout')
    .option('--schema', 'the JSON schema of a line of --json')
    .addHelpText('after', exitCodeHelp());
}
