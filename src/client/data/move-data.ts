/**
 * Moves what a torrent has on this machine to another folder while it lives: the machine sees a slow disk, and peers stay.
 *
 * Owns the order: what was asked is written; files are linked or copied beside their new places, while reads go on; the
 * store is closed; the files get their new names; the claims follow; the store is opened there and goes on; the old files
 * are deleted. Whatever fails before the claims follow is undone. One move at a time; the next one waits.
 */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Metainfo } from '../../protocol/index.ts';
import { FileMove } from '../../reactors/node/index.ts';
import type { MovedFile } from '../../reactors/node/index.ts';
import { codedError, optionError, storeError } from '../errors.ts';
import type { CodedError } from '../errors.ts';
import { ownPaths } from './location.ts';
import type { Place } from './location.ts';
import { movedLooks } from '../resume/moved-looks.ts';
import type { ResumeKeeper } from '../resume/resume-keeper.ts';
import type { RouteHold } from './routing-store.ts';
import { abortable } from '../signal.ts';
import type { Abortable } from '../signal.ts';

/** Unlike elsewhere, the signal ends the work: while files are being copied, the move is called off and undone. */
export interface MoveOptions extends Abortable {
  /** Bytes copied so far, of how many. Told only where the new folder is on another device. */
  readonly progress?: ((copied: number, of: number) => void) | undefined;
}

export interface MoverParts {
  readonly metainfo: Metainfo;
  readonly place: Place;
  /** The files are in the file system of this machine. */
  readonly onNode: boolean;
  /** Null: the torrent is gone. */
  readonly hold: () => RouteHold | null;
}

export class TorrentMover {
  readonly #parts: MoverParts;
  /** The last move that was asked for; it never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #cut = new AbortController();

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /** Resolves with what is left behind at the old place, or null. Rejects with a `CodedError`, or the signal's reason. */
  async move(
    folder: string,
    keeper: ResumeKeeper | null,
    options: MoveOptions,
  ): Promise<CodedError | null> {
    if (!this.#parts.onNode) throw optionError('move() needs files that the client itself keeps');
    const { signal } = this.#cut;
    const ends = options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]);
    const root = resolve(folder);
    const moved = this.#last.then(() => this.#move(root, keeper, { ...options, signal: ends }));
    this.#last = moved.catch(() => undefined);
    return moved;
  }

  /** Calls off what has not gone too far. */
  callOff(reason: CodedError): void {
    this.#cut.abort(reason);
    this.#cut = new AbortController();
  }

  /** Resolves when no move is under way. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #move(
    root: string,
    keeper: ResumeKeeper | null,
    options: MoveOptions & { readonly signal: AbortSignal },
  ): Promise<CodedError | null> {
    const { place, metainfo } = this.#parts;
    options.signal.throwIfAborted();
    if (await isSameFolder(place.root, root)) return null;
    const hold = this.#parts.hold();
    if (hold === null) {
      throw codedError('SWARMWRIGHT_TORRENT_REMOVED', `"${metainfo.name}" was removed`);
    }
    const old = place.content;
    let move: FileMove;
    try {
      await written(hold, place, options.signal);
      const paths = await ownPaths(place, metainfo);
      move = new FileMove(place.root, root, paths, basename(old), options);
      const moved = await carryOut(move, hold, keeper, old, root, options.signal);
      place.moved(root);
      await keeper?.moved(place.content, resumedOf(metainfo, place), movedLooks(place, moved));
    } finally {
      hold.release(place.root);
      keeper?.release();
    }
    const { kept, error } = await move.finish();
    if (kept === 0) return null;
    const what = `${old}: moved to ${root}, but ${kept} of the old files could not be deleted`;
    return codedError('SWARMWRIGHT_MOVE_FAILED', what, error);
  }
}

async function written(hold: RouteHold, { root }: Place, signal: AbortSignal): Promise<void> {
  const fault = await abortable(hold.written(), signal);
  if (fault !== null) throw storeError(fault, root);
}

/** All of it or nothing. */
async function carryOut(
  move: FileMove,
  hold: RouteHold,
  keeper: ResumeKeeper | null,
  old: string,
  root: string,
  signal: AbortSignal,
): Promise<readonly MovedFile[]> {
  let committing = false;
  try {
    await move.prepare();
    await abortable(hold.shut(), signal);
    await keeper?.hold();
    committing = true;
    return await move.commit();
  } catch (error) {
    const stray = await move.undo();
    if (signal.aborted && !committing) throw error;
    const where =
      stray.length === 0
        ? 'everything is where it was'
        : `these could not be brought back: ${stray.map((path) => path.join('/')).join(', ')}`;
    const why = error instanceof Error ? error.message : String(error);
    const what = `${old}: not moved to ${root}: ${why}; ${where}`;
    throw codedError('SWARMWRIGHT_MOVE_FAILED', what, error);
  }
}

function resumedOf(metainfo: Metainfo, { files }: Place): Parameters<ResumeKeeper['moved']>[1] {
  return { ...metainfo, fileCount: files.filter(({ padding }) => !padding).length };
}

/** By whatever names. A folder that is not there yet is another one. */
async function isSameFolder(a: string, b: string): Promise<boolean> {
  if (a === b) return true;
  try {
    const [one, other] = await Promise.all([a, b].map((path) => stat(path, { bigint: true })));
    return one!.dev === other!.dev && one!.ino === other!.ino;
  } catch {
    return false;
  }
}
