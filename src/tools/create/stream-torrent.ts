/**
 * Makes a torrent of content that comes once: a pipe, a download, an archive while it is packed. Nothing is kept of it, so
 * what is wrong with its options is found before the first byte is read, and too many pieces as soon as there are.
 */
import { optionError } from '../../client/errors.ts';
import { abortable } from '../../client/signal.ts';
import { StreamHasher } from '../hashing/stream-hasher.ts';
import {
  assembleTorrent,
  assertCleanOptions,
  assertInfoHashes,
  assertName,
  assertPieceCount,
  assertPieceLength,
  rootAndLayer,
} from './describe.ts';
import { piecesUsualMax } from './lints.ts';
import type { CreatedTorrent, StreamOptions } from './options.ts';

/** Bytes of a piece where the length of the content is not known: 100 GiB before there are very many. */
export const streamPieceLength = 1_048_576;

/**
 * Makes a torrent of one file from `content`, in one pass on the calling thread. Errors: `SWARMWRIGHT_LINT` names a lint,
 * `_BAD_OPTION` an option, or content that is empty; those of `content` itself pass through.
 */
export async function createTorrentOfStream(
  content: AsyncIterable<Uint8Array>,
  options: StreamOptions,
): Promise<CreatedTorrent> {
  const { name, format = 'v1', pieceLength = streamPieceLength } = options;
  const paths = [[name]];
  assertName(name);
  assertInfoHashes(options.similar ?? []);
  assertPieceLength(pieceLength, format);
  assertCleanOptions(options, pieceLength, null, paths);
  const hasher = new StreamHasher(pieceLength, format !== 'v2', format !== 'v1');
  const parts = content[Symbol.asyncIterator]();
  let pieces = 0;
  for (;;) {
    const next = await abortable(parts.next(), options.signal);
    if (next.done === true) break;
    hasher.update(next.value);
    options.progress?.(next.value.length);
    // At once, and not after all of it was read; once, since whoever allows many allows more.
    const isMany = pieces <= piecesUsualMax && hasher.pieces > piecesUsualMax;
    pieces = hasher.pieces;
    if (isMany) assertCleanOptions(options, pieceLength, pieces, paths);
    assertPieceCount(pieces);
  }
  const hashed = hasher.finish();
  const { length } = hashed;
  if (length === 0) throw optionError(`${name}: nothing in it to share`);
  const files = [{ path: name, length }];
  const plan = { name, format, length, pieceLength, pieces, files, notes: [] };
  const kind = { padding: false, executable: false, hidden: false, symlink: null };
  const tree =
    format === 'v1' ? { piecesRoot: null, layer: null } : rootAndLayer(hashed.v2, pieceLength);
  const planned = { path: [], length, ...kind, ...tree };
  return assembleTorrent(plan, [planned], format === 'v2' ? null : hashed.v1, options);
}
