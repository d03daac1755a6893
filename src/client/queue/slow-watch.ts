/**
 * Finds torrents that run and move next to nothing: such a one takes no place from others in the queue.
 *
 * A torrent is slow when what counts for it (received while it downloads, sent once it is done) has stayed below a rate
 * for a time, and no longer slow at the first look that finds it faster. Looks once a second, and only where there is a
 * rule.
 */
import type { Millis } from '../../core/index.ts';
import type { TorrentState } from '../../protocol/index.ts';
import type { Engine } from '../engine.ts';

/** When a torrent takes no place among the active ones. */
export interface SlowRule {
  /** Payload bytes per second below which it is slow. Default: 2048. */
  readonly rate?: number | undefined;
  /** Milliseconds for which it must have been. Default: 60,000. */
  readonly time?: Millis | undefined;
}

export const slowDefault = { rate: 2048, time: 60_000 } as const;

export interface Paced {
  readonly state: TorrentState;
  readonly done: boolean;
  readonly downloadSpeed: number;
  readonly uploadSpeed: number;
  /** Written by the watch. */
  slow: boolean;
}

/** Between two looks. */
const EVERY: Millis = 1000;

export class SlowWatch<T extends Paced> {
  readonly #rate: number;
  readonly #time: Millis;
  readonly #engine: Pick<Engine, 'now' | 'later'>;
  readonly #torrents: () => readonly T[];
  readonly #changed: () => void;
  /** Since when each has been quiet, and at what. */
  readonly #quiet = new WeakMap<T, { readonly since: Millis; readonly done: boolean }>();
  #cancel: () => void;

  /** `changed`: some torrent is slow that was not, or the other way round. */
  constructor(
    rule: SlowRule,
    engine: Pick<Engine, 'now' | 'later'>,
    torrents: () => readonly T[],
    changed: () => void,
  ) {
    this.#rate = rule.rate ?? slowDefault.rate;
    this.#time = rule.time ?? slowDefault.time;
    this.#engine = engine;
    this.#torrents = torrents;
    this.#changed = changed;
    this.#cancel = engine.later(EVERY, () => this.#tick());
  }

  end(): void {
    this.#cancel();
  }

  #tick(): void {
    this.#cancel = this.#engine.later(EVERY, () => this.#tick());
    let changed = false;
    for (const torrent of this.#torrents()) {
      const slow = this.#look(torrent);
      if (slow === torrent.slow) continue;
      torrent.slow = slow;
      changed = true;
    }
    if (changed) this.#changed();
  }

  #look(torrent: T): boolean {
    const { done, state } = torrent;
    const speed = done ? torrent.uploadSpeed : torrent.downloadSpeed;
    if (state !== 'active' || speed >= this.#rate) {
      this.#quiet.delete(torrent);
      return false;
    }
    const now = this.#engine.now();
    const quiet = this.#quiet.get(torrent);
    if (quiet?.done === done) return now >= quiet.since + this.#time;
    this.#quiet.set(torrent, { since: now, done });
    return false;
  }
}
