/**
 * Whose turn it is, where only so many torrents may be active at once.
 *
 * Owns an order and two limits, and decides; starts and stops nothing. A torrent that is done counts among the seeds,
 * any other among the downloads, so whoever finishes gives its place to the next. Forced ones run beside the limits and take
 * no place. Pure: the same torrents in the same order give the same answer.
 */
import { assert } from '../core/index.ts';

/** What the queue must know of a torrent. */
export interface Queued {
  /** It wants to run: neither paused nor failed. */
  readonly wants: boolean;
  readonly done: boolean;
  readonly forced: boolean;
}

export class TorrentQueue<T extends Queued> {
  /** Infinity: all. */
  downloadsMax: number;
  seedsMax: number;
  readonly #order: T[] = [];

  constructor(downloadsMax: number, seedsMax: number) {
    this.downloadsMax = downloadsMax;
    this.seedsMax = seedsMax;
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

  /** Those that should run now. */
  chosen(): Set<T> {
    const chosen = new Set<T>();
    let downloads = 0;
    let seeds = 0;
    for (const torrent of this.#order) {
      if (!torrent.wants) continue;
      if (torrent.forced) chosen.add(torrent);
      else if (torrent.done && seeds < this.seedsMax) {
        seeds++;
        chosen.add(torrent);
      } else if (!torrent.done && downloads < this.downloadsMax) {
        downloads++;
        chosen.add(torrent);
      }
    }
    return chosen;
  }
}
