/**
 * When a torrent has given enough: it seeds until a share ratio or a time is reached, whichever comes first, and then
 * stops.
 *
 * Counts from when every piece is verified, while active; the time adds up over stops. Payload sent is compared once per
 * block with one number (`Upload.aim`); the end itself always comes with a timer, so that nothing stops in the middle
 * of other work.
 */
import { assert } from '../../core/index.ts';
import type { Millis } from '../../core/index.ts';
import type { TorrentId } from './command.ts';
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
}

/** Whether these can be set: not negative, and a number where there is one. */
export function areGoals({ ratio, seedTime }: ShareGoals): boolean {
  return [ratio, seedTime].every((goal) => goal === null || (goal >= 0 && goal < Infinity));
}

export class Sharing {
  readonly #torrent: SharedTorrent;
  readonly #reached: (goal: ShareGoal) => void;
  #goals: ShareGoals = { ratio: null, seedTime: null };
  /** Since when it seeds; null: it does not. */
  #since: Millis | null = null;
  #seededBefore: Millis = 0;
  #timer = 0;

  constructor(torrent: SharedTorrent, reached: (goal: ShareGoal) => void) {
    this.#torrent = torrent;
    this.#reached = reached;
  }

  /** Payload bytes to be sent in all; Infinity: as many as are wanted. */
  get uploadGoal(): number {
    const { ratio } = this.#goals;
    const { downloaded, metainfo } = this.#torrent;
    if (ratio === null || this.#since === null) return Infinity;
    return Math.ceil(ratio * (downloaded > 0 ? downloaded : metainfo.length));
  }

  set(goals: ShareGoals): void {
    assert(areGoals(goals), 'sharing: goals are not negative');
    this.#goals = goals;
    this.look();
  }

  /** It is active and has everything. */
  begin(): void {
    this.#since ??= this.#torrent.session.turn.now;
    this.look();
  }

  /** It stops. */
  end(): void {
    const { turn } = this.#torrent.session;
    if (this.#since !== null) this.#seededBefore += turn.now - this.#since;
    this.#since = null;
    turn.timers.cancel(this.#timer);
    this.#timer = 0;
  }

  /** A goal may have been reached, or be another one: sets the timer anew. */
  look(): void {
    const { now, timers } = this.#torrent.session.turn;
    timers.cancel(this.#timer);
    this.#timer = 0;
    if (this.#since === null) return;
    const { seedTime } = this.#goals;
    const time = seedTime === null ? Infinity : this.#since + seedTime - this.#seededBefore;
    const at = this.#torrent.uploaded >= this.uploadGoal ? now : Math.max(now, time);
    if (at < Infinity) this.#timer = timers.set('share', this.#torrent.id, at);
  }

  /** Its timer fired. */
  due(): void {
    this.#timer = 0;
    const { seedTime } = this.#goals;
    if (this.#since === null) return;
    const { now } = this.#torrent.session.turn;
    if (this.#torrent.uploaded >= this.uploadGoal) this.#reached('ratio');
    else if (seedTime !== null && now >= this.#since + seedTime - this.#seededBefore) {
      this.#reached('time');
    } else this.look();
  }
}
