/**
 * Single names below a root folder: looked at, linked, renamed, deleted, and made to last, such that no symbolic link can
 * lead outside (S-01, S-07).
 *
 * Invariants: every folder on the way is a real one (`inConfinedFolder`); a link at the end is never followed, since each
 * call takes the name itself; nothing that exists is ever replaced by `linkEntry` or `renameEntry`.
 */
import { link, lstat, open, rename, stat, unlink } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { inConfinedFolder } from './confined-open.ts';
import { codeOf } from '../faults.ts';

/** A name below a root folder. */
export interface Entry {
  readonly root: string;
  readonly path: readonly string[];
}

/** What has a name: a file for certain, and in which state. */
export type Look = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'mode'>;

/** Whether it is the same file, and was not written to in between. */
export function isSame(a: Look, b: Look): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

/** Null where there is nothing. Rejects where the way there is none, as with a link or a file for a folder. */
export async function lookAt(entry: Entry): Promise<BigIntStats | null> {
  try {
    return await within(entry, (place) => lstat(place, { bigint: true }));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the two are in one folder, by whatever way one gets there. */
export async function shareFolder(a: Entry, b: Entry): Promise<boolean> {
  const folderOf = ({ root, path }: Entry): Promise<BigIntStats> =>
    inConfinedFolder(root, path.slice(0, -1), (folder) => stat(folder, { bigint: true }));
  const [one, other] = [await folderOf(a), await folderOf(b)];
  return one.dev === other.dev && one.ino === other.ino;
}

/** A second name for a file, in folders that are made as needed. */
export async function linkEntry(from: Entry, to: Entry): Promise<void> {
  await between(from, to, link);
}

/** Another name for a file, in folders that are made as needed. Where the name is taken: `EEXIST`. */
export async function renameEntry(from: Entry, to: Entry): Promise<void> {
  await between(from, to, async (old, fresh) => {
    // No call of Node's refuses by itself to replace. This is for file systems that have no second names.
    if (await isTaken(fresh)) throw Object.assign(new Error('it exists'), { code: 'EEXIST' });
    await rename(old, fresh);
  });
}

/** Deletes the name if it stands for this very file. */
export async function unlinkEntry(entry: Entry, { dev, ino }: Look): Promise<void> {
  await within(entry, async (place) => {
    const found = await lstat(place, { bigint: true });
    if (found.dev === dev && found.ino === ino) await unlink(place);
  });
}

/** The names in this folder, below `root` or `root` itself, are on the device. Not every system can: there they are as good as the system makes them. */
export async function syncFolder(root: string, path: readonly string[]): Promise<void> {
  try {
    await inConfinedFolder(root, path, async (folder) => {
      await using handle = await open(folder, 'r');
      await handle.sync();
    });
  } catch {
    // As said above.
  }
}

function within<T>({ root, path }: Entry, act: (place: string) => Promise<T>): Promise<T> {
  return inConfinedFolder(root, path.slice(0, -1), (folder) => act(`${folder}/${path.at(-1)!}`));
}

function between(
  from: Entry,
  { root, path }: Entry,
  act: (from: string, to: string) => Promise<void>,
): Promise<void> {
  return within(from, (old) =>
    inConfinedFolder(
      root,
      path.slice(0, -1),
      (folder) => act(old, `${folder}/${path.at(-1)!}`),
      undefined,
      'write',
    ),
  );
}

async function isTaken(place: string): Promise<boolean> {
  try {
    await lstat(place);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
