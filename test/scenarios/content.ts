/**
 * Torrents of any shape for the scenarios: bytes drawn from a number, files and padding as asked, and the metainfo as
 * the engine's own parser reads it from a torrent file. The hashes are node's, not the engine's.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { buildMetainfo, parseMetainfo } from '../../src/protocol/index.ts';
import type { Metainfo } from '../../src/protocol/index.ts';

/** Bytes of a whole block. */
export const BLOCK = 16_384;

export interface ShapeFile {
  /** Null: padding (BEP 47). */
  readonly name: string | null;
  /** Bytes. */
  readonly length: number;
}

export interface Shape {
  readonly files: readonly ShapeFile[];
  /** Bytes. */
  readonly pieceLength: number;
  readonly private?: boolean;
  /** Decides the bytes. Default 1. */
  readonly seed?: number;
}

export interface Content {
  readonly metainfo: Metainfo;
  /** The torrent's bytes; padding is zeros. */
  readonly bytes: Uint8Array;
  /** The torrent file. */
  readonly file: Uint8Array;
}

/** One file of so many pieces, the last one `last` bytes long. */
export function plainContent(pieces: number, pieceLength: number = BLOCK, last?: number): Content {
  const length = pieceLength * (pieces - 1) + (last ?? pieceLength);
  return contentOf({ files: [{ name: 'plain', length }], pieceLength });
}

export function contentOf(shape: Shape): Content {
  const { files, pieceLength } = shape;
  const length = files.reduce((sum, file) => sum + file.length, 0);
  const bytes = drawn(length, shape.seed ?? 1);
  let at = 0;
  for (const file of files) {
    if (file.name === null) bytes.fill(0, at, at + file.length);
    at += file.length;
  }
  const pieceCount = Math.ceil(length / pieceLength);
  const pieces = new Uint8Array(20 * pieceCount);
  for (let piece = 0; piece < pieceCount; piece++) {
    const part = bytes.subarray(piece * pieceLength, (piece + 1) * pieceLength);
    pieces.set(createHash('sha1').update(part).digest(), 20 * piece);
  }
  return { ...describe(shape, pieces), bytes };
}

/** The torrent file of a shape with these hashes, and what the parser makes of it. */
export function describe(
  shape: Shape,
  pieces: Uint8Array,
): { readonly metainfo: Metainfo; readonly file: Uint8Array } {
  const { files, pieceLength } = shape;
  const single = files.length === 1;
  const file = buildMetainfo({
    name: single ? files[0]!.name! : 'folder',
    files: files.map(({ name, length }) => ({
      path: single ? [] : name === null ? ['.pad', String(length)] : [name],
      length,
      padding: name === null,
    })),
    pieceLength,
    pieces,
    tiers: [],
    private: shape.private ?? false,
    comment: null,
    createdBy: null,
    creationDate: null,
  });
  const { metainfo, fault } = parseMetainfo(file);
  assert(fault === null, `the parser refuses the shape: ${String(fault?.code)}`);
  return { metainfo, file };
}

/** A fast stream of 32-bit words (xorshift). */
function drawn(length: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = (Math.imul(seed, 0x9e3779b1) | 1) >>> 0;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}
