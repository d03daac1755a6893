/**
 * How the files of a torrent look: size and time of the last change, by the names of the files alone. A few at a time,
 * however many there are.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStamp, Looks, MetainfoFile } from '../../protocol/index.ts';
import { partFileOf } from '../data/location.ts';
import type { Location } from '../data/location.ts';

/** Files that are looked at at the same time. */
const AT_ONCE = 16;

const GONE: FileStamp = { size: -1, time: 0n };

/** In the order of `files`. What is no plain file is as good as gone: no store opens it. Never rejects. */
export async function fileStamps(
  root: string,
  files: readonly Pick<MetainfoFile, 'path'>[],
): Promise<FileStamp[]> {
  const stamps: FileStamp[] = [];
  let next = 0;
  const look = async (): Promise<void> => {
    while (next < files.length) {
      const index = next++;
      stamps[index] = await stampOf(join(root, ...files[index]!.path));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, look));
  return stamps;
}

/** How everything of a torrent looks: the files at `location` but padding, and the part file. Never rejects. */
export async function looksOf(location: Location): Promise<Looks> {
  const files = location.files.filter(({ padding }) => !padding);
  const [part, ...stamps] = await fileStamps(location.root, [partFileOf(location), ...files]);
  return { files: stamps, part: part! };
}

async function stampOf(path: string): Promise<FileStamp> {
  try {
    const stats = await lstat(path, { bigint: true });
    return stats.isFile() ? { size: Number(stats.size), time: stats.mtimeNs } : GONE;
  } catch {
    return GONE;
  }
}
