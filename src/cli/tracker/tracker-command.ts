/**
 * `swarmwright tracker` on the command line: its options and their help. Parsing only; the tracker is loaded when it is
 * asked for.
 */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { exitCodeHelp } from '../exit-codes.ts';
import type { TrackerBenchWords } from './tracker-bench.ts';
import type { TrackerWords } from './tracker.ts';
import { loadLimits } from '../../tracker/load/load.ts';
import { countWord, hostWord, portWord, secondsWord } from '../words.ts';

export function defineTracker(command: Command, { streams, ended }: CommandContext): void {
  command
    .addOption(
      new Option('--port <port>', 'listen on this port; 0: any free one')
        .argParser(portWord)
        .default(6969),
    )
    .addOption(
      new Option('--host <address>', 'listen at this address; may be repeated')
        .argParser(hostsWord)
        .default([], '0.0.0.0 and, where there is IPv6, ::'),
    )
    .option('--no-http', 'UDP only')
    .option('--no-udp', 'HTTP only')
    .addOption(
      new Option('--interval <seconds>', 'how often peers are to announce themselves')
        .argParser(secondsWord)
        .default(1800),
    )
    .option('--allow <file>', 'track these info-hashes only, one a line')
    .option('--deny <file>', 'do not track these info-hashes')
    .option('--passkeys <file>', 'serve who shows one of these keys: /KEY/announce; one a line')
    .option('--ip-filter <file>', 'serve nobody on this list (CIDR, DAT, P2P, one range a line)')
    .option('--max-torrents <count>', 'torrents with peers; 100000', countWord)
    .option('--max-peers <count>', 'peers of one torrent, by address family; 50000', countWord)
    .option('--max-host-peers <count>', 'peers of one torrent at one address; 32', countWord)
    .option('--store <url>', 'redis://HOST:PORT/DB, which several trackers may share')
    .option('--state <folder>', 'remember peers here over a restart; not with --store')
    .option('--probe', 'dial back who announces; tell nobody of peers that cannot be reached')
    .addOption(
      new Option('--stats <who>', 'who may see /stats.json and /metrics')
        .choices(['local', 'all', 'none'])
        .default('local'),
    )
    .addOption(
      new Option('--trust-proxy <address>', 'believe X-Forwarded-For of this proxy; repeatable')
        .argParser(hostsWord)
        .default([], 'none'),
    )
    .option('--json', 'JSON lines on stdout')
    .addHelpText(
      'after',
      `\nSIGHUP reads the lists again; a list with a mistake changes nothing.\n${exitCodeHelp()}`,
    )
    .action(async (words: TrackerWords) => {
      const { tracker } = await import('./tracker.ts');
      ended(await tracker(words, streams));
    });
  command
    .command('bench')
    .description('announce to a tracker on this machine as fast as it answers, and tell how fast')
    .argument('<url>', 'http://127.0.0.1:PORT or udp://[::1]:PORT; loopback addresses only')
    .addOption(number('--seconds <count>', 'how long, 1 to 120', loadLimits.secondsMax, 5))
    .addOption(
      number('--outstanding <count>', 'announces under way', loadLimits.outstandingMax, 64),
    )
    .addOption(number('--torrents <count>', 'different torrents', loadLimits.torrentsMax, 1000))
    .addOption(number('--wanted <count>', 'peers asked for', 200, 50))
    .option('--close', 'HTTP: a new connection for each announce')
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', exitCodeHelp())
    .action(async (url: string, _words: unknown, self: Command) => {
      const { trackerBench } = await import('./tracker-bench.ts');
      ended(await trackerBench(url, self.optsWithGlobals<TrackerBenchWords>(), streams));
    });
}

function number(flags: string, description: string, most: number, value: number): Option {
  const read = (word: string): number => {
    const count = countWord(word);
    if (count <= most) return count;
    throw new InvalidArgumentError(`at most ${most}`);
  };
  return new Option(flags, description).argParser(read).default(value);
}

function hostsWord(word: string, before: readonly string[]): readonly string[] {
  return [...before, hostWord(word)];
}
