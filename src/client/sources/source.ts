/**
 * From whatever a caller calls a torrent (bytes, a path, an http(s) URL, checked metainfo) to checked metainfo; magnet
 * links, for which peers must be asked, are read elsewhere.
 *
 * Reads at most `torrentBytesMax` of anything. Every failure is an error with a code that says what to look at: the
 * path, the network or the torrent itself.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import process from 'node:process';
import type { HttpFault, HttpReply, Millis, ReactorHTTP } from '../../core/index.ts';
import { isMagnetText } from '../../protocol/magnet/parse-magnet.ts';
import { metainfoLimits } from '../../protocol/metainfo/limits.ts';
import { parseMetainfo } from '../../protocol/metainfo/parse.ts';
import type { Metainfo, ParseOptions } from '../../protocol/index.ts';
import { codedError, optionError } from '../errors.ts';
import type { CodedError } from '../errors.ts';
import { redactUrl } from '../words/redact.ts';
import { abortable } from '../signal.ts';

/** The bytes of a torrent file, the path or URL of one, a magnet link, or metainfo that is checked already. */
export type TorrentSource = string | URL | Uint8Array | Metainfo;

/** Bytes of a torrent file that are read at most. */
const { torrentBytesMax } = metainfoLimits;
/** Milliseconds that fetching one may take, redirects included. */
export const fetchTimeMax: Millis = 30_000;

/** Whether it is a magnet link, which peers must be asked about. */
export function isMagnet(source: TorrentSource): source is string | URL {
  return (typeof source === 'string' || source instanceof URL) && isMagnetText(String(source));
}

export async function loadMetainfo(
  source: TorrentSource,
  http: ReactorHTTP,
  signal?: AbortSignal,
  anonymous = false,
): Promise<Metainfo> {
  signal?.throwIfAborted();
  if (source instanceof Uint8Array) return parse(source, 'the given bytes');
  if (typeof source === 'string' || source instanceof URL) {
    const text = String(source);
    const remote = /^https?:\/\//i.test(text);
    if (!remote && (source instanceof URL || /^[a-z]+:\/\//i.test(text))) {
      throw optionError(
        `not a torrent that can be read: ${redactUrl(text)} (a path, an http(s) URL or a magnet link)`,
      );
    }
    const bytes = remote
      ? await abortable(fetch(text, http, anonymous), signal)
      : await read(text, signal);
    return parse(bytes, remote ? redactUrl(text) : text);
  }
  if (!isMetainfo(source)) {
    throw optionError(
      'a torrent is given as bytes, a path, an http(s) URL, a magnet link or parsed metainfo',
    );
  }
  return source;
}

function isMetainfo(source: unknown): source is Metainfo {
  const { infoHash, pieces, files } = (source ?? {}) as Partial<Metainfo>;
  return infoHash instanceof Uint8Array && pieces instanceof Uint8Array && Array.isArray(files);
}

/** How metainfo is read on this machine. */
export function readRules(): ParseOptions {
  // Names that only Windows cannot have are kept elsewhere, so that other clients' data is found under its name.
  const naming = process.platform === 'win32' ? 'portable' : 'posix';
  return {
    naming,
    sha1: (info) => createHash('sha1').update(info).digest(),
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  };
}

function parse(bytes: Uint8Array, from: string): Metainfo {
  const { metainfo, fault } = parseMetainfo(bytes, readRules());
  if (metainfo !== null) return metainfo;
  throw codedError('SWARMWRIGHT_BAD_TORRENT', `${from}: ${fault.detail}`);
}

async function read(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > torrentBytesMax) throw tooLarge(path);
    return await file.readFile({ signal });
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw readError(path, error);
    throw error;
  }
}

function tooLarge(path: string): CodedError {
  const megabytes = torrentBytesMax / 1e6;
  const text = `${path}: larger than a torrent file may be (${megabytes} MB)`;
  return codedError('SWARMWRIGHT_BAD_TORRENT', text);
}

function readError(path: string, error: Error & { code: unknown }): Error {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return codedError('SWARMWRIGHT_FILE_MISSING', `${path}: no such file`, error);
    case 'EISDIR':
      return codedError('SWARMWRIGHT_FILE_UNREADABLE', `${path}: is a folder`, error);
    case 'EACCES':
    case 'EPERM':
      return codedError('SWARMWRIGHT_FILE_UNREADABLE', `${path}: no permission to read it`, error);
    case 'SWARMWRIGHT_BAD_TORRENT':
    case 'ABORT_ERR':
      return error;
    default:
      return codedError('SWARMWRIGHT_FILE_UNREADABLE', `${path}: ${String(error.code)}`, error);
  }
}

const FETCH_FAULTS: Readonly<Record<HttpFault, string>> = {
  refused: 'the server refuses connections',
  unresolved: 'the server name does not resolve',
  'timed-out': 'the server did not answer in time',
  'too-large': 'the answer is larger than a torrent file may be',
  'bad-reply': 'the answer is not valid HTTP',
  cancelled: 'cancelled',
  forbidden: 'the server is at an address that may not be asked',
};

async function fetch(url: string, http: ReactorHTTP, anonymous: boolean): Promise<Uint8Array> {
  const { reply, fault } = await new Promise<{ reply: HttpReply | null; fault: HttpFault | null }>(
    (resolve) =>
      http.request(
        {
          method: 'GET',
          url,
          range: null,
          localPath: null,
          restraints: anonymous ? ['anonymous'] : [],
          bytesMax: torrentBytesMax,
          timeMax: fetchTimeMax,
        },
        (reply, fault) => resolve({ reply, fault }),
      ),
  );
  if (reply === null) {
    throw codedError(
      'SWARMWRIGHT_FETCH_FAILED',
      `${redactUrl(url)}: ${FETCH_FAULTS[fault ?? 'bad-reply']}`,
    );
  }
  if (reply.status !== 200) {
    throw codedError(
      'SWARMWRIGHT_FETCH_FAILED',
      `${redactUrl(url)}: the server answered ${reply.status}`,
    );
  }
  return reply.body;
}

export { fetch as fetchTorrentFile, read as readTorrentFile };
