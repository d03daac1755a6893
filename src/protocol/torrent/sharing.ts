/**
 * When a torrent has given enough: it seeds until a share ratio or a time is reached, whichever comes first, and then
 * stops.
 *
 * Counts from when every wanted piece is verified, while active (`TorrentClocks.finished`); the time adds up over stops.
 * Payload sent is compared once per block with one number (`Upload.aim`); the end itself always comes with a timer, so
 * that nothing stops in the middle of other work.
 */
import { assert } from '../../core/index.ts';
import type { Millis } from '../../core/index.ts';
import type { TorrentId } from '../session/command.ts';
import type { TorrentClocks } from './clocks.ts';
import type { SessionFacts } from './context.ts';

export interface ShareGoals {
  /** Payload sent through payload received; through the length where nothing was received. Null: no such goal. */
  readonly ratio: number | null;
  /** Milliseconds of seeding; null: no such goal. */
  readonly seedTime: Millis | null;
}

export type ShareGoal = 'ratio' | 'time';

/** What is counted. */
export interface SharedTorrent {
  readonly id: TorrentId;
  readonly session: SessionFacts;
  readonly metainfo: { readonly length: number };
  readonly downloaded: number;
  readonly uploaded: number;
  readonly clocks: TorrentClocks;
}

/** Whether these can be set: not negative, and a number where there is one. */
export function areGoals({ ratio, seedTime }: ShareGoals): boolean {
  return [ratio, seedTime].every((goal) => goal === null || (goal >= 0 && goal < Infinity));
}

export class Sharing {
  readonly #torrent: SharedTorrent;
  readonly #reached: (goal: ShareGoal) => void;
  #goals: ShareGoals = { ratio: null, seedTime: null };
  #timer = 0;

  constructor(torrent: SharedTorrent, reached: (goal: ShareGoal) => void) {
    this.#torrent = torrent;
    this.#reached = reached;
  }

  /** Payload bytes to be sent in all; Infinity: as many as are wanted. */
  get uploadGoal(): number {
    const { ratio } = this.#goals;
    const { downloaded, metainfo } = this.#torrent;
    if (ratio === null || !this.#torrent.clocks.finished.runs) return Infinity;
    return Math.ceil(ratio * (downloaded > 0 ? downloaded : metainfo.length));
  }

  set(goals: ShareGoals): void {
    assert(areGoals(goals), 'sharing: goals are not negative');
    this.#goals = goals;
    this.look();
  }

  /** A goal may have been reached, or be another one, or the clock was started or stopped: sets the timer anew. */
  look(): void {
    const { now, timers } = this.#torrent.session.turn;
    timers.cancel(this.#timer);
    this.#timer = 0;
    if (!this.#torrent.clocks.finished.runs) return;
    const at = this.#torrent.uploaded >= this.uploadGoal ? now : Math.max(now, this.#timeGoal);
    if (at < Infinity) this.#timer = timers.set('share', this.#torrent.id, at);
  }

  /** Its timer fired. */
  due(): void {
    this.#timer = 0;
    if (!this.#torrent.clocks.finished.runs) return;
    if (this.#torrent.uploaded >= this.uploadGoal) this.#reached('ratio');
    else if (this.#torrent.session.turn.now >= this.#timeGoal) this.#reached('time');
    else this.look();
  }

  /** When it will have seeded long enough; Infinity: that is no goal. */
  get #timeGoal(): Millis {
    const { seedTime } = this.#goals;
    return seedTime === null ? Infinity : this.#torrent.clocks.finished.whenShows(seedTime);
  }
}
