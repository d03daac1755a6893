/**
 * Makes a torrent file of a file or folder: finds the files, refuses what is wrong, and hashes in one pass on all
 * cores, for v1, v2 or both.
 */
import { stat } from 'node:fs/promises';
import { codedError, optionError } from '../../client/errors.ts';
import { MERKLE_DIGEST } from '../../protocol/metainfo/merkle.ts';
import { pieceLengthFor } from '../../protocol/metainfo/piece-length.ts';
import type { FullPlannedFile } from '../../protocol/index.ts';
import { hashContent } from '../hashing/content-hasher.ts';
import type { HashedContent } from '../hashing/content-hasher.ts';
import { loadTorrent } from '../torrent-source.ts';
import {
  assembleTorrent,
  assertCleanOptions,
  assertInfoHashes,
  assertName,
  assertPieceCount,
  assertPieceLength,
  rootAndLayer,
} from './describe.ts';
import { layOut } from './layout.ts';
import type { LaidFile, Layout } from './layout.ts';
import type { CreatedTorrent, CreateNote, CreateOptions, TorrentPlan } from './options.ts';
import { reuseHashes } from './reuse.ts';
import { findFiles, looksAt } from './walk.ts';
import type { FoundFile } from './walk.ts';

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
  await options.planned?.(plan);
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

  const planned = layout.files.map((laid) => plannedFile(laid, content, plan));
  return assembleTorrent({ ...plan, notes }, planned, format === 'v2' ? null : content.v1, options);
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
  assertInfoHashes(options.similar ?? []);
  const found = await findFiles(path, options);
  const name = options.name ?? found.name;
  assertName(name);
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
  assertPieceCount(layout.pieces);
  const paths = found.files.map((file) => [name, ...file.path]);
  assertCleanOptions(options, pieceLength, layout.pieces, paths);
  const files = found.files.map((file, i) => ({ path: paths[i]!.join('/'), length: file.length }));
  const { notes } = found;
  const plan = { name, format, length, pieceLength, pieces: layout.pieces, files, notes };
  return { plan, layout, files: found.files };
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

function plannedFile(
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
  return { ...plain, ...rootAndLayer(own, pieceLength) };
}
