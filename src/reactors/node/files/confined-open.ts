/**
 * Opens a file under a root folder such that no symbolic link can lead outside (S-01, S-07, F-23).
 *
 * Invariant: a descriptor that is returned belongs to a regular file that was reached from the root through real
 * folders alone. On Linux each folder is opened by its own name inside the open descriptor of its parent, with
 * O_NOFOLLOW, so no swap between check and open can matter. Elsewhere parents are checked before the open, and
 * the real path after it. The root itself may be a link: the user chose it.
 */
import { close, constants, existsSync, fstat, lstat, mkdir, open, realpath } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from '../faults.ts';

/** `read`: the file must exist. `write`: it and its folders are made as needed, never cut. */
export type OpenMode = 'read' | 'write';

const openFile = promisify(open) as (path: string, flags: number, mode?: number) => Promise<number>;
const closeFile: (fd: number) => Promise<void> = promisify(close);
const statFile: (fd: number) => Promise<Stats> = promisify(fstat);
const statLink: (path: string) => Promise<Stats> = promisify(lstat);
const makeFolder = promisify(mkdir) as (path: string, o?: object) => Promise<unknown>;
const realPath: (path: string) => Promise<string> = promisify(realpath);

// Not every system has every flag. NONBLOCK: a planted pipe must not hold the thread.
const flag = (value: number | undefined): number => value ?? 0;
const NO_FOLLOW = flag(constants.O_NOFOLLOW);
const FOLDER = constants.O_RDONLY | flag(constants.O_DIRECTORY);
const READ = constants.O_RDONLY | NO_FOLLOW | flag(constants.O_NONBLOCK);
const WRITE = constants.O_RDWR | constants.O_CREAT | NO_FOLLOW | flag(constants.O_NONBLOCK);

const DESCRIPTORS = '/proc/self/fd';

/** Whether a name can be opened relative to an open folder, through the descriptors that Linux shows as files. */
export const hasDescriptorPaths: boolean =
  process.platform === 'linux' && existsSync(DESCRIPTORS) && NO_FOLLOW !== 0;

/** Whether a path element may be joined under a root. The metainfo has seen to it; this is the second lock. */
export function isPlainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false;
  return (
    !name.includes('/') &&
    !name.includes('\0') &&
    !(process.platform === 'win32' && /[\\:]/.test(name))
  );
}

/** Opens `path` under `root`; rejects with the system's error, or with `ELOOP` for a forbidden link. */
export async function openConfined(
  root: string,
  path: readonly string[],
  mode: OpenMode,
  byDescriptor: boolean = hasDescriptorPaths,
): Promise<number> {
  const fd = await (byDescriptor ? openByDescriptor : openByPath)(root, path, mode);
  try {
    const stats = await statFile(fd);
    if (!stats.isFile()) throw refusal('not a regular file');
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
  return fd;
}

/**
 * Calls `act` with a path that stands for a folder under `root`, reached through real folders alone. On Linux it names
 * the open descriptor, so it stays that folder whatever becomes of its name. Rejects as `openConfined` does. `write`:
 * folders are made as needed.
 */
export async function inConfinedFolder<T>(
  root: string,
  folders: readonly string[],
  act: (folder: string) => Promise<T>,
  byDescriptor: boolean = hasDescriptorPaths,
  mode: OpenMode = 'read',
): Promise<T> {
  if (!byDescriptor) {
    if (mode === 'write') await makeFolder(root, { recursive: true });
    let folder = await realPath(root);
    for (const name of folders) {
      folder = join(folder, name);
      await checkFolder(folder, mode);
    }
    return act(folder);
  }
  let folder = await openRoot(root, mode);
  try {
    for (const name of folders) {
      const next = await openFolder(`${DESCRIPTORS}/${folder}/${name}`, mode);
      const parent = folder;
      folder = next;
      await closeFile(parent);
    }
    return await act(`${DESCRIPTORS}/${folder}`);
  } finally {
    await closeFile(folder);
  }
}

async function openByDescriptor(
  root: string,
  path: readonly string[],
  mode: OpenMode,
): Promise<number> {
  let folder = await openRoot(root, mode);
  try {
    for (const name of path.slice(0, -1)) {
      const next = await openFolder(`${DESCRIPTORS}/${folder}/${name}`, mode);
      const parent = folder;
      folder = next;
      await closeFile(parent);
    }
    const name = path.at(-1) ?? '.';
    return await openFile(
      `${DESCRIPTORS}/${folder}/${name}`,
      mode === 'read' ? READ : WRITE,
      0o666,
    );
  } finally {
    await closeFile(folder);
  }
}

async function openRoot(root: string, mode: OpenMode): Promise<number> {
  try {
    return await openFile(root, FOLDER);
  } catch (error) {
    if (mode === 'read' || codeOf(error) !== 'ENOENT') throw error;
    await makeFolder(root, { recursive: true });
    return openFile(root, FOLDER);
  }
}

async function openFolder(path: string, mode: OpenMode): Promise<number> {
  try {
    return await openFile(path, FOLDER | NO_FOLLOW);
  } catch (error) {
    if (mode === 'read' || codeOf(error) !== 'ENOENT') throw error;
    await makeOne(path);
    return openFile(path, FOLDER | NO_FOLLOW);
  }
}

async function openByPath(root: string, path: readonly string[], mode: OpenMode): Promise<number> {
  if (mode === 'write') await makeFolder(root, { recursive: true });
  let folder = await realPath(root);
  for (const name of path.slice(0, -1)) {
    folder = join(folder, name);
    await checkFolder(folder, mode);
  }
  const file = join(folder, path.at(-1) ?? '.');
  if (NO_FOLLOW === 0) await refuseLink(file);
  const fd = await openFile(file, mode === 'read' ? READ : WRITE, 0o666);
  try {
    // Were we led astray in between? Nothing has been written yet.
    if ((await realPath(folder)) !== folder) throw refusal('a folder became a link');
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
  return fd;
}

async function checkFolder(folder: string, mode: OpenMode): Promise<void> {
  try {
    if (!(await statLink(folder)).isDirectory()) throw refusal('not a folder');
  } catch (error) {
    if (mode === 'read' || codeOf(error) !== 'ENOENT') throw error;
    await makeOne(folder);
  }
}

async function refuseLink(file: string): Promise<void> {
  try {
    if ((await statLink(file)).isSymbolicLink()) throw refusal('a symbolic link');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Makes one folder; another job may have been faster. */
async function makeOne(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function refusal(message: string): Error {
  return Object.assign(new Error(message), { code: 'ELOOP' });
}
