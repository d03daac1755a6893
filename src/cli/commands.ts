/**
 * The command line: which commands and options there are, and what each asks of the rest. Parsing only.
 */
import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import process from 'node:process';
import { chokerNames, defaultStateFolder, pickerNames, VERSION } from '../client/index.ts';
import type { AddOptions, ClientOptions, FileChoice, Torrent } from '../client/index.ts';
import { isMagnetText } from '../protocol/index.ts';
import { BarReport } from './bar-report.ts';
import { CommandError } from './complaint.ts';
import { demo } from './demo.ts';
import { EXIT, exitCodeHelp } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { JsonReport } from './json-report.ts';
import { listFiles } from './list-files.ts';
import { PlainReport } from './plain-report.ts';
import { readIpFilter } from './read-ip-filter.ts';
import { replay } from './replay.ts';
import type { ReplayWords } from './replay.ts';
import type { Report, Streams } from './report.ts';
import { FileServer } from './serve/file-server.ts';
import { selectWord } from './select-words.ts';
import { addLabCommand } from './lab/lab-command.ts';
import { addSimCommand } from './sim-command.ts';
import { isTerminal } from './terminal.ts';
import { addToolCommands } from './tools/tool-commands.ts';
import { addTrackerCommand } from './tracker-command.ts';
import { traceDiff } from './trace-diff.ts';
import { transfer } from './transfer.ts';
import {
  chokerWord,
  countWord,
  hostWord,
  listenWord,
  minutesWord,
  peerWord,
  pickerWord,
  portWord,
  rateWord,
  ratioWord,
  secondsWord,
} from './words.ts';

interface CommonWords {
  readonly peer: readonly string[];
  readonly port: number;
  readonly host?: string;
  readonly listen?: readonly string[];
  readonly picker?: string;
  readonly choker?: string;
  readonly tracker: boolean;
  readonly maxPeers?: number;
  readonly ratio?: number;
  readonly seedTime?: number;
  readonly maxDownload?: number;
  readonly maxUpload?: number;
  readonly ipFilter?: string;
  readonly anonymous?: boolean;
  readonly idna: boolean;
  readonly pex: boolean;
  readonly record?: string;
  readonly state?: string;
  readonly resume: boolean;
  readonly json?: boolean;
}

interface SelectWords {
  readonly select?: FileChoice | undefined;
  readonly firstLast?: boolean | undefined;
  readonly sequential?: boolean | undefined;
}

interface ServeWords extends CommonWords, SelectWords {
  readonly output: string;
  readonly httpPort: number;
}

interface DownloadWords extends CommonWords, SelectWords {
  readonly output: string;
  readonly listFiles?: boolean;
  readonly seed?: boolean;
  readonly timeout?: number;
}

interface SeedWords extends CommonWords {
  readonly superSeeding?: boolean;
}

/** Makes the program. `ended` is told the exit code of the command that ran. */
export function makeProgram(streams: Streams, ended: (code: ExitCode) => void): Command {
  const program = new Command('swarmwright');
  program
    .description('Download, seed, make and look into torrents.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', exitCodeHelp())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      outputError: () => undefined, // the complaint says it, in one line
    });

  selecting(common(program.command('download')))
    .description('download a torrent; what is in the folder already is checked and kept')
    .argument('<torrent>', 'a torrent file, its http(s) URL, or a magnet link')
    .option('-o, --output <folder>', 'where the file or folder goes', '.')
    .option('--seed', 'go on giving after the download is complete')
    .option('--list-files', 'print numbers, sizes and names of the files, and do nothing else')
    .option('--timeout <seconds>', 'give up when nothing arrives for so long', secondsWord)
    .action(async (torrent: string, words: DownloadWords) => {
      ended(await download(torrent, words, streams));
    });
  common(program.command('seed'))
    .description('give what is there already; it is checked first')
    .argument('<torrent>', 'a torrent file, its http(s) URL, or a magnet link')
    .argument('<path>', "the torrent's file or folder, or the folder that holds it")
    .option(
      '--super-seeding',
      'show each peer one piece at a time, to send little more than a copy',
    )
    .action(async (torrent: string, path: string, words: SeedWords) => {
      ended(await seed(torrent, path, words, streams));
    });
  selecting(common(program.command('serve')))
    .description('download a torrent and give its files to players and browsers on this machine')
    .argument('<torrent>', 'a torrent file, its http(s) URL, or a magnet link')
    .option('-o, --output <folder>', 'where the file or folder goes', '.')
    .addOption(
      new Option('--http-port <port>', 'serve at this port of 127.0.0.1; 0: any free one')
        .argParser(portWord)
        .default(0),
    )
    .action(async (torrent: string, words: ServeWords) => {
      ended(await serve(torrent, words, streams));
    });
  program
    .command('demo')
    .description(
      'a whole swarm on this machine: a tracker, a seed and three leeches, real TCP and files',
    )
    .option('--json', 'JSON lines on stdout')
    .action(async (words: { readonly json?: boolean }) => {
      ended(await demo(streams, words.json === true));
    });
  program
    .command('replay')
    .description('run a recorded session again, through the pure core; show the first difference')
    .argument('<trace>', 'a file written by --record')
    .option(
      '--scrub <file>',
      'write a copy without addresses, ids and names, to attach to a report',
    )
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', exitCodeHelp())
    .action(async (trace: string, words: ReplayWords) => {
      ended(await replay(trace, words, streams));
    });
  program
    .command('trace')
    .description('look at traces')
    .command('diff')
    .description('show the first line in which two traces differ')
    .argument('<first>', 'a trace')
    .argument('<second>', 'another')
    .option('--json', 'one line of JSON on stdout')
    .addHelpText('after', exitCodeHelp())
    .action(async (first: string, second: string, words: { readonly json?: boolean }) => {
      ended(await traceDiff(first, second, words, streams));
    });
  addToolCommands(program, streams, ended);
  addSimCommand(program, streams, ended);
  addLabCommand(program, streams, ended);
  addTrackerCommand(program, streams, ended);
  return program;
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

async function download(source: string, words: DownloadWords, streams: Streams): Promise<ExitCode> {
  const add: AddOptions = {
    path: words.output,
    peers: words.peer,
    ...selectionOf(words),
    ...goalsOf(words),
  };
  if (words.listFiles === true) {
    const tracker = words.tracker && isMagnetText(source);
    return listFiles(source, { ...add, tracker }, words.json === true, streams);
  }
  return transfer(
    {
      client: await clientOptions(words),
      source,
      add: (client, more) => client.add(source, { ...add, ...more }),
      onlySeed: false,
      keepSeeding: words.seed === true,
      namesPeers: namesPeers(words),
      patience: words.timeout === undefined ? null : words.timeout * 1000,
    },
    reportFor(words, streams),
  );
}

async function serve(source: string, words: ServeWords, streams: Streams): Promise<ExitCode> {
  const add: AddOptions = { path: words.output, peers: words.peer, ...selectionOf(words) };
  return transfer(
    {
      client: await clientOptions(words),
      source,
      add: (client, more) => client.add(source, { ...add, ...more }),
      onlySeed: false,
      keepSeeding: true,
      namesPeers: namesPeers(words),
      beside: async (torrent, report) => {
        const server = await FileServer.open(torrent, words.httpPort);
        report.serving(server.url);
        return server;
      },
      patience: null,
    },
    reportFor(words, streams),
  );
}

async function seed(
  source: string,
  path: string,
  words: SeedWords,
  streams: Streams,
): Promise<ExitCode> {
  const { superSeeding } = words;
  return transfer(
    {
      client: await clientOptions(words),
      source,
      add: async (client, more) => {
        await assertThere(path);
        const add = { peers: words.peer, ...goalsOf(words), superSeeding, ...more };
        return client.seed(source, path, add);
      },
      onlySeed: true,
      keepSeeding: true,
      namesPeers: namesPeers(words),
      patience: null,
    },
    reportFor(words, streams),
  );
}

async function assertThere(path: string): Promise<void> {
  try {
    await stat(path);
  } catch {
    throw new CommandError(
      EXIT.read,
      'SWARMWRIGHT_FILE_MISSING',
      `${path}: no such file or folder`,
      'check the path',
    );
  }
}

function selectionOf(words: SelectWords & CommonWords): AddOptions {
  const { select, firstLast } = words;
  return { select, firstLast, sequential: words.sequential === true && words.picker === undefined };
}

function namesPeers(words: CommonWords): (torrent: Torrent) => boolean {
  return (torrent) => words.peer.length > 0 || (words.tracker && torrent.metainfo.tiers.length > 0);
}

function goalsOf(words: CommonWords): Pick<AddOptions, 'limits' | 'share'> {
  const { maxDownload, maxUpload, ratio, seedTime } = words;
  return {
    limits: { download: maxDownload, upload: maxUpload },
    share: { ratio, seedTime: seedTime === undefined ? null : seedTime * 60_000 },
  };
}

async function clientOptions(words: CommonWords): Promise<ClientOptions> {
  return {
    ipFilter: words.ipFilter === undefined ? undefined : await readIpFilter(words.ipFilter),
    anonymous: words.anonymous,
    idna: words.idna,
    pex: words.pex,
    port: words.port,
    host: words.host,
    listen: words.listen,
    picker: words.picker,
    choker: words.choker,
    tracker: words.tracker,
    maxConns: words.maxPeers,
    record: words.record,
    stateFolder: words.resume ? (words.state ?? defaultStateFolder(process.env)) : undefined,
  };
}

function reportFor(words: { readonly json?: boolean }, streams: Streams): Report {
  if (words.json === true) return new JsonReport(streams);
  return isTerminal(streams.stderr) ? new BarReport(streams) : new PlainReport(streams);
}
