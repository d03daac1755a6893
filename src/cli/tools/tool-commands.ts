/**
 * The torrent tools on the command line: their options and their help. Parsing only; each tool is loaded when it is asked
 * for. What makes and changes torrents has files of its own.
 */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { exitCodeHelp } from '../exit-codes.ts';
import { countWord, peerWord, portWord, secondsWord } from '../words.ts';
import type { AskWords } from './ask-command.ts';
import type { DumpWords } from './dump-command.ts';
import type { InfoWords } from './info-command.ts';
import type { MagnetWords } from './magnet-command.ts';
import { fileNumbersWord, tierWord } from './tool-words.ts';
import type { VerifyWords } from './verify-command.ts';

const TORRENT = 'a torrent file, its http(s) URL, or - for standard input';

export function defineInfo(command: Command, { streams, ended }: CommandContext): void {
  command
    .argument('[torrent]', TORRENT, '-')
    .option('--json', 'one line of JSON on stdout')
    .option('--schema', 'the JSON schema of --json')
    .addHelpText('after', exitCodeHelp())
    .action(async (torrent: string, words: InfoWords) => {
      const { info } = await import('./info-command.ts');
      ended(await info(torrent, words, streams));
    });
}

export function defineDump(command: Command, { streams, ended }: CommandContext): void {
  command
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

export function defineVerify(command: Command, { streams, ended }: CommandContext): void {
  command
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

export function defineMagnet(command: Command, { streams, ended }: CommandContext): void {
  command
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
}

export function defineAnnounce(command: Command, { streams, ended }: CommandContext): void {
  asking(command)
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
}

export function defineScrape(command: Command, { streams, ended }: CommandContext): void {
  asking(command).action(async (torrent: string, words: AskWords) => {
    const { askTrackers } = await import('./ask-command.ts');
    ended(await askTrackers('scrape', torrent, words, streams));
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
