/**
 * Finds the files that go into a torrent, in its order: below a folder by the rules of `ChooseOptions`, or one file alone.
 *
 * A file is known by its path and its looks (size, time of change), so that one that changes while it is hashed is noticed.
 * Links are never followed unless asked, a folder is never entered twice on one way down, and depth and number are bounded.
 */
import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { codedError, optionError } from '../../client/errors.ts';
import { matchesPath } from '../../client/words/path-pattern.ts';
import { metainfoLimits } from '../../protocol/metainfo/limits.ts';
import type { ChooseOptions, CreateNote, LeftOut } from './options.ts';
import { inOrder } from './order.ts';

export interface FoundFile {
  /** Elements below the torrent's name; none for the only file of a single-file torrent. */
  readonly path: readonly string[];
  /** Where it is. */
  readonly absolute: string;
  /** Bytes; 0 for a link that is kept as one. */
  readonly length: number;
  /** Milliseconds. */
  readonly changedAt: number;
  readonly executable: boolean;
  /** The target of a link that is kept, from the torrent's folder on. */
  readonly symlink: readonly string[] | null;
}

export interface Found {
  /** The name of the file or folder. */
  readonly name: string;
  readonly single: boolean;
  readonly files: readonly FoundFile[];
  readonly notes: readonly CreateNote[];
}

const JUNK = new Set([
  ...['.DS_Store', '.Spotlight-V100', '.Trashes', '.fseventsd', '.TemporaryItems', '.AppleDouble'],
  ...['Thumbs.db', 'ehthumbs.db', 'desktop.ini', 'Desktop.ini', '$RECYCLE.BIN'],
  ...['System Volume Information', '@eaDir', '.directory'],
]);

/** Finds the files at `path`. */
export async function findFiles(path: string, options: ChooseOptions): Promise<Found> {
  const root = resolve(path);
  const looks = await looksAt(path, () => stat(root));
  const name = basename(root);
  if (looks.isFile()) {
    return { name, single: true, files: [fileOf([], root, looks)], notes: [] };
  }
  if (!looks.isDirectory()) {
    throw codedError('SWARMWRIGHT_FILE_UNREADABLE', `${path}: neither a file nor a folder`);
  }
  const walk = new Walk(root, options);
  await walk.folder(root, [], []);
  return {
    ...{ name, single: false },
    files: inOrder(walk.files, options.sort ?? 'path'),
    notes: walk.notes(),
  };
}

/** A file's looks now; an error with a code where there are none. */
export async function looksAt(shown: string, look: () => Promise<Stats>): Promise<Stats> {
  try {
    return await look();
  } catch (error) {
    throw readFault(shown, error);
  }
}

function readFault(shown: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return codedError('SWARMWRIGHT_FILE_MISSING', `${shown}: no such file or folder`, error);
  }
  const why = code === 'EACCES' || code === 'EPERM' ? 'no permission to read it' : code;
  return codedError('SWARMWRIGHT_FILE_UNREADABLE', `${shown}: ${why}`, error);
}

class Walk {
  readonly files: FoundFile[] = [];
  readonly #root: string;
  readonly #options: ChooseOptions;
  readonly #leftOut = new Map<LeftOut, number>();

  constructor(root: string, options: ChooseOptions) {
    this.#root = root;
    this.#options = options;
  }

  notes(): readonly CreateNote[] {
    return [...this.#leftOut].map(([reason, count]) => ({ type: 'left-out', reason, count }));
  }

  /** @param above The real paths of the folders on the way here, where links are followed. */
  async folder(absolute: string, path: readonly string[], above: readonly string[]): Promise<void> {
    if (path.length >= metainfoLimits.pathDepthMax - 1) {
      throw codedError(
        'SWARMWRIGHT_FILE_UNREADABLE',
        `${absolute}: too many folders inside each other`,
      );
    }
    let way = above;
    if (this.#options.symlinks === 'follow') {
      const real = await realpath(absolute);
      if (above.includes(real)) {
        throw optionError(`${absolute}: the link leads into a folder that it is in`);
      }
      way = [...above, real];
    }
    let names: readonly string[];
    try {
      names = await readdir(absolute);
    } catch (error) {
      throw readFault(absolute, error);
    }
    for (const name of names) await this.#entry(join(absolute, name), [...path, name], way);
  }

  async #entry(absolute: string, path: readonly string[], above: readonly string[]): Promise<void> {
    const name = path.at(-1)!;
    const { junk = false, hidden = false, symlinks = 'skip' } = this.#options;
    if (JUNK.has(name) && !junk) {
      this.#leave('junk');
      return;
    }
    if (name.startsWith('.') && !hidden && !JUNK.has(name)) {
      this.#leave('hidden');
      return;
    }
    let looks = await looksAt(absolute, () => lstat(absolute));
    if (looks.isSymbolicLink()) {
      if (symlinks === 'skip') {
        this.#leave('symlink');
        return;
      }
      if (symlinks === 'refuse') {
        throw optionError(`${absolute}: a symbolic link; see --symlinks for what can become of it`);
      }
      if (symlinks === 'keep') return this.#link(absolute, path);
      looks = await looksAt(absolute, () => stat(absolute));
    }
    if (looks.isDirectory()) return this.folder(absolute, path, above);
    if (!looks.isFile()) {
      this.#leave('special');
      return;
    }
    if (!this.#wanted(path.join('/'))) {
      this.#leave('pattern');
      return;
    }
    this.#add(fileOf(path, absolute, looks));
  }

  async #link(absolute: string, path: readonly string[]): Promise<void> {
    if (!this.#wanted(path.join('/'))) {
      this.#leave('pattern');
      return;
    }
    const target = resolve(dirname(absolute), await readlink(absolute));
    const inside = relative(this.#root, target);
    if (inside === '' || inside.startsWith('..') || resolve(inside) === inside) {
      throw optionError(`${absolute}: a symbolic link that leads out of the folder`);
    }
    const symlink = inside.split(sep);
    this.#add({ path, absolute, length: 0, changedAt: 0, executable: false, symlink });
  }

  #add(file: FoundFile): void {
    if (file.path.some((element) => element.includes('\ufffd'))) {
      throw optionError(`${file.absolute}: the name is not UTF-8; rename it`);
    }
    if (this.files.length >= metainfoLimits.filesMax) {
      throw optionError(`more than ${metainfoLimits.filesMax} files; make several torrents`);
    }
    this.files.push(file);
  }

  #wanted(path: string): boolean {
    const { include = [], exclude = [], includeRegex = [], excludeRegex = [] } = this.#options;
    if (exclude.some((pattern) => matchesPath(pattern, path))) return false;
    if (excludeRegex.some((pattern) => pattern.test(path))) return false;
    if (include.length + includeRegex.length === 0) return true;
    return (
      include.some((pattern) => matchesPath(pattern, path)) ||
      includeRegex.some((pattern) => pattern.test(path))
    );
  }

  #leave(reason: LeftOut): void {
    this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? 0) + 1);
  }
}

function fileOf(path: readonly string[], absolute: string, looks: Stats): FoundFile {
  const { size: length, mtimeMs: changedAt } = looks;
  return {
    path,
    absolute,
    length,
    changedAt,
    executable: (looks.mode & 0o100) !== 0,
    symlink: null,
  };
}
