/**
 * Moves files from one root folder to another, all of them or none.
 *
 * In order: `prepare` gives every file a second name, or makes a copy of it, in a hidden folder at the new root; `commit`
 * gives them their names there; `finish` deletes the old ones. Until `finish` the old place is whole, and from the end of
 * `commit` on the new one is, so that a process that dies leaves one of them as it was. The exception is a file system
 * that knows no second names: there `commit` renames, file by file.
 *
 * Invariants: nothing that exists is replaced; a copy is on the device before it gets its name; `undo` takes back all that
 * was done so far. It trusts nobody to leave the old files alone: who writes to them meanwhile makes `commit` fail.
 */
import { close, fchmod, fstat } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { isSame, linkEntry, lookAt, renameEntry } from './confined-entry.ts';
import { shareFolder, syncFolder, unlinkEntry } from './confined-entry.ts';
import type { Entry, Look } from './confined-entry.ts';
import { openConfined } from './confined-open.ts';
import { foldersOf, removeConfined, removeEmpty } from './confined-remove.ts';
import type { Removal } from './confined-remove.ts';
import { copyContent } from './copy-content.ts';
import { codeOf } from '../faults.ts';
import { hiddenName } from './hidden-name.ts';

const closeFile: (fd: number) => Promise<void> = promisify(close);
const statFile = promisify(fstat) as (fd: number, o: { bigint: true }) => Promise<BigIntStats>;
const setMode: (fd: number, mode: number) => Promise<void> = promisify(fchmod);

/** Why there is no second name for a file, although nothing is wrong: other devices, and systems that have none. */
const OTHER_DEVICE = 'EXDEV';
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]);

export interface FileMoveOptions {
  /** Ends `prepare`; what has begun with `commit` is carried out. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are copied so far, of how many; never told where nothing has to be copied. */
  readonly progress?: ((copied: number, of: number) => void) | undefined;
}

/** One file that was moved, and how it looks in either place. */
export interface MovedFile {
  readonly path: readonly string[];
  readonly before: Look;
  readonly after: Look;
}

interface Item {
  readonly path: readonly string[];
  readonly before: Look;
  /** Where it waits for its new name; null: it is there already, left by a move that did not come to its end. */
  waits: Entry | null;
  /** How its new name came about. */
  placed: 'not' | 'linked' | 'renamed';
  /** What waits, or has its new name; null: that is not known yet. */
  after: Look | null;
}

export class FileMove {
  readonly #from: string;
  readonly #to: string;
  readonly #paths: readonly (readonly string[])[];
  readonly #stage: string;
  readonly #options: FileMoveOptions;
  readonly #items: Item[] = [];
  /** Folders that were not there before. */
  readonly #newFolders: (readonly string[])[] = [];
  #copied = 0;

  /**
   * `from`, `to`: folders, absolute. `paths`: below either; those that do not exist are left out.
   * `name`: of the content, for the hidden folder `.NAME.moving`.
   */
  constructor(
    from: string,
    to: string,
    paths: readonly (readonly string[])[],
    name: string,
    options: FileMoveOptions = {},
  ) {
    this.#from = from;
    this.#to = to;
    this.#paths = paths;
    this.#stage = hiddenName(name, 'moving');
    this.#options = options;
  }

  /** Rejects with `EEXIST` where one of the names is taken, with the signal's reason, or with the system's error. */
  async prepare(): Promise<void> {
    for (const path of this.#paths) await this.#survey(path);
    await this.#clear();
    for (const path of foldersOf(this.#paths)) {
      if ((await lookAt({ root: this.#to, path })) === null) this.#newFolders.push(path);
    }
    const copies: Item[] = [];
    for (const item of this.#items) {
      this.#options.signal?.throwIfAborted();
      if (item.waits !== null) await this.#linkAside(item, item.waits, copies);
    }
    const all = copies.reduce((sum, { before }) => sum + Number(before.size), 0);
    for (const item of copies) await this.#copyAside(item, all);
  }

  /** Gives the files their new names, on the device when it resolves. Rejects like `prepare`. */
  async commit(): Promise<readonly MovedFile[]> {
    for (const item of this.#items) if (item.waits !== null) await this.#place(item, item.waits);
    const moved: MovedFile[] = [];
    for (const item of this.#items) moved.push(await this.#check(item));
    await this.#syncNew();
    return moved;
  }

  /** Deletes the old files, and the folders that are empty then. Never rejects. */
  async finish(): Promise<Removal> {
    await this.#clear();
    return removeConfined(
      this.#from,
      this.#items.map(({ path }) => path),
    );
  }

  /** As before. Returns the files that could not be brought back: these are in the new place now. Never rejects. */
  async undo(): Promise<readonly (readonly string[])[]> {
    const stray: (readonly string[])[] = [];
    for (const item of this.#items) {
      try {
        if (item.placed === 'renamed') await renameEntry(this.#new(item), this.#old(item));
        else if (item.placed === 'linked') {
          await unlinkEntry(this.#new(item), item.after ?? item.before);
        }
      } catch {
        if (item.placed === 'renamed') stray.push(item.path);
      }
    }
    await this.#clear();
    await removeEmpty(this.#to, this.#newFolders);
    return stray;
  }

  #old({ path }: Item): Entry {
    return { root: this.#from, path };
  }

  #new({ path }: Item): Entry {
    return { root: this.#to, path };
  }

  async #survey(path: readonly string[]): Promise<void> {
    const old = { root: this.#from, path };
    const fresh = { root: this.#to, path };
    const before = await named(path, lookIfReachable(old));
    const there = await named(path, lookAt(fresh));
    if (before?.isFile() === true) {
      const twice = there !== null && before.ino === there.ino && before.dev === there.dev;
      // The same file by another name, not the same name by another way.
      const left = twice && !(await shareFolder(old, fresh));
      const waits = left ? null : { root: this.#to, path: [this.#stage, ...path] };
      const after = left ? there : null;
      this.#items.push({ path, before, waits, placed: 'not', after });
      if (left) return;
    }
    if (there !== null) throw taken(path);
  }

  async #linkAside(item: Item, aside: Entry, copies: Item[]): Promise<void> {
    try {
      await named(item.path, linkEntry(this.#old(item), aside));
    } catch (error) {
      if (codeOf(error) === OTHER_DEVICE) copies.push(item);
      else if (!NO_LINKS.has(codeOf(error))) throw error;
      else if (await this.#isElsewhere(item)) copies.push(item);
      else item.waits = this.#old(item);
    }
  }

  /** Some systems say that they have no second names before they say that it is another device. */
  async #isElsewhere({ before }: Item): Promise<boolean> {
    return (await stat(this.#to, { bigint: true })).dev !== before.dev;
  }

  async #copyAside(item: Item, all: number): Promise<void> {
    const { signal, progress } = this.#options;
    const { before, path } = item;
    const copied = (bytes: number): void => {
      this.#copied += bytes;
      progress?.(this.#copied, all);
    };
    const from = await named(path, openConfined(this.#from, path, 'read'));
    try {
      const to = await named(path, openConfined(this.#to, item.waits!.path, 'write'));
      try {
        const fresh = await statFile(to, { bigint: true });
        if (fresh.size > 0n || fresh.nlink > 1n) throw taken(item.waits!.path);
        item.after = fresh;
        await setMode(to, Number(before.mode) & 0o777);
        await named(path, copyContent(from, to, before.mtimeNs, { signal, copied }));
      } finally {
        await closeFile(to);
      }
    } finally {
      await closeFile(from);
    }
  }

  async #place(item: Item, waits: Entry): Promise<void> {
    const fresh = this.#new(item);
    const only = waits.root === this.#from; // the old name itself
    const linked = !only && (await named(item.path, tryToLink(waits, fresh)));
    if (!linked) await named(item.path, renameEntry(waits, fresh));
    item.placed = only ? 'renamed' : 'linked';
    const found = await named(item.path, lookAt(fresh));
    const strange = found?.ino !== (item.after ?? item.before).ino;
    if (found === null || strange || found.size !== item.before.size) throw changed(item.path);
    item.after = found;
  }

  /** Nobody has written to the old file in between: what was copied is what there is. */
  async #check(item: Item): Promise<MovedFile> {
    const { path, before, after, placed } = item;
    const old = placed === 'renamed' ? before : await named(path, lookAt(this.#old(item)));
    if (old === null || after === null || !isSame(old, before)) throw changed(path);
    return { path, before, after };
  }

  /** Empties the hidden folder: of this move, or of one that did not come to its end. */
  async #clear(): Promise<void> {
    const aside = this.#paths.map((path) => [this.#stage, ...path]);
    await removeConfined(this.#to, aside);
  }

  async #syncNew(): Promise<void> {
    const folders = foldersOf(this.#items.map(({ path }) => path));
    for (const folder of [...folders, []]) await syncFolder(this.#to, folder);
    await syncFolder(dirname(this.#to), []);
  }
}

/** A file behind a link or another file is none of ours: no store opens it. */
async function lookIfReachable(entry: Entry): Promise<BigIntStats | null> {
  try {
    return await lookAt(entry);
  } catch (error) {
    if (codeOf(error) === 'ELOOP' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}

function taken(path: readonly string[]): Error {
  return failure(path, 'exists already', 'EEXIST');
}

function changed(path: readonly string[]): Error {
  return failure(path, 'was changed by somebody while it was being moved', 'EBUSY');
}

/** False: this file system has no second names. */
async function tryToLink(from: Entry, to: Entry): Promise<boolean> {
  try {
    await linkEntry(from, to);
    return true;
  } catch (error) {
    if (NO_LINKS.has(codeOf(error))) return false;
    throw error;
  }
}

function failure(path: readonly string[], what: string, code: string): Error {
  return Object.assign(new Error(`"${path.join('/')}" ${what}`), { code });
}

/** Says which file it was. Aborts pass through. */
async function named<T>(path: readonly string[], work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === '') throw error;
    if (code === 'EEXIST') throw taken(path);
    const what = error instanceof Error ? error.message : code;
    throw Object.assign(new Error(`"${path.join('/')}": ${what}`, { cause: error }), { code });
  }
}
