/**
 * Makes a torrent file of a file or folder: finds the files, refuses what is wrong, hashes in one pass on all cores, and
 * writes v1, v2 or both. What it gives has been read back by the reader that all torrents pass.
 */
import { stat } from 'node:fs/promises';
import { codedError, optionError } from '../../client/errors.ts';
import { VERSION } from '../../client/version.ts';
import { buildFullMetainfo } from '../../protocol/metainfo/build-full.ts';
import { MERKLE_BLOCK, MERKLE_DIGEST, rootOfLayer } from '../../protocol/metainfo/merkle.ts';
import { metainfoLimits } from '../../protocol/metainfo/limits.ts';
import { pieceLengthFor } from '../../protocol/metainfo/piece-length.ts';
import type { FullMetainfo, FullPlannedFile } from '../../protocol/index.ts';
import { hashContent } from '../hashing/content-hasher.ts';
import type { HashedContent } from '../hashing/content-hasher.ts';
import { loadTorrent, parseOrThrow, sha256 } from '../torrent-source.ts';
import { layOut } from './layout.ts';
import type { LaidFile, Layout } from './layout.ts';
import { assertClean } from './lints.ts';
import type { CreateNote, CreateOptions, TorrentVersion } from './options.ts';
import { reuseHashes } from './reuse.ts';
import { findFiles, looksAt } from './walk.ts';
import type { FoundFile } from './walk.ts';

/** What would become of it, before anything is hashed. */
export interface TorrentPlan {
  readonly name: string;
  readonly format: TorrentVersion;
  /** Bytes of content, without padding. */
  readonly length: number;
  /** Bytes. */
  readonly pieceLength: number;
  readonly pieces: number;
  /** Paths with `/`, the torrent's name first, in the torrent's order. */
  readonly files: readonly { readonly path: string; readonly length: number }[];
  readonly notes: readonly CreateNote[];
}

export interface CreatedTorrent extends TorrentPlan {
  /** The torrent file. */
  readonly bytes: Uint8Array;
  readonly metainfo: FullMetainfo;
}

/**
 * What `createTorrent` would make, without hashing. Errors: `SWARMWRIGHT_LINT` names a lint, `_BAD_OPTION` an option,
 * `_FILE_MISSING` and `_FILE_UNREADABLE` a path.
 */
export async function planTorrent(path: string, options: CreateOptions = {}): Promise<TorrentPlan> {
  return (await prepare(path, options)).plan;
}

/** Makes a torrent file. Errors as `planTorrent`; `SWARMWRIGHT_FILE_CHANGED`: a file changed while it was read. */
export async function createTorrent(
  path: string,
  options: CreateOptions = {},
): Promise<CreatedTorrent> {
  const { plan, layout, files } = await prepare(path, options);
  const { pieceLength, format } = plan;
  const notes: CreateNote[] = [...plan.notes];
  const old = options.reuse === undefined ? null : (await loadTorrent(options.reuse)).metainfo;
  const reuse = old === null ? null : await reuseHashes(old, layout, pieceLength, format, options);
  if (reuse !== null) {
    notes.push(
      reuse.content === null
        ? { type: 'not-reused', reason: reuse.why }
        : { type: 'reused', checked: reuse.checked },
    );
  }
  const content = reuse?.content ?? (await hashAll(layout, plan, options));
  await assertUnchanged(files);

  const bytes = buildFullMetainfo({
    name: plan.name,
    pieceLength,
    files: layout.files.map((laid) => planned(laid, content, plan)),
    pieces: format === 'v2' ? null : content.v1,
    v2: format !== 'v1',
    private: options.private ?? false,
    source: options.source ?? null,
    similar: (options.similar ?? []).map(infoHashBytes),
    collections: options.collections ?? [],
    tiers: options.trackers ?? [],
    webSeeds: options.webSeeds ?? [],
    nodes: options.nodes ?? [],
    comment: options.comment ?? null,
    createdBy: options.createdBy === undefined ? `Swarmwright/${VERSION}` : options.createdBy,
    creationDate:
      options.creationDate === undefined ? Math.floor(Date.now() / 1000) : options.creationDate,
  });
  return { ...plan, notes, bytes, metainfo: parseOrThrow(bytes, plan.name) };
}

interface Prepared {
  readonly plan: TorrentPlan;
  readonly layout: Layout;
  readonly files: readonly FoundFile[];
}

async function prepare(path: string, options: CreateOptions): Promise<Prepared> {
  const format = options.format ?? 'v1';
  if (format !== 'v1' && (options.sort ?? 'path') !== 'path') {
    throw optionError('v2 has one order of files: sort by path, or make a v1 torrent');
  }
  (options.similar ?? []).forEach(infoHashBytes);
  const found = await findFiles(path, options);
  const name = options.name ?? found.name;
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) {
    throw optionError(`not a name for a torrent: "${name}"`);
  }
  const length = found.files.reduce((sum, file) => sum + file.length, 0);
  if (length === 0) throw optionError(`${path}: nothing in it to share`);
  const [first] = found.files;
  if (
    format !== 'v1' &&
    !found.single &&
    found.files.length === 1 &&
    first!.path.join('/') === name
  ) {
    throw optionError(`v2 cannot tell the folder "${name}" from its only file: name it otherwise`);
  }
  const pieceLength = options.pieceLength ?? pieceLengthFor(length);
  assertPieceLength(pieceLength, format);
  const layout = layOut(found.files, pieceLength, format);
  if (layout.pieces > metainfoLimits.piecesMax) {
    throw optionError(`more than ${metainfoLimits.piecesMax} pieces: choose a larger piece length`);
  }
  const paths = found.files.map((file) => [name, ...file.path]);
  assertClean(
    {
      tiers: options.trackers ?? [],
      webSeeds: options.webSeeds ?? [],
      private: options.private ?? false,
      source: options.source ?? null,
      pieceLength,
      pieces: layout.pieces,
      paths,
    },
    options.allow ?? [],
  );
  const files = found.files.map((file, i) => ({ path: paths[i]!.join('/'), length: file.length }));
  const { notes } = found;
  const plan = { name, format, length, pieceLength, pieces: layout.pieces, files, notes };
  return { plan, layout, files: found.files };
}

function assertPieceLength(pieceLength: number, format: TorrentVersion): void {
  const { pieceLengthMax } = metainfoLimits;
  if (!Number.isInteger(pieceLength) || pieceLength < 1 || pieceLength > pieceLengthMax) {
    throw optionError(`a piece length is a number of bytes from 1 to ${pieceLengthMax}`);
  }
  if (format === 'v1') return;
  if (pieceLength < MERKLE_BLOCK || !Number.isInteger(Math.log2(pieceLength))) {
    throw optionError('the piece length of v2 is a power of two from 16384 on');
  }
}

async function hashAll(
  layout: Layout,
  { pieceLength, format }: TorrentPlan,
  options: CreateOptions,
): Promise<HashedContent> {
  const content = await hashContent(layout.runs, pieceLength, format !== 'v2', options);
  const [unread] = content.unread.values();
  if (unread === undefined) return content;
  const { path, fault } = unread;
  if (fault === 'missing') {
    throw codedError('SWARMWRIGHT_FILE_CHANGED', `${path}: it became shorter while it was read`);
  }
  const why = fault === 'denied' ? 'no permission to read it' : 'the device failed';
  throw codedError('SWARMWRIGHT_FILE_UNREADABLE', `${path}: ${why}`);
}

/** A torrent of content that nobody has would be worse than none. */
async function assertUnchanged(files: readonly FoundFile[]): Promise<void> {
  for (const { absolute, length, changedAt, symlink } of files) {
    if (symlink !== null) continue;
    const looks = await looksAt(absolute, () => stat(absolute));
    if (looks.size === length && looks.mtimeMs === changedAt) continue;
    throw codedError('SWARMWRIGHT_FILE_CHANGED', `${absolute}: it changed while it was read`);
  }
}

function planned(
  { file, length, firstPiece, pieces }: LaidFile,
  content: Pick<HashedContent, 'v2'>,
  { pieceLength, format }: TorrentPlan,
): FullPlannedFile {
  const padding = file === null;
  const path = file === null ? ['.pad', String(length)] : file.path;
  const executable = format !== 'v1' && (file?.executable ?? false);
  const symlink = file?.symlink ?? null;
  const plain = { path, length, padding, executable, hidden: false, symlink };
  if (format === 'v1' || padding || length === 0)
    return { ...plain, piecesRoot: null, layer: null };
  const own = content.v2.subarray(
    firstPiece * MERKLE_DIGEST,
    (firstPiece + pieces) * MERKLE_DIGEST,
  );
  if (pieces === 1) return { ...plain, piecesRoot: own, layer: null };
  return { ...plain, piecesRoot: rootOfLayer(own, pieceLength, sha256), layer: own };
}

function infoHashBytes(text: string): Uint8Array {
  if (!/^[0-9a-f]{40}$/i.test(text)) {
    throw optionError(`not an info-hash: "${text}" (40 hexadecimal digits)`);
  }
  return new Uint8Array(Buffer.from(text, 'hex'));
}
