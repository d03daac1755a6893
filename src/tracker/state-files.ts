/**
 * The state of a tracker in two files, of which the newest good one wins.
 *
 *     8 magic, 8 sequence number, 8 saved at (milliseconds since 1970), then torrents, then 20: SHA-1 of all before
 *
 * Invariant: a file is written over only while the other one is whole, or none was there; so whenever the process, the
 * machine or the disk fails, the last state that was written whole is still there. Saving gives way to announces after each
 * piece. What the bytes in the middle mean is the store's business.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const MAGIC = Buffer.from('SWTRACK1', 'latin1');
const HEAD = 24;
const DIGEST = 20;
const NAMES = ['peers-a.state', 'peers-b.state'] as const;
/** Bytes; five million peers take 180 MB. */
const STATE_BYTES_MAX = 1024 * 1024 * 1024;
/** Bytes gathered before they are written. */
const WRITE_BYTES = 64 * 1024;

/** A state that was found whole. */
export interface FoundState {
  readonly body: Uint8Array;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly sequence: number;
}

export class StateFiles {
  readonly #folder: string;
  #sequence = 0;
  /** Which of the two is written next. */
  #next: 0 | 1 = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, and finds the newest good state; null: there is none. Rejects with the system's error. */
  static async open(folder: string): Promise<{ files: StateFiles; found: FoundState | null }> {
    await mkdir(folder, { recursive: true });
    const files = new StateFiles(folder);
    const [a, b] = await Promise.all(NAMES.map((name) => readState(join(folder, name))));
    const newest = (a?.sequence ?? -1) >= (b?.sequence ?? -1) ? a : b;
    files.#sequence = newest?.sequence ?? 0;
    files.#next = newest !== null && newest === a ? 1 : 0;
    return { files, found: newest ?? null };
  }

  /** Writes a state; `part(i)` gives its pieces until it gives undefined, null for none. Rejects with the system's error. */
  async save(savedAt: number, part: (i: number) => Uint8Array | null | undefined): Promise<void> {
    const sequence = this.#sequence + 1;
    const digest = createHash('sha1');
    await using file = await open(join(this.#folder, NAMES[this.#next]), 'w', 0o600);
    const head = Buffer.alloc(HEAD);
    MAGIC.copy(head);
    head.writeBigUInt64BE(BigInt(sequence), 8);
    head.writeBigUInt64BE(BigInt(Math.floor(savedAt)), 16);
    let gathered: Uint8Array[] = [head];
    let length = HEAD;
    const write = async (): Promise<void> => {
      const bytes = Buffer.concat(gathered);
      digest.update(bytes);
      await file.writeFile(bytes);
      gathered = [];
      length = 0;
    };
    for (let i = 0; ; i++) {
      const piece = part(i);
      if (piece === undefined) break;
      if (piece === null) continue;
      gathered.push(piece);
      length += piece.length;
      if (length >= WRITE_BYTES) await write();
    }
    await write();
    await file.writeFile(digest.digest());
    await file.sync();
    this.#sequence = sequence;
    this.#next = this.#next === 0 ? 1 : 0;
  }
}

async function readState(path: string): Promise<FoundState | null> {
  try {
    const { size } = await stat(path);
    if (size < HEAD + DIGEST || size > STATE_BYTES_MAX) return null;
    const bytes = await readFile(path);
    const end = bytes.length - DIGEST;
    const digest = createHash('sha1').update(bytes.subarray(0, end)).digest();
    if (!digest.equals(bytes.subarray(end)) || !bytes.subarray(0, 8).equals(MAGIC)) return null;
    const sequence = Number(bytes.readBigUInt64BE(8));
    return {
      body: bytes.subarray(HEAD, end),
      savedAt: Number(bytes.readBigUInt64BE(16)),
      sequence,
    };
  } catch {
    return null;
  }
}
