/**
 * Where a torrent's files are on this machine: a folder, and the paths below it.
 *
 * A torrent names its own file or folder, but people rename them. To seed, the caller points at the data: at the folder
 * that holds it, or at the file or folder itself whatever it is called now.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Metainfo, MetainfoFile } from '../../protocol/index.ts';
import { isPartFile, partFileName } from '../../reactors/node/files/part-file-mark.ts';

/** What the place of a torrent's files depends on. */
export type Located = Pick<Metainfo, 'name' | 'files'>;

export interface Location {
  /** Absolute. */
  readonly root: string;
  /** The torrent's files with their paths below `root`. */
  readonly files: readonly MetainfoFile[];
  /** Absolute: the file of a single-file torrent, the folder of any other. */
  readonly content: string;
}

/** The location of a torrent that lives: it follows a move. Whoever asks it each time is never wrong. */
export class Place implements Location {
  readonly files: readonly MetainfoFile[];
  #root: string;
  readonly #name: string;

  constructor({ root, files, content }: Location) {
    this.files = files;
    this.#root = root;
    this.#name = basename(content);
  }

  get root(): string {
    return this.#root;
  }
  get content(): string {
    return join(this.#root, this.#name);
  }

  /** The files are below this folder now. */
  moved(root: string): void {
    this.#root = root;
  }
}

/** Below `folder`, under the torrent's own name. */
export function locationIn(folder: string, metainfo: Located): Location {
  const root = resolve(folder);
  const first = metainfo.files.find((file) => !file.padding)?.path[0] ?? metainfo.name;
  return { root, files: metainfo.files, content: join(root, first) };
}

/** Where bytes of files are kept that are not wanted and not there: beside the content. */
export function partFileOf(location: Location): { readonly path: readonly string[] } {
  const first = location.files.find((file) => !file.padding);
  return { path: [partFileName(first?.path[0] ?? '')] };
}

/** The paths of all that a torrent has below `root`: its files but padding, and its part file where that is one. */
export async function ownPaths(
  location: Location,
  metainfo: Metainfo,
): Promise<readonly (readonly string[])[]> {
  const paths = location.files.filter(({ padding }) => !padding).map(({ path }) => path);
  return [...paths, ...(await partPaths(location, metainfo))];
}

/** The path of its part file alone; none where there is no file of that name, or where it is somebody else's. */
export async function partPaths(
  location: Location,
  { pieceLength, length }: Metainfo,
): Promise<readonly (readonly string[])[]> {
  const part = partFileOf(location).path;
  return (await isPartFile(location.root, part[0]!, pieceLength, length)) ? [part] : [];
}

/** At `path`: the folder that holds the torrent's file or folder, or that file or folder itself. */
export async function locationOf(path: string, metainfo: Located): Promise<Location> {
  const given = resolve(path);
  const inside = locationIn(given, metainfo);
  if ((await kindOf(inside.content)) !== null) return inside;
  const single = metainfo.files.length === 1 && metainfo.files[0]!.path.length === 1;
  const kind = await kindOf(given);
  const itself =
    kind === 'file' ? single : kind === 'folder' && !single && (await holds(given, metainfo));
  if (!itself) return inside;
  const name = basename(given);
  const files = metainfo.files.map((file) => ({ ...file, path: [name, ...file.path.slice(1)] }));
  return { root: dirname(given), files, content: given };
}

/** Whether one of the torrent's files is right in this folder, taken as the torrent's own. */
async function holds(folder: string, metainfo: Located): Promise<boolean> {
  for (const file of metainfo.files) {
    if (file.padding || file.path.length < 2) continue;
    if ((await kindOf(join(folder, ...file.path.slice(1)))) !== null) return true;
  }
  return false;
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return null;
  }
}
