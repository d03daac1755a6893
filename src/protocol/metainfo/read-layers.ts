/**
 * Reads `piece layers` (BEP 52): for each file of several pieces, by its root, the roots of its pieces.
 *
 * A layer that is given must belong to such a file, have one digest per piece and hash to the root (row S-12). One that is
 * left out is no fault: what a magnet's metadata becomes has none.
 */
import { copyOf } from '../../core/bytes.ts';
import { byteText } from '../bencode/byte-text.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import { metainfoFault } from './fault.ts';
import type { MetainfoFault } from './fault.ts';
import { MERKLE_DIGEST, rootOfLayer } from './merkle.ts';
import type { Sha256 } from './sha256.ts';
import type { FileV2 } from './types.ts';

export type ReadLayers =
  | { readonly files: readonly FileV2[]; readonly fault: null }
  | { readonly files: null; readonly fault: MetainfoFault };

const FIELD = 'piece layers';

/** `files` with their layers. */
export function readLayers(
  value: BencodeValue | undefined,
  files: readonly FileV2[],
  pieceLength: number,
  sha256: Sha256,
): ReadLayers {
  if (value === undefined) return { files, fault: null };
  const entries = value.asDict();
  if (entries === null) return refuse(value.start, 'not a dictionary');
  // Files with the same content share a root, and so a layer.
  const pieces = new Map<string, number>();
  for (const { piecesRoot, length } of files) {
    if (piecesRoot === null || length <= pieceLength) continue;
    const key = byteText(piecesRoot);
    const count = Math.ceil(length / pieceLength);
    if ((pieces.get(key) ?? count) !== count) return refuse(value.start, 'a root of two lengths');
    pieces.set(key, count);
  }
  const layers = new Map<string, Uint8Array>();
  for (const [key, entry] of entries) {
    const layer = entry.asBytes();
    const count = pieces.get(key);
    if (layer === null) return refuse(entry.start, 'not a byte string');
    if (count === undefined) return refuse(entry.start, 'no file of several pieces has this root');
    if (layer.length !== count * MERKLE_DIGEST) {
      return refuse(entry.start, `${layer.length} bytes for ${count} pieces`);
    }
    const own = copyOf(layer);
    const root = rootOfLayer(own, pieceLength, sha256);
    if (byteText(root) !== key) return refuse(entry.start, 'it does not hash to its root');
    layers.set(key, own);
  }
  return {
    files: files.map((file) =>
      file.piecesRoot === null || file.length <= pieceLength
        ? file
        : { ...file, layer: layers.get(byteText(file.piecesRoot)) ?? null },
    ),
    fault: null,
  };
}

function refuse(offset: number, why: string): ReadLayers {
  return { files: null, fault: metainfoFault('bad-piece-layer', FIELD, offset, why) };
}
