/**
 * Deletes files under a root folder such that no symbolic link can lead outside (S-01, S-07).
 *
 * Invariants: only regular files that were named are deleted, each by its own name inside the folder that was reached from
 * the root through real folders alone; a link in the place of a file or folder is left, and so is what it points to. A
 * folder goes only when it is empty, and the root never.
 */
import { lstat, rmdir, unlink } from 'node:fs/promises';
import { hasDescriptorPaths, inConfinedFolder, isPlainName } from './confined-open.ts';
import { codeOf } from '../faults.ts';

export interface Removal {
  /** Files that are still there though they should not be. */
  readonly kept: number;
  /** Why, for the first one; undefined: none is. */
  readonly error: unknown;
}

/** Never rejects. What is not there is no failure. */
export async function removeConfined(
  root: string,
  paths: readonly (readonly string[])[],
  byDescriptor: boolean = hasDescriptorPaths,
): Promise<Removal> {
  let kept = 0;
  let first: unknown;
  const plain = paths.filter((path) => path.length > 0 && path.every(isPlainName));
  for (const path of plain) {
    try {
      await removeOne(root, path, byDescriptor);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue;
      kept++;
      first ??= error;
    }
  }
  await removeEmpty(root, foldersOf(plain), byDescriptor);
  return { kept, error: first };
}

/** The folders that these paths go through, each once, without the root. */
export function foldersOf(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const folders = new Map<string, readonly string[]>();
  for (const path of paths) {
    for (let depth = 1; depth < path.length; depth++) {
      const folder = path.slice(0, depth);
      folders.set(folder.join('/'), folder);
    }
  }
  return [...folders.values()];
}

/** Deletes those of the folders that are empty, or are when others of them are gone. Never rejects. */
export async function removeEmpty(
  root: string,
  folders: readonly (readonly string[])[],
  byDescriptor: boolean = hasDescriptorPaths,
): Promise<void> {
  // The deepest first, so that what they leave empty can go as well.
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length);
  for (const folder of deepestFirst) await removeFolder(root, folder, byDescriptor);
}

async function removeOne(
  root: string,
  path: readonly string[],
  byDescriptor: boolean,
): Promise<void> {
  await inConfinedFolder(
    root,
    path.slice(0, -1),
    async (folder) => {
      const file = `${folder}/${path.at(-1)!}`;
      // `unlink` takes the name itself: if a link is swapped in now, the link goes, never what it points to.
      if (!(await lstat(file)).isFile()) throw new Error('not a regular file');
      await unlink(file);
    },
    byDescriptor,
  );
}

/** One that is not empty, or not a folder, stays. */
async function removeFolder(
  root: string,
  folder: readonly string[],
  byDescriptor: boolean,
): Promise<void> {
  try {
    await inConfinedFolder(
      root,
      folder.slice(0, -1),
      (parent) => rmdir(`${parent}/${folder.at(-1)!}`),
      byDescriptor,
    );
  } catch {
    // As said above.
  }
}
