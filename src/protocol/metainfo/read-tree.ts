/**
 * Reads the files of BitTorrent v2 (BEP 52): `info.file tree` and `piece layers`.
 *
 * One pass over the bytes of the tree, whatever its shape. Its keys ascend, so that a tree has one order and a hybrid's two
 * lists can be compared. Every file that is not empty has a root; a layer that is given belongs to a file of several
 * pieces, has one digest per piece, and hashes to the root. Symbolic links are left out, as in v1.
 */
import { copyOf } from '../../core/bytes.ts';
import { byteText } from '../bencode/byte-text.ts';
import { BencodeValue } from '../bencode/decode.ts';
import { endOfToken, endOfValue, isEnd, stringStart } from '../bencode/walk.ts';
import { boundedPath } from './bounded-path.ts';
import { distinctPaths } from './distinct-paths.ts';
import { metainfoFault } from './fault.ts';
import type { MetainfoFault, MetainfoFaultCode } from './fault.ts';
import type { MetainfoLimits } from './limits.ts';
import { MERKLE_DIGEST } from './merkle.ts';
import type { PathNaming } from './safe-path.ts';
import type { FileV2 } from './types.ts';

export type ReadTree =
  | { readonly files: readonly FileV2[]; readonly fault: null }
  | { readonly files: null; readonly fault: MetainfoFault };

/** How the tree is read. `single`: its only file is the torrent itself, and its name the torrent's. */
export interface TreeShape {
  readonly name: string;
  readonly single: boolean;
  readonly naming: PathNaming;
  readonly limits: MetainfoLimits;
}

const FIELD = 'info.file tree';

/** The files of the dictionary `tree`, in its order, without their layers. */
export function readTree(tree: BencodeValue, shape: TreeShape): ReadTree {
  const reader = new TreeReader(tree, shape);
  reader.run();
  if (reader.fault === null) reader.finish();
  return reader.fault === null
    ? { files: reader.files, fault: null }
    : { files: null, fault: reader.fault };
}

/** Whether the tree is one file named `name` and nothing else, which is how v2 says "a single file". */
export function isSingle(tree: BencodeValue, name: string): boolean {
  const entries = tree.asDict();
  if (entries?.size !== 1) return false;
  const [[only, value]] = [...entries] as [[string, BencodeValue]];
  return only === name && value.asDict()?.has('') === true;
}

class TreeReader {
  readonly #shape: TreeShape;
  readonly #bytes: Uint8Array;
  readonly #base: number;
  files: FileV2[] = [];
  fault: MetainfoFault | null = null;
  #length = 0;

  constructor(tree: BencodeValue, shape: TreeShape) {
    this.#shape = shape;
    this.#bytes = tree.span;
    this.#base = tree.start;
  }

  run(): void {
    const bytes = this.#bytes;
    // The open directories: the names that lead there, and the latest key in each.
    const names: Uint8Array[] = [];
    const latest: (string | null)[] = [null];
    for (let at = 1; latest.length > 0 && this.fault === null;) {
      if (isEnd(bytes, at)) {
        latest.pop();
        names.pop();
        at++;
        continue;
      }
      const valueAt = endOfToken(bytes, at);
      const nameBytes = bytes.subarray(stringStart(bytes, at), valueAt);
      const key = byteText(nameBytes);
      const before = latest[latest.length - 1] ?? null;
      if (before !== null && key <= before) this.#refuse('bad-file-tree', at, 'keys do not ascend');
      else if (bytes[valueAt] !== 0x64) this.#refuse('bad-file-tree', valueAt, 'not a dictionary');
      else if (key !== '') {
        latest[latest.length - 1] = key;
        latest.push(null);
        names.push(nameBytes);
        at = valueAt + 1;
      } else if (names.length === 0) this.#refuse('bad-file-tree', at, 'a file without a name');
      else {
        const end = endOfValue(bytes, valueAt);
        this.#file(new BencodeValue(bytes, valueAt, end), names);
        if (!isEnd(bytes, end)) this.#refuse('bad-file-tree', end, 'a file that is a folder too');
        latest[latest.length - 1] = key;
        at = end;
      }
    }
  }

  /** What only the whole tree can tell. */
  finish(): void {
    if (this.files.length === 0) this.#refuse('no-files', 0);
    else if (this.#length === 0) this.#refuse('empty', 0);
    const { duplicatesMax } = this.#shape.limits;
    const { paths } = distinctPaths(
      this.files.map((file) => file.path),
      duplicatesMax,
    );
    if (paths === null) this.#refuse('too-many-duplicates', 0, `more than ${duplicatesMax}`);
    else this.files = this.files.map((file, i) => ({ ...file, path: paths[i]! }));
  }

  #file(entry: BencodeValue, names: readonly Uint8Array[]): void {
    const { filesMax } = this.#shape.limits;
    const fields = entry.asDict()!;
    const attributes = fields.get('attr')?.asText() ?? '';
    if (attributes.includes('p')) this.#refuse('bad-padding', entry.start);
    if (attributes.includes('l')) {
      if (fields.has('length') && fields.get('length')!.asInteger() !== 0) {
        this.#refuse('bad-pieces-root', entry.start, 'a symbolic link with content');
      }
      return;
    }
    if (this.files.length >= filesMax) {
      this.#refuse('too-many-files', entry.start, `more than ${filesMax}`);
      return;
    }
    const length = fields.get('length')?.asInteger() ?? -1;
    if (length < 0 || length > Number.MAX_SAFE_INTEGER - this.#length) {
      this.#refuse('bad-length', entry.start);
      return;
    }
    const root = fields.get('pieces root')?.asBytes() ?? null;
    const usable = root?.length === MERKLE_DIGEST && root.some((byte) => byte !== 0);
    if (length > 0 && !usable) {
      this.#refuse('bad-pieces-root', entry.start);
      return;
    }
    const path = this.#path(entry, names);
    if (path === null) return;
    const piecesRoot = length > 0 ? copyOf(root!) : null;
    const executable = attributes.includes('x');
    this.files.push({ path, length, piecesRoot, layer: null, executable });
    this.#length += length;
  }

  #path(entry: BencodeValue, names: readonly Uint8Array[]): readonly string[] | null {
    const { single, name, naming, limits } = this.#shape;
    if (single) return [name];
    const { path, code, why } = boundedPath(name, names, naming, limits);
    if (path === null) this.#refuse(code, entry.start, why);
    return path;
  }

  /** @param at In the tree's own bytes. */
  #refuse(code: MetainfoFaultCode, at: number, why?: string): void {
    this.fault ??= metainfoFault(code, FIELD, this.#base + at, why);
  }
}
