/**
 * Reads the v2 half of a torrent (BEP 52), and holds a hybrid's two halves together: the same files in the same order,
 * each but the empty ones at the beginning of a piece.
 */
import type { BencodeValue } from '../bencode/decode.ts';
import { byteText } from '../bencode/byte-text.ts';
import { metainfoFault } from './fault.ts';
import type { MetainfoFault, MetainfoFaultCode } from './fault.ts';
import type { MetainfoLimits } from './limits.ts';
import { MERKLE_BLOCK } from './merkle.ts';
import { readLayers } from './read-layers.ts';
import { isSingle, readTree } from './read-tree.ts';
import type { PathNaming } from './safe-path.ts';
import type { Sha256 } from './sha256.ts';
import type { FileV2, Metainfo, MetainfoV2 } from './types.ts';

type Dict = ReadonlyMap<string, BencodeValue>;

/** What is known of the torrent already. */
export interface KnownOfV2 {
  /** The torrent's safe name. */
  readonly name: string;
  readonly pieceLength: number;
  readonly infoHash: Uint8Array;
  /** The other half of a hybrid. */
  readonly v1: Metainfo | null;
  readonly naming: PathNaming;
  readonly limits: MetainfoLimits;
  readonly sha256: Sha256;
}

export type ReadV2 =
  | { readonly v2: MetainfoV2; readonly fault: null }
  | { readonly v2: null; readonly fault: MetainfoFault };

export function readV2(top: Dict, info: BencodeValue, fields: Dict, known: KnownOfV2): ReadV2 {
  const { name, pieceLength, infoHash, v1, naming, limits, sha256 } = known;
  if (pieceLength < MERKLE_BLOCK || !isPowerOfTwo(pieceLength)) {
    const why = 'not a power of two from 16384 on';
    const at = fields.get('piece length') ?? info;
    return refuse('bad-piece-length', 'info.piece length', at.start, why);
  }
  const tree = fields.get('file tree');
  if (tree?.kind !== 'dict') {
    return refuse('bad-file-tree', 'info.file tree', (tree ?? info).start);
  }
  const given = fields.get('name')?.asBytes() ?? null;
  const single =
    v1 === null
      ? given !== null && isSingle(tree, byteText(given))
      : v1.files.length === 1 && v1.files[0]!.path.length === 1;
  const { files, fault } = readTree(tree, { name, single, naming, limits });
  if (fault !== null) return { v2: null, fault };

  let length = 0;
  let pieceCount = 0;
  for (const file of files) {
    length += file.length;
    pieceCount += Math.ceil(file.length / pieceLength);
  }
  if (pieceCount > limits.piecesMax) {
    return refuse('too-many-pieces', 'info.file tree', tree.start, `over ${limits.piecesMax}`);
  }
  if (v1 !== null) {
    const why = difference(v1, files);
    if (why !== null) return refuse('inconsistent', 'info', info.start, why);
  }
  const layered = readLayers(top.get('piece layers'), files, pieceLength, sha256);
  if (layered.fault !== null) return { v2: null, fault: layered.fault };
  return { v2: { infoHash, files: layered.files, pieceCount, length }, fault: null };
}

/** What a hybrid's halves differ in, or null. */
function difference(
  { files: all, pieceLength }: Metainfo,
  files: readonly FileV2[],
): string | null {
  const real = all.filter((file) => !file.padding);
  if (real.length !== files.length) return `${real.length} files in v1, ${files.length} in v2`;
  for (const [index, file] of real.entries()) {
    const other = files[index]!;
    if (file.length !== other.length) return `file ${index + 1} has two lengths`;
    if (file.path.join('/') !== other.path.join('/')) return `file ${index + 1} has two paths`;
    if (file.length > 0 && file.offset % pieceLength !== 0) {
      return `file ${index + 1} does not begin at a piece`;
    }
  }
  return null;
}

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

function refuse(code: MetainfoFaultCode, field: string, offset: number, why?: string): ReadV2 {
  return { v2: null, fault: metainfoFault(code, field, offset, why) };
}
