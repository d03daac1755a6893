/**
 * What the demo moves: a folder of awkward files (odd sizes, one byte, none at all, files that begin anywhere in a
 * piece), filled with random bytes, and the torrent of it. No padding between the files.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildMetainfo } from '../../protocol/index.ts';

interface DemoFile {
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
}

const NAME = 'swarmwright demo';
const PIECE_LENGTH = 262_144;
const FILES: readonly DemoFile[] = [
  { path: ['read me.txt'], length: 1_234 },
  { path: ['pictures', 'one.raw'], length: 20_000_003 },
  { path: ['pictures', 'two.raw'], length: 13_107_201 },
  { path: ['nothing.dat'], length: 0 },
  { path: ['sound', 'deep', 'take 7.pcm'], length: 23_068_749 },
  { path: ['the last byte'], length: 1 },
];

export interface DemoContent {
  /** The torrent's folder inside the given one. */
  readonly name: string;
  readonly torrent: Uint8Array;
  /** Bytes. */
  readonly length: number;
  readonly pieces: number;
  readonly files: readonly DemoFile[];
}

/** Writes the files below `folder`. @param tracker The announce URL. */
export async function makeDemoContent(folder: string, tracker: string): Promise<DemoContent> {
  const length = FILES.reduce((sum, file) => sum + file.length, 0);
  const content = new Uint8Array(length);
  randomFillSync(content);
  let offset = 0;
  for (const file of FILES) {
    const path = join(folder, NAME, ...file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content.subarray(offset, offset + file.length));
    offset += file.length;
  }
  const pieces = Math.ceil(length / PIECE_LENGTH);
  const digests = new Uint8Array(pieces * 20);
  for (let piece = 0; piece < pieces; piece++) {
    const bytes = content.subarray(piece * PIECE_LENGTH, (piece + 1) * PIECE_LENGTH);
    digests.set(createHash('sha1').update(bytes).digest(), piece * 20);
  }
  const torrent = buildMetainfo({
    name: NAME,
    files: FILES.map((file) => ({ ...file, padding: false })),
    pieceLength: PIECE_LENGTH,
    pieces: digests,
    tiers: [[tracker]],
    private: false,
    comment: null,
    createdBy: null,
    creationDate: null,
  });
  return { name: NAME, torrent, length, pieces, files: FILES };
}

/**
 * Compares a downloaded folder with the source by SHA-256, file by file. Returns one line per difference; a file too
 * many is one too.
 */
export async function demoDifferences(
  source: string,
  copy: string,
  content: DemoContent,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { path } of content.files) {
    const name = path.join('/');
    const [ours, theirs] = await Promise.all([
      digestOf(join(source, content.name, ...path)),
      digestOf(join(copy, content.name, ...path)),
    ]);
    if (theirs === null) found.push(`${name} is missing`);
    else if (ours !== theirs) found.push(`${name} differs`);
  }
  const here = await filesBelow(join(copy, content.name));
  if (here > content.files.length) found.push(`${here - content.files.length} files too many`);
  return found;
}

async function digestOf(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    const hash = createHash('sha256');
    for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(bytes as Uint8Array);
    }
    return `${size} ${hash.digest('hex')}`;
  } catch {
    return null;
  }
}

async function filesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
