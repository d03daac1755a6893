/**
 * Writes a v1 torrent file (BEP 3, 12, 27, 47) in canonical bencoding, so that equal plans give equal bytes and so one
 * info-hash. It hashes nothing and reads no files: the caller brings the digests.
 * A plan that does not add up is our caller's bug and asserts; what people type is checked before it gets here.
 */
import { assert } from '../../core/index.ts';
import { encode } from '../bencode/encode.ts';
import type { BencodeInput } from '../bencode/encode.ts';

export interface PlannedFile {
  /** Elements below the torrent's name; none for the only file of a single-file torrent. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** BEP 47 padding. */
  readonly padding: boolean;
}

export interface MetainfoPlan {
  readonly name: string;
  readonly files: readonly PlannedFile[];
  /** Bytes. */
  readonly pieceLength: number;
  /** SHA-1 of every piece, 20 bytes each, concatenated. */
  readonly pieces: Uint8Array;
  /** Tracker URLs, tier by tier. */
  readonly tiers: readonly (readonly string[])[];
  readonly private: boolean;
  readonly comment: string | null;
  readonly createdBy: string | null;
  /** Seconds since 1970, or null. */
  readonly creationDate: number | null;
}

/** The bytes of the torrent file. `parseMetainfo` gives the plan back. */
export function buildMetainfo(plan: MetainfoPlan): Uint8Array {
  const torrent = new Map<string, BencodeInput>([['info', infoOf(plan)]]);
  const trackers = plan.tiers.flat();
  if (trackers.length > 0) torrent.set('announce', trackers[0]!);
  if (trackers.length > 1) {
    torrent.set(
      'announce-list',
      plan.tiers.filter((tier) => tier.length > 0),
    );
  }
  if (plan.comment !== null) torrent.set('comment', plan.comment);
  if (plan.createdBy !== null) torrent.set('created by', plan.createdBy);
  if (plan.creationDate !== null) torrent.set('creation date', plan.creationDate);
  return encode(torrent);
}

function infoOf(plan: MetainfoPlan): BencodeInput {
  assert(plan.name !== '', 'build: a torrent has a name');
  assert(Number.isSafeInteger(plan.pieceLength) && plan.pieceLength > 0, 'build: piece length');
  const length = plan.files.reduce((sum, file) => sum + file.length, 0);
  assert(Number.isSafeInteger(length) && length > 0, 'build: a torrent has content');
  const pieceCount = Math.ceil(length / plan.pieceLength);
  assert(plan.pieces.length === pieceCount * 20, 'build: one digest per piece');

  const info = new Map<string, BencodeInput>([
    ['name', plan.name],
    ['piece length', plan.pieceLength],
    ['pieces', plan.pieces],
  ]);
  if (plan.private) info.set('private', 1);
  const [only] = plan.files;
  if (plan.files.length === 1 && only!.path.length === 0) info.set('length', length);
  else info.set('files', plan.files.map(fileOf));
  return info;
}

function fileOf(file: PlannedFile): BencodeInput {
  assert(file.length >= 0, 'build: a length is not negative');
  assert(file.path.length > 0 && !file.path.includes(''), 'build: a file has a path');
  const entry = new Map<string, BencodeInput>([
    ['length', file.length],
    ['path', file.path],
  ]);
  if (file.padding) entry.set('attr', 'p');
  return entry;
}
