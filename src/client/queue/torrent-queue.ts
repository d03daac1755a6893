/**
 * Whose turn it is, where only so many torrents may be active at once.
 *
 * Owns an order and limits, and decides; starts and stops nothing. A torrent that is done counts among the seeds, any
 * other among the downloads, so whoever finishes gives its place to the next. One that was never looked at may be either:
 * it runs where there is a place for both, and is only checked where there is a place for one, so that nobody joins a
 * swarm to leave it at once. Forced ones run beside the limits, and slow ones take no place. Pure: the same torrents in the
 * same order give the same answer.
 */
import { assert } from '../../core/index.ts';

/** What the queue must know of a torrent. */
export interface Queued {
  /** It wants to run: neither paused nor failed. */
  readonly wants: boolean;
  readonly done: boolean;
  readonly forced: boolean;
  /** Its data was looked at: `done` means something. */
  readonly known: boolean;
  /** It runs and moves next to nothing (`ClientOptions.slow`). */
  readonly slow: boolean;
}

/** How many at once; Infinity: all. */
export interface QueueLimits {
  readonly downloads: number;
  readonly seeds: number;
  /** Downloads and seeds together. */
  readonly all: number;
  /** Torrents that wait, and are checked meanwhile. */
  readonly checks: number;
}

/** What a torrent should do now; one that is not named should do nothing. */
export type Turn = 'run' | 'check';

export class TorrentQueue<T extends Queued> {
  limits: QueueLimits;
  readonly #order: T[] = [];

  constructor(limits: QueueLimits) {
    this.limits = limits;
  }

  /** First come, first. */
  get order(): readonly T[] {
    return [...this.#order];
  }

  add(torrent: T): void {
    this.#order.push(torrent);
  }

  remove(torrent: T): void {
    const at = this.#order.indexOf(torrent);
    if (at >= 0) this.#order.splice(at, 1);
  }

  /** `place` counts from 0, and from the end where it is beyond. A torrent that is not here changes nothing. */
  move(torrent: T, place: number): void {
    assert(Number.isInteger(place) && place >= 0, 'queue: a place is a whole number from 0');
    const at = this.#order.indexOf(torrent);
    if (at < 0) return;
    this.#order.splice(at, 1);
    this.#order.splice(place, 0, torrent);
  }

  /** Whose turn it is now. */
  chosen(): Map<T, Turn> {
    const chosen = new Map<T, Turn>();
    let { downloads, seeds, all, checks } = this.limits;
    for (const torrent of this.#order) {
      if (!torrent.wants) continue;
      if (torrent.forced) {
        chosen.set(torrent, 'run');
        continue;
      }
      const asDownload = all > 0 && downloads > 0;
      const asSeed = all > 0 && seeds > 0;
      const { known, done, slow } = torrent;
      if (slow && Math.min(this.limits.all, done ? this.limits.seeds : this.limits.downloads) > 0) {
        chosen.set(torrent, 'run');
        continue;
      }
      if (known ? (done ? asSeed : asDownload) : asSeed && asDownload) {
        chosen.set(torrent, 'run');
        all--;
        if (!known || !done) downloads--;
        if (!known || done) seeds--;
      } else if (!known && (asSeed || asDownload) && checks > 0) {
        chosen.set(torrent, 'check');
        checks--;
      }
    }
    return chosen;
  }
}
