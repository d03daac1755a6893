/**
 * A graceful stop: nobody new is asked, served or let in, and the torrent is told when nobody owes anything any more.
 *
 * A peer goes as soon as it has been sent what it was promised and has sent, rejected or forfeited what it was asked for;
 * when the last one has gone, and all that came is written and hashed, it is done; `drainTimeMax` later in any case.
 * It looks at the end of every step while it lasts, so that no way in which a request may end can be forgotten.
 */
import type { TorrentContext } from './context.ts';
import type { StepFollower } from '../session/turn.ts';

/** What is still on its way to the disk. */
export interface Landing {
  /** Blocks are being written, or pieces hashed. */
  readonly lands: boolean;
}

export class Draining implements StepFollower {
  readonly #torrent: TorrentContext;
  readonly #landing: Landing;
  readonly #done: () => void;
  #timer = 0;
  #lasts = false;

  constructor(torrent: TorrentContext, landing: Landing, done: () => void) {
    this.#torrent = torrent;
    this.#landing = landing;
    this.#done = done;
  }

  get lasts(): boolean {
    return this.#lasts;
  }

  begin(): void {
    if (this.#lasts) return;
    const { config, turn } = this.#torrent.session;
    this.#lasts = true;
    this.#timer = turn.timers.set('drain', this.#torrent.id, turn.now + config.drainTimeMax);
    turn.followers.add(this);
  }

  /** It stops, or goes on after all. */
  end(): void {
    const { turn } = this.#torrent.session;
    this.#lasts = false;
    turn.followers.delete(this);
    turn.timers.cancel(this.#timer);
    this.#timer = 0;
  }

  /** Its time is over. */
  due(): void {
    this.#timer = 0;
    this.#done();
  }

  stepDone(): void {
    for (const peer of [...this.#torrent.peers.values()]) {
      const owed = peer.requests.length + peer.uploads.length + peer.reading.length;
      if (owed === 0) this.#torrent.disconnect(peer, 'torrent-stopped');
    }
    if (this.#torrent.peers.size === 0 && !this.#landing.lands) this.#done();
  }
}
