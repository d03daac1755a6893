/**
 * What a torrent says beside its files: checked before anything is hashed, and put around the hashes in the end. What it gives
 * has been read back by the reader that all torrents pass.
 */
import { optionError } from '../../client/errors.ts';
import { VERSION } from '../../client/version.ts';
import { buildFullMetainfo } from '../../protocol/metainfo/build-full.ts';
import { metainfoLimits } from '../../protocol/metainfo/limits.ts';
import { MERKLE_BLOCK, MERKLE_DIGEST, rootOfLayer } from '../../protocol/metainfo/merkle.ts';
import type { FullPlannedFile } from '../../protocol/index.ts';
import { parseOrThrow, sha256 } from '../torrent-source.ts';
import { assertClean } from './lints.ts';
import type { CreatedTorrent, DescribeOptions, TorrentPlan, TorrentVersion } from './options.ts';

/** The torrent file. `pieces`: SHA-1 of each, null in a torrent of v2 alone. */
export function assembleTorrent(
  plan: TorrentPlan,
  files: readonly FullPlannedFile[],
  pieces: Uint8Array | null,
  options: DescribeOptions,
): CreatedTorrent {
  const bytes = buildFullMetainfo({
    name: plan.name,
    pieceLength: plan.pieceLength,
    files,
    pieces,
    v2: plan.format !== 'v1',
    private: options.private ?? false,
    source: options.source ?? null,
    similar: (options.similar ?? []).map(infoHashBytes),
    collections: options.collections ?? [],
    tiers: options.trackers ?? [],
    webSeeds: options.webSeeds ?? [],
    nodes: options.nodes ?? [],
    comment: options.comment ?? null,
    createdBy: options.createdBy === undefined ? `Swarmwright/${VERSION}` : options.createdBy,
    creationDate:
      options.creationDate === undefined ? Math.floor(Date.now() / 1000) : options.creationDate,
  });
  return { ...plan, bytes, metainfo: parseOrThrow(bytes, plan.name) };
}

/** What v2 says of a file with these digests, one per piece: the root alone where one piece is all of it. */
export function rootAndLayer(
  digests: Uint8Array,
  pieceLength: number,
): Pick<FullPlannedFile, 'piecesRoot' | 'layer'> {
  if (digests.length === MERKLE_DIGEST) return { piecesRoot: digests, layer: null };
  return { piecesRoot: rootOfLayer(digests, pieceLength, sha256), layer: digests };
}

/** `pieces`: null where they are not known yet. */
export function assertCleanOptions(
  options: DescribeOptions,
  pieceLength: number,
  pieces: number | null,
  paths: readonly (readonly string[])[],
): void {
  assertClean(
    {
      tiers: options.trackers ?? [],
      webSeeds: options.webSeeds ?? [],
      private: options.private ?? false,
      source: options.source ?? null,
      pieceLength,
      pieces,
      paths,
    },
    options.allow ?? [],
  );
}

export function assertName(name: string): void {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) {
    throw optionError(`not a name for a torrent: "${name}"`);
  }
}

export function assertPieceLength(pieceLength: number, format: TorrentVersion): void {
  const { pieceLengthMax } = metainfoLimits;
  if (!Number.isInteger(pieceLength) || pieceLength < 1 || pieceLength > pieceLengthMax) {
    throw optionError(`a piece length is a number of bytes from 1 to ${pieceLengthMax}`);
  }
  if (format === 'v1') return;
  if (pieceLength < MERKLE_BLOCK || !Number.isInteger(Math.log2(pieceLength))) {
    throw optionError('the piece length of v2 is a power of two from 16384 on');
  }
}

export function assertPieceCount(pieces: number): void {
  if (pieces <= metainfoLimits.piecesMax) return;
  throw optionError(`more than ${metainfoLimits.piecesMax} pieces: choose a larger piece length`);
}

export function assertInfoHashes(texts: readonly string[]): void {
  texts.forEach(infoHashBytes);
}

function infoHashBytes(text: string): Uint8Array {
  if (!/^[0-9a-f]{40}$/i.test(text)) {
    throw optionError(`not an info-hash: "${text}" (40 hexadecimal digits)`);
  }
  return new Uint8Array(Buffer.from(text, 'hex'));
}
