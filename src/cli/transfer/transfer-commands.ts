/**
 * `swarmwright download`, `seed` and `serve` on the command line: their options and their help. Parsing only; the client is
 * loaded when one of them is asked for.
 */
import { Option } from 'commander';
import type { Command } from 'commander';
import { chokerNames, pickerNames } from '../../client/words/named-behaviors.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodeHelp } from '../exit-codes.ts';
import { selectWord } from './select-words.ts';
import { chokerWord, listenWord, pickerWord, rateWord, ratioWord } from './transfer-words.ts';
import type { DownloadWords, SeedWords, ServeWords } from './transfers.ts';
import { countWord, hostWord, minutesWord, peerWord, portWord, secondsWord } from '../words.ts';

const TORRENT = 'a torrent file, its http(s) URL, a magnet link, or - for standard input';

export function defineDownload(command: Command, { streams, ended }: CommandContext): void {
  selecting(common(command))
    .argument('<torrent>', TORRENT)
    .option('-o, --output <folder>', 'where the file or folder goes', '.')
    .option('--seed', 'go on giving after the download is complete')
    .option('--list-files', 'print numbers, sizes and names of the files, and do nothing else')
    .option('--timeout <seconds>', 'give up when nothing arrives for so long', secondsWord)
    .action(async (torrent: string, words: DownloadWords) => {
      const { download } = await import('./transfers.ts');
      ended(await download(torrent, words, streams));
    });
}

export function defineSeed(command: Command, { streams, ended }: CommandContext): void {
  common(command)
    .argument('<torrent>', TORRENT)
    .argument('<path>', "the torrent's file or folder, or the folder that holds it")
    .option(
      '--super-seeding',
      'show each peer one piece at a time, to send little more than a copy',
    )
    .action(async (torrent: string, path: string, words: SeedWords) => {
      const { seed } = await import('./transfers.ts');
      ended(await seed(torrent, path, words, streams));
    });
}

export function defineServe(command: Command, { streams, ended }: CommandContext): void {
  selecting(common(command))
    .argument('<torrent>', TORRENT)
    .option('-o, --output <folder>', 'where the file or folder goes', '.')
    .addOption(
      new Option('--http-port <port>', 'serve at this port of 127.0.0.1; 0: any free one')
        .argParser(portWord)
        .default(0),
    )
    .action(async (torrent: string, words: ServeWords) => {
      const { serve } = await import('./transfers.ts');
      ended(await serve(torrent, words, streams));
    });
}

/** Which files, and in which order. */
function selecting(command: Command): Command {
  return command
    .option(
      '--select <list>',
      'fetch only these files: numbers and ranges (1,3-5) or patterns (*.iso, docs/**)',
      selectWord,
    )
    .option('--first-last', 'fetch the first and the last piece of each file before the rest')
    .option('--sequential', 'fetch pieces in order, unless --picker says otherwise');
}

function common(command: Command): Command {
  return command
    .addOption(
      new Option('--peer <host:port>', 'a peer to dial; may be repeated')
        .argParser(peerWord)
        .default([], 'none'),
    )
    .addOption(
      new Option('--port <port>', 'accept peers on this port; 0: any free one')
        .argParser(portWord)
        .default(0),
    )
    .option('--host <address>', 'accept peers on this address only', hostWord)
    .addOption(
      new Option('--listen <address[:port]>', 'accept peers here and announce it; may be repeated')
        .argParser(listenWord)
        .conflicts('host'),
    )
    .option('--max-peers <count>', 'most connections', countWord)
    .option('--max-download <rate>', 'most bytes per second, as 500k or 2M (KiB, MiB)', rateWord)
    .option('--max-upload <rate>', 'most bytes per second to give, likewise', rateWord)
    .option('--ratio <number>', 'seed until so much is given, through what was received', ratioWord)
    .option('--seed-time <minutes>', 'seed for so long', minutesWord)
    .option('--ip-filter <file>', 'talk to nobody on this list (DAT, P2P, or one range a line)')
    .option('--anonymous', 'do not say which client this is, but for private torrents')
    .option('--no-pex', 'exchange no addresses with peers (private torrents never do)')
    .option('--no-idna', 'ask no tracker with an internationalised host name (xn--)')
    .option('--picker <name>', `which pieces first: ${pickerNames().join(', ')}`, pickerWord)
    .option('--choker <name>', `whom to give to: ${chokerNames().join(', ')}`, chokerWord)
    .option('--no-tracker', 'talk to no tracker')
    .option('--state <folder>', 'keep resume files here; default: the state folder of the user')
    .option('--no-resume', 'remember nothing, and check all data at every start')
    .option('--record <file>', 'write a trace of the session, for replay; the file is overwritten')
    .option('--json', 'JSON lines on stdout')
    .addHelpText('after', exitCodeHelp());
}
