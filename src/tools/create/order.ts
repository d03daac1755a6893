/** The order of a torrent's files. Equal folders give equal orders on every system: names are compared as bytes. */
import { encodeUtf8 } from '../../protocol/bencode/utf8.ts';
import type { SortOrder } from './options.ts';

interface Sortable {
  readonly path: readonly string[];
  readonly length: number;
}

/** `files` in this order; equal sizes in that of their paths. */
export function inOrder<T extends Sortable>(files: readonly T[], order: SortOrder): readonly T[] {
  const keys = new Map(files.map((file) => [file, file.path.map(encodeUtf8)] as const));
  const byPath = (a: T, b: T): number => comparePaths(keys.get(a)!, keys.get(b)!);
  const compare = {
    path: byPath,
    'path-desc': (a: T, b: T): number => byPath(b, a),
    size: (a: T, b: T): number => a.length - b.length || byPath(a, b),
    'size-desc': (a: T, b: T): number => b.length - a.length || byPath(a, b),
  }[order];
  return [...files].sort(compare);
}

/** Element by element, as the keys of a file tree are (BEP 52): a folder stands where its name does. */
function comparePaths(a: readonly Uint8Array[], b: readonly Uint8Array[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = Buffer.compare(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
