/**
 * One file of a torrent, as the application sees it: facts computed on demand from what the machine has verified.
 */
import { join } from 'node:path';
import type { Metainfo, MetainfoFile } from '../protocol/index.ts';

export interface TorrentFile {
  readonly name: string;
  /** Absolute path on this machine. */
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  /** Where it begins in the torrent, in bytes. */
  readonly offset: number;
  /** Verified bytes. */
  readonly downloaded: number;
  /** 0 to 1. */
  readonly progress: number;
  readonly done: boolean;
}

/** @param has Whether a piece is verified. */
export function torrentFile(
  file: MetainfoFile,
  root: string,
  metainfo: Metainfo,
  has: (piece: number) => boolean,
): TorrentFile {
  const { length, offset } = file;
  return {
    name: file.path.at(-1) ?? metainfo.name,
    path: join(root, ...file.path),
    length,
    offset,
    get downloaded(): number {
      return verifiedBytes(offset, length, metainfo.pieceLength, has);
    },
    get progress(): number {
      return length === 0 ? 1 : this.downloaded / length;
    },
    get done(): boolean {
      return this.downloaded === length;
    },
  };
}

function verifiedBytes(
  offset: number,
  length: number,
  pieceLength: number,
  has: (piece: number) => boolean,
): number {
  if (length === 0) return 0;
  const end = offset + length;
  let bytes = 0;
  for (let piece = Math.floor(offset / pieceLength); piece * pieceLength < end; piece++) {
    if (!has(piece)) continue;
    const from = Math.max(offset, piece * pieceLength);
    const to = Math.min(end, (piece + 1) * pieceLength);
    bytes += to - from;
  }
  return bytes;
}
