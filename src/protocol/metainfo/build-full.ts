/**
 * Writes a torrent file of any version (BEP 3, 12, 19, 27, 38, 47, 52) in canonical bencoding: equal plans give equal
 * bytes, and so one info-hash. It hashes nothing and reads no files: the caller brings the digests.
 *
 * A plan that does not add up is our caller's bug and asserts; what people type is checked before it gets here.
 */
import { assert } from '../../core/assert.ts';
import { encode } from '../bencode/encode.ts';
import type { BencodeInput } from '../bencode/encode.ts';

/** BEP 47: what a file is besides its content. */
export interface PlannedAttributes {
  readonly executable: boolean;
  readonly hidden: boolean;
  /** The elements of a symbolic link's target, from the torrent's folder on; null: no link. */
  readonly symlink: readonly string[] | null;
}

/** A file, in the torrent's order. */
export interface FullPlannedFile extends PlannedAttributes {
  /** Elements below the torrent's name; none for the only file of a single-file torrent. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** Zeros between files (v1 alone and hybrids). */
  readonly padding: boolean;
  /** The 32-byte root of its tree; null: no v2, or no content. */
  readonly piecesRoot: Uint8Array | null;
  /** 32 bytes for each piece; null: at most one piece. */
  readonly layer: Uint8Array | null;
}

export interface FullMetainfoPlan {
  readonly name: string;
  readonly pieceLength: number;
  /** Padding among them where there is any; v2 leaves that out. */
  readonly files: readonly FullPlannedFile[];
  /** SHA-1 of every piece, 20 bytes each; null: v2 alone. */
  readonly pieces: Uint8Array | null;
  readonly v2: boolean;
  readonly private: boolean;
  readonly source: string | null;
  /** Info-hashes of 20 bytes. */
  readonly similar: readonly Uint8Array[];
  readonly collections: readonly string[];
  readonly tiers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly comment: string | null;
  readonly createdBy: string | null;
  /** Seconds since 1970, or null. */
  readonly creationDate: number | null;
}

type Dict = Map<string | Uint8Array, BencodeInput>;

/** The bytes of the torrent file. `parseFullMetainfo` gives the plan back. */
export function buildFullMetainfo(plan: FullMetainfoPlan): Uint8Array {
  const torrent: Dict = new Map<string, BencodeInput>([['info', infoOf(plan)]]);
  const trackers = plan.tiers.flat();
  if (trackers.length > 0) torrent.set('announce', trackers[0]!);
  if (trackers.length > 1) {
    torrent.set(
      'announce-list',
      plan.tiers.filter((tier) => tier.length > 0),
    );
  }
  if (plan.webSeeds.length > 0) torrent.set('url-list', plan.webSeeds);
  if (plan.nodes.length > 0) {
    torrent.set(
      'nodes',
      plan.nodes.map(({ host, port }) => [host, port]),
    );
  }
  if (plan.comment !== null) torrent.set('comment', plan.comment);
  if (plan.createdBy !== null) torrent.set('created by', plan.createdBy);
  if (plan.creationDate !== null) torrent.set('creation date', plan.creationDate);
  if (plan.v2) torrent.set('piece layers', layersOf(plan.files));
  return encode(torrent);
}

function infoOf(plan: FullMetainfoPlan): BencodeInput {
  assert(plan.name !== '', 'build: a torrent has a name');
  assert(plan.pieces !== null || plan.v2, 'build: a torrent has a version');
  const info: Dict = new Map<string, BencodeInput>([
    ['name', plan.name],
    ['piece length', plan.pieceLength],
  ]);
  const [only] = plan.files;
  const single = plan.files.length === 1 && only!.path.length === 0;
  if (plan.pieces !== null) {
    const length = plan.files.reduce((sum, file) => sum + file.length, 0);
    const pieceCount = Math.ceil(length / plan.pieceLength);
    assert(plan.pieces.length === pieceCount * 20, 'build: one digest per piece');
    info.set('pieces', plan.pieces);
    if (single) info.set('length', only!.length);
    else info.set('files', plan.files.map(fileOf));
  }
  if (plan.v2) {
    info.set('meta version', 2);
    info.set('file tree', single ? new Map([[plan.name, leafOf(only!)]]) : treeOf(plan.files));
  }
  if (plan.private) info.set('private', 1);
  if (plan.source !== null) info.set('source', plan.source);
  if (plan.similar.length > 0) info.set('similar', plan.similar);
  if (plan.collections.length > 0) info.set('collections', plan.collections);
  return info;
}

function fileOf(file: FullPlannedFile): BencodeInput {
  assert(file.path.length > 0 && !file.path.includes(''), 'build: a file has a path');
  const entry: Dict = new Map<string, BencodeInput>([
    ['length', file.length],
    ['path', file.path],
  ]);
  addAttributes(entry, file);
  return entry;
}

function addAttributes(entry: Dict, file: FullPlannedFile): void {
  const letters = [
    file.symlink !== null ? 'l' : '',
    file.executable ? 'x' : '',
    file.hidden ? 'h' : '',
    file.padding ? 'p' : '',
  ].join('');
  if (letters !== '') entry.set('attr', letters);
  if (file.symlink !== null) entry.set('symlink path', file.symlink);
}

/** A leaf of the file tree. */
function leafOf(file: FullPlannedFile): BencodeInput {
  const fields: Dict = new Map<string, BencodeInput>([['length', file.length]]);
  if (file.length > 0) {
    assert(file.piecesRoot?.length === 32, 'build: a file with content has a root');
    fields.set('pieces root', file.piecesRoot);
  }
  addAttributes(fields, file);
  return new Map([['', fields]]);
}

function treeOf(files: readonly FullPlannedFile[]): BencodeInput {
  const root: Dict = new Map();
  for (const file of files) {
    if (file.padding) continue;
    let folder = root;
    for (const element of file.path.slice(0, -1)) {
      const inside = folder.get(element);
      const next: Dict = inside instanceof Map ? (inside as Dict) : new Map<string, BencodeInput>();
      folder.set(element, next);
      folder = next;
    }
    const name = file.path.at(-1)!;
    assert(!folder.has(name), 'build: a path twice');
    folder.set(name, leafOf(file));
  }
  return root;
}

/** By root: files of the same content share a layer. */
function layersOf(files: readonly FullPlannedFile[]): BencodeInput {
  const layers = new Map<string, readonly [Uint8Array, Uint8Array]>();
  for (const { piecesRoot, layer } of files) {
    if (piecesRoot !== null && layer !== null) layers.set(piecesRoot.join(), [piecesRoot, layer]);
  }
  return new Map<Uint8Array, BencodeInput>(layers.values());
}
