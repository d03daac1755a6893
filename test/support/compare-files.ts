/**
 * Compares what a client wrote with what the torrent says, byte for byte by SHA-256 and length.
 *
 * Owns: the verdict on a finished download, with every difference named. It looks at the torrent's own folder only;
 * what a client keeps beside it (control files) is that client's business.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { MadeTorrent } from './make-torrent.ts';

/** How strict to be. */
export interface CompareOptions {
  /** Some clients never create a file of no bytes: then its absence is no difference. */
  readonly emptyFilesMayBeMissing: boolean;
}

/**
 * Every difference between the torrent's content and what lies in `folder`, one line each; empty when they are equal.
 * Files in the torrent's folder that the torrent does not name are differences too.
 */
export async function differences(
  torrent: MadeTorrent,
  folder: string,
  options: CompareOptions = { emptyFilesMayBeMissing: false },
): Promise<string[]> {
  const found: string[] = [];
  for (const file of torrent.files) {
    const path = join(folder, file.path);
    const length = await lengthOf(path);
    if (length === null) {
      if (file.length > 0 || !options.emptyFilesMayBeMissing) found.push(`${file.path}: missing`);
    } else if (length !== file.length) {
      found.push(`${file.path}: ${length} bytes instead of ${file.length}`);
    } else if ((await sha256(path)) !== file.sha256) {
      found.push(`${file.path}: other bytes`);
    }
  }
  const named = new Set(torrent.files.map((file) => file.path));
  for (const path of await filesBelow(join(folder, torrent.name))) {
    const inside = relative(folder, path);
    if (!named.has(inside)) found.push(`${inside}: not in the torrent`);
  }
  return found;
}

/** SHA-256 of a file, in hex. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(bytes as Buffer);
  }
  return hash.digest('hex');
}

async function lengthOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // no folder: its files have been reported as missing
  }
}
