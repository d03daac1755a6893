/**
 * Hashes the pieces of a task in one pass over their bytes: SHA-1 for v1 and the hash tree of BEP 52 for v2, from the same
 * reads. Runs in a thread, or here for little content.
 *
 * Content is read into one buffer small enough to be hashed from the cache. What cannot be read costs its piece, not the
 * task. A path that has become a pipe or a device is not waited for.
 */
import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { StoreFault } from '../../core/index.ts';
import { MERKLE_BLOCK, MERKLE_DIGEST, merkleRoot } from '../../protocol/metainfo/merkle.ts';
import { storeFaultOf } from '../../reactors/node/faults.ts';
import { runLength } from './piece-task.ts';
import type { HashSpan, PieceAnswer, PieceTask, UnreadPiece } from './piece-task.ts';

const BUFFER_BYTES = 256 * 1024;
const SHA1_DIGEST = 20;
const NO_LEAF = new Uint8Array(MERKLE_DIGEST);
/** Not on every system; where it is not, there are no pipes that an open waits for either. */
const NONBLOCK = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

let buffer: Uint8Array | null = null;

/** Answers one task. Never throws. */
export function hashPieces(task: PieceTask): PieceAnswer {
  buffer ??= new Uint8Array(BUFFER_BYTES);
  return new PieceHashing(task, buffer).run();
}

class PieceHashing {
  readonly #task: PieceTask;
  readonly #buffer: Uint8Array;
  readonly #v1: Uint8Array;
  readonly #v2: Uint8Array;
  readonly #unread: UnreadPiece[] = [];
  #open: { readonly path: string; readonly fd: number } | null = null;
  #piece = 0;

  constructor(task: PieceTask, scratch: Uint8Array) {
    this.#task = task;
    this.#buffer = scratch;
    let pieces = 0;
    for (const run of task.runs) pieces += Math.ceil(runLength(run) / task.pieceLength);
    this.#v1 = new Uint8Array(task.v1 ? pieces * SHA1_DIGEST : 0);
    this.#v2 = new Uint8Array(pieces * MERKLE_DIGEST);
  }

  run(): PieceAnswer {
    for (const { spans, leaves } of this.#task.runs) this.#run(spans, leaves);
    this.#close();
    return { v1: this.#v1, v2: this.#v2, unread: this.#unread, broken: false };
  }

  #run(spans: readonly HashSpan[], leaves: number): void {
    const { pieceLength } = this.#task;
    let parts: HashSpan[] = [];
    let filled = 0;
    for (const span of spans) {
      for (let at = 0; at < span.length;) {
        const length = Math.min(span.length - at, pieceLength - filled);
        parts.push({ path: span.path, offset: span.offset + at, length });
        at += length;
        filled += length;
        if (filled < pieceLength) continue;
        this.#hash(parts, filled, leaves);
        parts = [];
        filled = 0;
      }
    }
    if (filled > 0) this.#hash(parts, filled, leaves);
  }

  /** One piece. */
  #hash(parts: readonly HashSpan[], length: number, leaves: number): void {
    const piece = this.#piece++;
    const whole = parts.length === 1 && length <= BUFFER_BYTES;
    const sha1 = this.#task.v1 && !whole ? createHash('sha1') : null;
    const tree = leaves === 0 ? null : new Uint8Array(leaves * MERKLE_DIGEST);
    let blocks = 0;
    for (const { path, offset, length: bytes } of parts) {
      for (let at = 0; at < bytes;) {
        const slice = this.#buffer.subarray(0, Math.min(BUFFER_BYTES, bytes - at));
        const fault = this.#read(path, offset + at, slice);
        if (fault !== null) {
          this.#unread.push({ piece, path: path ?? '', fault });
          return;
        }
        if (whole && this.#task.v1) this.#v1.set(digest('sha1', slice), piece * SHA1_DIGEST);
        sha1?.update(slice);
        if (tree !== null && path !== null) blocks = addLeaves(tree, blocks, slice);
        at += slice.length;
      }
    }
    if (sha1 !== null) this.#v1.set(finish(sha1), piece * SHA1_DIGEST);
    if (tree === null) return;
    const digests = tree.subarray(0, blocks * MERKLE_DIGEST);
    this.#v2.set(merkleRoot(digests, leaves, NO_LEAF, sha256), piece * MERKLE_DIGEST);
  }

  /** Fills `into` from the file, or with zeros. */
  #read(path: string | null, offset: number, into: Uint8Array): StoreFault | null {
    if (path === null) {
      into.fill(0);
      return null;
    }
    try {
      const fd = this.#fd(path);
      for (let at = 0; at < into.length;) {
        const got = readSync(fd, into, at, into.length - at, offset + at);
        if (got === 0) return 'missing';
        at += got;
      }
      return null;
    } catch (error) {
      return storeFaultOf(error);
    }
  }

  #fd(path: string): number {
    if (this.#open?.path === path) return this.#open.fd;
    this.#close();
    const fd = openSync(path, constants.O_RDONLY | NONBLOCK);
    this.#open = { path, fd };
    if (fstatSync(fd).isFile()) return fd;
    this.#close();
    throw Object.assign(new Error('not a file'), { code: 'ENXIO' });
  }

  #close(): void {
    if (this.#open !== null) closeSync(this.#open.fd);
    this.#open = null;
  }
}

function addLeaves(tree: Uint8Array, blocks: number, slice: Uint8Array): number {
  let next = blocks;
  for (let at = 0; at < slice.length; at += MERKLE_BLOCK) {
    tree.set(sha256(slice.subarray(at, at + MERKLE_BLOCK)), next * MERKLE_DIGEST);
    next++;
  }
  return next;
}

function digest(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): Uint8Array {
  return hash(algorithm, bytes, 'buffer');
}

function sha256(bytes: Uint8Array): Uint8Array {
  return digest('sha256', bytes);
}

function finish(hashing: Hash): Uint8Array {
  return hashing.digest();
}
