/**
 * `swarmwright create`: a torrent file of a file or folder, or of standard input. The torrent goes to `-o` or a file of its name, its path and
 * what it is to stdout; progress and remarks to stderr.
 */
import { once } from 'node:events';
import { access, open, rename, rm } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import process from 'node:process';
import { codedError } from '../../client/errors.ts';
import { createTorrent, planTorrent } from '../../tools/create/create-torrent.ts';
import { createTorrentOfStream } from '../../tools/create/stream-torrent.ts';
import { describeTorrent } from '../../tools/info.ts';
import type {
  CreatedTorrent,
  CreateNote,
  CreateOptions,
  LeftOut,
  Lint,
  SortOrder,
  SymlinkPolicy,
  TorrentPlan,
  TorrentVersion,
} from '../../tools/index.ts';
import { usageError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bytes, count } from '../output/figures.ts';
import { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../output/json-report.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';
import { inputOf } from './data.ts';
import { HashProgress } from './hash-progress.ts';

export interface CreateWords {
  readonly output?: string;
  readonly format: TorrentVersion;
  readonly pieceLength?: number;
  readonly name?: string;
  readonly tracker: readonly (readonly string[])[];
  readonly webSeed: readonly string[];
  readonly node: readonly { readonly host: string; readonly port: number }[];
  readonly private?: boolean;
  readonly source?: string;
  readonly similar: readonly string[];
  readonly collection: readonly string[];
  readonly comment?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly includeRegex: readonly RegExp[];
  readonly excludeRegex: readonly RegExp[];
  readonly hidden?: boolean;
  readonly junk?: boolean;
  readonly symlinks: SymlinkPolicy;
  readonly sort: SortOrder;
  readonly date: boolean;
  readonly createdBy: boolean;
  readonly allow: readonly Lint[];
  readonly reuse?: string;
  readonly threads?: number;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export async function create(
  path: string,
  words: CreateWords,
  streams: Streams,
): Promise<ExitCode> {
  if (path === '-') assertFitsStream(words);
  const reuse = words.reuse === undefined ? undefined : await inputOf(words.reuse);
  const interrupts = new Interrupts(() => undefined);
  const progress = new HashProgress(streams, words.quiet === true);
  const options: CreateOptions = {
    ...optionsOf(words, interrupts.signal),
    reuse,
    progress: (hashed) => progress.add(hashed),
  };
  try {
    if (words.dryRun === true) {
      const plan = await planTorrent(path, options);
      tellNotes(plan.notes, words, streams);
      tellPlan(plan, words.json === true, streams);
      return EXIT.done;
    }
    const made = await (path === '-'
      ? ofStdin(words, options)
      : createTorrent(path, {
          ...options,
          planned: async (plan) => {
            await assertFree(targetOf(words, plan.name), words);
            progress.begin(plan.length);
          },
        }));
    progress.end();
    tellNotes(made.notes, words, streams);
    const target = targetOf(words, made.name);
    await writeTorrent(target, made.bytes, streams);
    tellMade(target, made, words, streams);
    return EXIT.done;
  } catch (error) {
    if (interrupts.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    progress.end();
    interrupts.release();
  }
}

/** What standard input cannot have is refused, and not left undone. */
function assertFitsStream(words: CreateWords): void {
  if (words.name === undefined) {
    throw usageError('standard input has no name', 'give it one with --name');
  }
  const patterns = [words.include, words.exclude, words.includeRegex, words.excludeRegex];
  const unfit =
    words.reuse !== undefined
      ? '--reuse'
      : words.dryRun === true
        ? '--dry-run'
        : patterns.some(({ length }) => length > 0)
          ? '--include and --exclude'
          : null;
  if (unfit !== null) throw usageError(`${unfit} takes a file or folder, not -`, 'leave it out');
}

async function ofStdin(words: CreateWords, options: CreateOptions): Promise<CreatedTorrent> {
  const name = words.name!;
  await assertFree(targetOf(words, name), words);
  try {
    return await createTorrentOfStream(process.stdin, { ...options, name });
  } finally {
    // Whoever still writes to us is told that nobody reads, and the process can end.
    process.stdin.destroy();
  }
}

function targetOf({ output }: CreateWords, name: string): string {
  return output ?? `${name}.torrent`;
}

function optionsOf(words: CreateWords, signal: AbortSignal): CreateOptions {
  return {
    format: words.format,
    pieceLength: words.pieceLength,
    name: words.name,
    trackers: words.tracker,
    webSeeds: words.webSeed,
    nodes: words.node,
    private: words.private,
    source: words.source,
    similar: words.similar,
    collections: words.collection,
    comment: words.comment,
    include: words.include,
    exclude: words.exclude,
    includeRegex: words.includeRegex,
    excludeRegex: words.excludeRegex,
    hidden: words.hidden,
    junk: words.junk,
    symlinks: words.symlinks,
    sort: words.sort,
    creationDate: words.date ? undefined : null,
    createdBy: words.createdBy ? undefined : null,
    allow: words.allow,
    threads: words.threads,
    signal,
  };
}

async function assertFree(target: string, { force }: CreateWords): Promise<void> {
  if (target === '-' || force === true) return;
  try {
    await access(target);
  } catch {
    return;
  }
  throw codedError('SWARMWRIGHT_FILE_EXISTS', `${target}: there is a file of this name already`);
}

/** A reader never sees half a torrent: the file is made under another name, and then has its own. */
export async function writeTorrent(
  target: string,
  content: Uint8Array,
  { stdout }: Streams,
): Promise<void> {
  if (target === '-') {
    if (!stdout.write(content)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]);
    return;
  }
  const part = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  try {
    await using file = await open(part, 'wx');
    await file.writeFile(content);
    await file.sync();
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw writeFault(target, error);
  }
}

function writeFault(target: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return codedError('SWARMWRIGHT_NO_SPACE', `${target}: no space left on the device`, error);
  }
  return codedError('SWARMWRIGHT_NO_PERMISSION', `${target}: cannot be written (${code})`, error);
}

function tellPlan(plan: TorrentPlan, json: boolean, { stdout }: Streams): void {
  if (json) {
    stdout.write(jsonLine({ ...plan, notes: undefined }));
    return;
  }
  stdout.write(`pieces\t${plan.pieces}\t${plan.pieceLength}\n`);
  for (const file of plan.files) stdout.write(`file\t${file.length}\t${printable(file.path)}\n`);
}

function tellMade(
  target: string,
  made: CreatedTorrent,
  words: CreateWords,
  { stdout, stderr }: Streams,
): void {
  const told = describeTorrent(made.metainfo);
  const hashes = [told.infoHash, told.infoHashV2].filter((hash) => hash !== null);
  if (words.quiet !== true) {
    const pieces = count(made.pieces, 'piece', 'pieces');
    const size = `${bytes(made.length)} in ${count(made.files.length, 'file', 'files')}`;
    stderr.write(`${size}, ${pieces} of ${bytes(made.pieceLength)}: ${hashes.join(' ')}\n`);
  }
  // Standard output is the torrent itself, then.
  if (target === '-') return;
  if (words.json === true) stdout.write(jsonLine({ torrent: target, ...told }));
  else stdout.write(`${target}\n`);
}

const REASONS: Readonly<Record<LeftOut, string>> = {
  hidden: 'hidden (--hidden takes them in)',
  junk: 'litter of the system (--junk takes it in)',
  symlink: 'a symbolic link (see --symlinks)',
  special: 'neither a file nor a folder',
  pattern: 'not wanted by a pattern',
};

function tellNotes(
  notes: readonly CreateNote[],
  { quiet }: { readonly quiet?: boolean },
  { stderr }: Streams,
): void {
  if (quiet === true) return;
  for (const note of notes) {
    if (note.type === 'left-out') {
      stderr.write(`left out: ${note.count}, ${REASONS[note.reason]}\n`);
    } else if (note.type === 'reused') {
      stderr.write(`hashes reused after ${count(note.checked, 'piece', 'pieces')} were checked\n`);
    } else stderr.write(`hashes not reused: ${note.reason}\n`);
  }
}
