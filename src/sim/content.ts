/**
 * What a simulated swarm shares: bytes drawn from a seed value, and the metainfo that describes them.
 *
 * Small content exists as bytes, with real hashes, so that the same swarm can run in both fidelities. Content beyond
 * `bytesMax` is a phantom: nobody ever holds a byte of it, and the hashes are as good as any. The one file of this room
 * that may hash.
 */
import { createHash } from 'node:crypto';
import { assert, createRandom } from '../core/index.ts';
import type { StoreFile } from '../core/index.ts';
import type { Metainfo, MetainfoFile } from '../protocol/index.ts';

/** Bytes. Larger content is a phantom. */
export const bytesMax: number = 32 * 1024 * 1024;

export interface ContentOptions {
  readonly seed: number;
  /** Bytes. */
  readonly length: number;
  /** Bytes. */
  readonly pieceLength: number;
  /** Into how many files it is cut. */
  readonly files: number;
  readonly private: boolean;
  readonly tiers: readonly (readonly string[])[];
}

export interface Content {
  readonly metainfo: Metainfo;
  /** Null: a phantom. */
  readonly bytes: Uint8Array | null;
}

export function createContent(options: ContentOptions): Content {
  const { seed, length, pieceLength } = options;
  assert(length > 0 && pieceLength > 0, 'content: it has bytes and pieces');
  const pieceCount = Math.ceil(length / pieceLength);
  const bytes = length <= bytesMax ? drawBytes(seed, length) : null;
  const pieces = new Uint8Array(pieceCount * 20);
  for (let piece = 0; piece < pieceCount; piece++) {
    const part =
      bytes?.subarray(piece * pieceLength, (piece + 1) * pieceLength) ?? words(seed, piece);
    pieces.set(sha1(part), piece * 20);
  }
  const metainfo: Metainfo = {
    infoHash: sha1(pieces),
    name: 'content',
    pieceLength,
    pieces,
    pieceCount,
    length,
    files: cut(length, options.files),
    private: options.private,
    tiers: options.tiers,
    comment: null,
    createdBy: null,
    creationDate: null,
    info: new Uint8Array(0),
  };
  return { metainfo, bytes };
}

/** The hash of the parts laid end to end, for disks. */
export function digest(algorithm: 'sha1' | 'sha256', parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** The files of a store. */
export function storeFiles(metainfo: Metainfo): readonly StoreFile[] {
  return metainfo.files;
}

function sha1(bytes: Uint8Array): Uint8Array {
  return digest('sha1', [bytes]);
}

function words(seed: number, piece: number): Uint8Array {
  return new Uint8Array(new Int32Array([seed, piece]).buffer);
}

/** A fast stream of 32-bit words (xorshift), started from the seed value. */
function drawBytes(seed: number, length: number): Uint8Array {
  const drawn = new Uint32Array(Math.ceil(length / 4));
  let state = createRandom(seed).below(0x7fffffff) | 1;
  for (let i = 0; i < drawn.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    drawn[i] = state;
  }
  return new Uint8Array(drawn.buffer, 0, length);
}

/** `count` files of unequal lengths, without gaps. */
function cut(length: number, count: number): MetainfoFile[] {
  const files: MetainfoFile[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const last = i === count - 1;
    const end = last ? length : Math.min(length, at + Math.ceil(((length - at) * (i + 1)) / count));
    if (end === at) continue;
    const path = count === 1 ? ['content'] : ['content', `file ${i}`];
    files.push({ path, length: end - at, offset: at, padding: false });
    at = end;
  }
  return files;
}
