/**
 * Makes a torrent and its content from a seed value, for tests that need real bytes on a real disk.
 *
 * Owns: the layout of the test files, their deterministic content, the .torrent file (BEP 3, version 1), the digests
 * to compare with. Same arguments, same bytes and same info-hash on every machine.
 * It has a bencoder and a piece hasher of its own on purpose: a torrent built by the code under test would agree with
 * that code's mistakes.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** One file of a torrent to make: its path inside the torrent's folder, and its length in bytes. */
export interface FileSpec {
  readonly path: readonly string[];
  readonly length: number;
}

/** What to make. */
export interface TorrentSpec {
  /** Decides all content: an unsigned 32-bit integer. */
  readonly seed: number;
  /** The torrent's name: the folder that its content lives in. */
  readonly name: string;
  /** Bytes, a power of two. */
  readonly pieceLength: number;
  /** The only tracker, or `null` for none. */
  readonly announce: string | null;
  /** Files in torrent order; always written in the form for many files, even for one. */
  readonly files: readonly FileSpec[];
}

/** A file that was made: where it lies relative to the download folder, and what it must hash to. */
export interface MadeFile {
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
}

/** A torrent that was made. */
export interface MadeTorrent {
  /** Path of the .torrent file. */
  readonly file: string;
  readonly name: string;
  /** 40 lower-case hex digits. */
  readonly infoHash: string;
  readonly files: readonly MadeFile[];
  /** Bytes of content. */
  readonly length: number;
  readonly pieces: number;
}

/**
 * About 25 MiB in files of awkward sizes: one byte, none at all, exactly a piece, a file inside one piece, files that
 * begin and end anywhere in a piece, an empty file between two others.
 */
export function awkwardFiles(pieceLength: number): readonly FileSpec[] {
  return [
    { path: ['one-byte.bin'], length: 1 },
    { path: ['odd', 'seven-mebibytes-and-one.bin'], length: 7 * 1024 * 1024 + 1 },
    { path: ['odd', 'empty.dat'], length: 0 },
    { path: ['odd', 'deeper', 'eleven million.bin'], length: 11_534_353 },
    { path: ['a-piece.bin'], length: pieceLength },
    { path: ['smaller-than-a-block.bin'], length: 12_345 },
    { path: ['zz-tail.bin'], length: 6_000_011 },
  ];
}

/**
 * Writes the content below `contentFolder` (as `contentFolder/name/...`) and the metainfo to `torrentFile`. Holds a few MiB
 * at a time, whatever the size.
 * @returns digests and the info-hash.
 */
export async function makeTorrent(
  spec: TorrentSpec,
  contentFolder: string,
  torrentFile: string,
): Promise<MadeTorrent> {
  const pieces = new PieceHasher(spec.pieceLength);
  const files: MadeFile[] = [];
  for (const [index, file] of spec.files.entries()) {
    const path = join(spec.name, ...file.path);
    const sha256 = await writeContent(
      join(contentFolder, path),
      spec.seed,
      index,
      file.length,
      pieces,
    );
    files.push({ path, length: file.length, sha256 });
  }
  const pieceHashes = pieces.finish();
  const info: Bencodable = {
    files: spec.files.map((file) => ({ length: file.length, path: [...file.path] })),
    name: spec.name,
    'piece length': spec.pieceLength,
    pieces: pieceHashes,
  };
  const metainfo: Bencodable =
    spec.announce === null ? { info } : { announce: spec.announce, info };
  await writeFile(torrentFile, bencode(metainfo));
  return {
    file: torrentFile,
    name: spec.name,
    infoHash: digest('sha1', bencode(info)).toString('hex'),
    files,
    length: spec.files.reduce((sum, file) => sum + file.length, 0),
    pieces: pieceHashes.length / 20,
  };
}

/** Writes one file of a key stream (AES-128 in counter mode): incompressible, decided by `(seed, index)` alone. */
async function writeContent(
  path: string,
  seed: number,
  index: number,
  length: number,
  pieces: PieceHasher,
): Promise<string> {
  const key = digest('sha256', Buffer.from(`swarmwright test content ${seed} ${index}`));
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16, 32));
  const zeros = Buffer.alloc(Math.min(length, 1 << 20));
  const sha256 = createHash('sha256');
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  try {
    for (let at = 0; at < length; at += zeros.length) {
      const bytes = cipher.update(zeros.subarray(0, Math.min(zeros.length, length - at)));
      sha256.update(bytes);
      pieces.update(bytes);
      await file.writeFile(bytes);
    }
  } finally {
    await file.close();
  }
  return sha256.digest('hex');
}

/** SHA-1 of each piece of the files taken as one run of bytes (BEP 3). */
class PieceHasher {
  readonly #pieceLength: number;
  readonly #hashes: Buffer[] = [];
  #hash = createHash('sha1');
  #filled = 0;

  constructor(pieceLength: number) {
    this.#pieceLength = pieceLength;
  }

  update(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.#pieceLength - this.#filled);
      this.#hash.update(part);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#pieceLength) this.#next();
    }
  }

  finish(): Buffer {
    if (this.#filled > 0) this.#next();
    return Buffer.concat(this.#hashes);
  }

  #next(): void {
    this.#hashes.push(this.#hash.digest());
    this.#hash = createHash('sha1');
    this.#filled = 0;
  }
}

function digest(algorithm: 'sha1' | 'sha256', bytes: Buffer): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

type Bencodable =
  string | number | Buffer | readonly Bencodable[] | { readonly [key: string]: Bencodable };

/** BEP 3 encoding. Keys here are ASCII, so the order of `sort()` is the order of their bytes. */
function bencode(value: Bencodable): Buffer {
  if (typeof value === 'number') return Buffer.from(`i${value}e`);
  if (typeof value === 'string') return bencode(Buffer.from(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  if (isList(value)) {
    return Buffer.concat([Buffer.from('l'), ...value.map(bencode), Buffer.from('e')]);
  }
  const parts: Buffer[] = [Buffer.from('d')];
  for (const key of Object.keys(value).sort()) parts.push(bencode(key), bencode(value[key]!));
  return Buffer.concat([...parts, Buffer.from('e')]);
}

function isList(value: Bencodable): value is readonly Bencodable[] {
  return Array.isArray(value);
}
