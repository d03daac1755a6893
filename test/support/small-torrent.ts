/**
 * A torrent of about 1 MiB with awkward files, quick enough for many tests on real sockets.
 */
import { makeTorrent } from './make-torrent.ts';
import type { MadeTorrent } from './make-torrent.ts';

/** Bytes. */
export const smallPieceLength = 32_768;

/** Writes content below `content`, the torrent beside it. @param seed Decides the bytes, and so the info-hash. */
export async function smallTorrent(
  content: string,
  file: string,
  announce: string | null,
  seed = 1,
): Promise<MadeTorrent> {
  const files = [
    { path: ['one'], length: 1 },
    { path: ['odd', 'a.bin'], length: 700_001 },
    { path: ['odd', 'empty'], length: 0 },
    { path: ['odd', 'deep', 'b.bin'], length: 2 * smallPieceLength },
    { path: ['tail'], length: 300_007 },
  ];
  const spec = { seed, name: `small ${seed}`, pieceLength: smallPieceLength, announce, files };
  return makeTorrent(spec, content, file);
}
