/**
 * `swarmwright download`, `seed` and `serve`: from the words of a command line to one transfer. Parsing is elsewhere, and so
 * is the transfer itself.
 */
import { stat } from 'node:fs/promises';
import process from 'node:process';
import { defaultStateFolder } from '../../client/index.ts';
import type { AddOptions, ClientOptions, FileChoice, Torrent } from '../../client/index.ts';
import { isMagnetText } from '../../protocol/index.ts';
import { BarReport } from '../output/bar-report.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { JsonReport } from '../output/json-report.ts';
import { listFiles } from './list-files.ts';
import { PlainReport } from '../output/plain-report.ts';
import { readIpFilter } from './read-ip-filter.ts';
import type { Report, Streams } from '../output/report.ts';
import { FileServer } from '../serve/file-server.ts';
import { isTerminal } from '../output/terminal.ts';
import { inputOf } from '../tools/data.ts';
import { transfer } from './transfer.ts';

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

export interface ServeWords extends CommonWords, SelectWords {
  readonly output: string;
  readonly httpPort: number;
}

export interface DownloadWords extends CommonWords, SelectWords {
  readonly output: string;
  readonly listFiles?: boolean;
  readonly seed?: boolean;
  readonly timeout?: number;
}

export interface SeedWords extends CommonWords {
  readonly superSeeding?: boolean;
}

export async function download(
  source: string,
  words: DownloadWords,
  streams: Streams,
): Promise<ExitCode> {
  const torrent = await inputOf(source);
  const add: AddOptions = {
    path: words.output,
    peers: words.peer,
    ...selectionOf(words),
    ...goalsOf(words),
  };
  if (words.listFiles === true) {
    const tracker = words.tracker && isMagnetText(source);
    return listFiles(torrent, { ...add, tracker }, words.json === true, streams);
  }
  return transfer(
    {
      client: await clientOptions(words),
      source,
      add: (client, more) => client.add(torrent, { ...add, ...more }),
      onlySeed: false,
      keepSeeding: words.seed === true,
      namesPeers: namesPeers(words),
      patience: words.timeout === undefined ? null : words.timeout * 1000,
    },
    reportFor(words, streams),
  );
}

export async function serve(
  source: string,
  words: ServeWords,
  streams: Streams,
): Promise<ExitCode> {
  const torrent = await inputOf(source);
  const add: AddOptions = { path: words.output, peers: words.peer, ...selectionOf(words) };
  return transfer(
    {
      client: await clientOptions(words),
      source,
      add: (client, more) => client.add(torrent, { ...add, ...more }),
      onlySeed: false,
      keepSeeding: true,
      namesPeers: namesPeers(words),
      beside: async (added, report) => {
        const server = await FileServer.open(added, words.httpPort);
        report.serving(server.url);
        return server;
      },
      patience: null,
    },
    reportFor(words, streams),
  );
}

export async function seed(
  source: string,
  path: string,
  words: SeedWords,
  streams: Streams,
): Promise<ExitCode> {
  const torrent = await inputOf(source);
  const { superSeeding } = words;
  return transfer(
    {
      client: await clientOptions(words),
      source,
      add: async (client, more) => {
        await assertThere(path);
        const add = { peers: words.peer, ...goalsOf(words), superSeeding, ...more };
        return client.seed(torrent, path, add);
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
