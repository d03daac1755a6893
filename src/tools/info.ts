/**
 * What a torrent says, as plain data that is fit for JSON: hashes are hexadecimal digits, sizes exact bytes, times
 * seconds since 1970, what is not there null or empty. Texts are a stranger's: make them safe before they are shown.
 */
import type { FullMetainfo } from '../protocol/index.ts';
import { hex } from './hex.ts';
import { loadTorrent } from './torrent-source.ts';
import type { ToolSource } from './torrent-source.ts';

export interface TorrentInfoFile {
  /** Elements with `/` between them; the torrent's name is the first. */
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  /** The root of its hash tree (v2); null in v1, and where the file is empty. */
  readonly piecesRoot: string | null;
}

export interface TorrentInfo {
  readonly version: 'v1' | 'v2' | 'hybrid';
  readonly name: string;
  /** 40 digits; null in a torrent of v2 alone. */
  readonly infoHash: string | null;
  /** 64 digits; null in a torrent of v1 alone. */
  readonly infoHashV2: string | null;
  /** Bytes of content, without padding. */
  readonly length: number;
  /** Bytes. */
  readonly pieceLength: number;
  readonly pieces: number;
  readonly private: boolean;
  /** Without padding. */
  readonly files: readonly TorrentInfoFile[];
  /** Tier by tier. */
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  /** `HOST:PORT`. */
  readonly nodes: readonly string[];
  readonly source: string | null;
  readonly similar: readonly string[];
  readonly collections: readonly string[];
  readonly comment: string | null;
  readonly createdBy: string | null;
  readonly creationDate: number | null;
}

/** Reads a torrent and tells what it says. Errors: `SWARMWRIGHT_BAD_TORRENT`, and those of reading it. */
export async function torrentInfo(source: ToolSource): Promise<TorrentInfo> {
  const { metainfo } = await loadTorrent(source);
  return describeTorrent(metainfo);
}

/** The same of a torrent that has been read. */
export function describeTorrent(metainfo: FullMetainfo): TorrentInfo {
  const { v1, v2, extras } = metainfo;
  const files = filesOf(metainfo);
  return {
    version: versionOf(metainfo),
    name: metainfo.name,
    infoHash: v1 === null ? null : hex(v1.infoHash),
    infoHashV2: v2 === null ? null : hex(v2.infoHash),
    length: files.reduce((sum, file) => sum + file.length, 0),
    pieceLength: metainfo.pieceLength,
    pieces: v1?.pieceCount ?? v2?.pieceCount ?? 0,
    private: metainfo.private,
    files,
    trackers: metainfo.tiers,
    webSeeds: extras.webSeeds,
    nodes: extras.nodes.map(
      ({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
    ),
    source: extras.source,
    similar: extras.similar.map(hex),
    collections: extras.collections,
    comment: metainfo.comment,
    createdBy: metainfo.createdBy,
    creationDate: metainfo.creationDate,
  };
}

export function versionOf({ v1, v2 }: FullMetainfo): TorrentInfo['version'] {
  if (v2 === null) return 'v1';
  return v1 === null ? 'v2' : 'hybrid';
}

function filesOf({ v1, v2 }: FullMetainfo): readonly TorrentInfoFile[] {
  if (v2 !== null) {
    return v2.files.map(({ path, length, piecesRoot }) => {
      return {
        path: path.join('/'),
        length,
        piecesRoot: piecesRoot === null ? null : hex(piecesRoot),
      };
    });
  }
  const real = v1?.files.filter((file) => !file.padding) ?? [];
  return real.map(({ path, length }) => ({ path: path.join('/'), length, piecesRoot: null }));
}
