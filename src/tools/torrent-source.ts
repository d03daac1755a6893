/**
 * From what a caller calls a torrent (bytes, a path, an http(s) URL) to its bytes and what they say.
 *
 * Reads at most `torrentBytesMax` of anything. Every failure is an error with a code: the path, the network or the
 * torrent itself. Unlike the client's, this door takes torrents of v2 alone.
 */
import { createHash } from 'node:crypto';
import { codedError, optionError } from '../client/errors.ts';
import { fetchTorrentFile, readRules, readTorrentFile } from '../client/sources/source.ts';
import { parseFullMetainfo } from '../protocol/metainfo/parse-full.ts';
import type { FullMetainfo } from '../protocol/index.ts';

/** The bytes of a torrent file, or its path or http(s) URL. */
export type ToolSource = string | URL | Uint8Array;

export interface LoadedTorrent {
  readonly bytes: Uint8Array;
  readonly metainfo: FullMetainfo;
}

/** Reads and checks a torrent file. `from` names it in complaints. */
export async function loadTorrent(
  source: ToolSource,
  from: string = nameOf(source),
): Promise<LoadedTorrent> {
  const bytes = await loadBytes(source);
  return { bytes, metainfo: parseOrThrow(bytes, from) };
}

/** The bytes, whatever they are. */
export async function loadBytes(source: ToolSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  const text = String(source);
  if (/^https?:\/\//i.test(text)) {
    // Most torrents are files, and a network costs time to load.
    const { createNodeReactor } = await import('../reactors/node/node-reactor.ts');
    const reactor = createNodeReactor({ root: '.' });
    try {
      return await fetchTorrentFile(text, reactor, false);
    } finally {
      reactor.stop();
    }
  }
  if (source instanceof URL || text.startsWith('magnet:')) {
    throw optionError('a torrent is given as bytes, a path or an http(s) URL');
  }
  return readTorrentFile(text, undefined);
}

/** What the bytes say; throws `SWARMWRIGHT_BAD_TORRENT` with the field and the offset. */
export function parseOrThrow(bytes: Uint8Array, from: string): FullMetainfo {
  const { metainfo, fault } = parseFullMetainfo(bytes, readRules());
  if (metainfo !== null) return metainfo;
  throw codedError('SWARMWRIGHT_BAD_TORRENT', `${from}: ${fault.detail}`);
}

/** The platform's, for nodes of hash trees. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function nameOf(source: ToolSource): string {
  return source instanceof Uint8Array ? 'the given bytes' : String(source);
}
