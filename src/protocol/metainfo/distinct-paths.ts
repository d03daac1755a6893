/**
 * Makes every file of a torrent a file of its own on any file system (row S-05).
 *
 * Names are compared as the most forgiving systems do, by Unicode composition and without case, so `A/b` and `a/B` are
 * one place, and so are the two spellings of an accent. A directory keeps its name, a file whose place is taken by a
 * directory or an earlier file gets a number: `bar.1.txt`. The work is linear in the number of elements, and the
 * numbers given are capped, because telling ten thousand equal names apart is what a hostile file wants of us.
 */
import { numbered } from './safe-path.ts';

/** `path` with its last element changed where it was taken. */
export type DistinctPaths =
  | { readonly paths: readonly (readonly string[])[]; readonly refused: null }
  | { readonly paths: null; readonly refused: number };

/**
 * Gives each path a place of its own, in order. More than `duplicatesMax` renamed ones: `refused` is the index of the
 * first path too many.
 */
export function distinctPaths(
  paths: readonly (readonly string[])[],
  duplicatesMax: number,
): DistinctPaths {
  const places = new Places();
  const folders = paths.map((path) => places.folderOf(path));
  const result: (readonly string[])[] = [];
  let renamed = 0;
  for (const [index, path] of paths.entries()) {
    const name = path.at(-1) ?? '_';
    const own = places.claim(folders[index]!, name);
    if (own === name) {
      result.push(path);
      continue;
    }
    if (++renamed > duplicatesMax) return { paths: null, refused: index };
    result.push([...path.slice(0, -1), own]);
  }
  return { paths: result, refused: null };
}

/** The taken places: a folder is a number, a place is its folder's number and its own folded name. */
class Places {
  readonly #folders = new Map<string, number>();
  readonly #files = new Set<string>();
  /** The next number to try for a name that was taken before. */
  readonly #numbers = new Map<string, number>();

  /** The folder that holds the last element, made where it was not. */
  folderOf(path: readonly string[]): number {
    let folder = 0;
    for (let i = 0; i < path.length - 1; i++) {
      const place = placeOf(folder, path[i]!);
      let next = this.#folders.get(place);
      if (next === undefined) {
        next = this.#folders.size + 1;
        this.#folders.set(place, next);
      }
      folder = next;
    }
    return folder;
  }

  /** A name for a file in `folder` that is still free: `name`, or a numbered one. */
  claim(folder: number, name: string): string {
    const wanted = placeOf(folder, name);
    if (this.#take(wanted)) return name;
    for (let number = this.#numbers.get(wanted) ?? 1; ; number++) {
      const other = numbered(name, number);
      if (!this.#take(placeOf(folder, other))) continue;
      this.#numbers.set(wanted, number + 1);
      return other;
    }
  }

  #take(place: string): boolean {
    if (this.#folders.has(place) || this.#files.has(place)) return false;
    this.#files.add(place);
    return true;
  }
}

function placeOf(folder: number, name: string): string {
  return `${folder}/${folded(name)}`;
}

/** Printable ASCII, which has one composition only. */
const PLAIN = /^[ -~]*$/;

/** What a system without case takes `name` for. Upper case first: it opens what has no lower case of its own. */
function folded(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase();
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
