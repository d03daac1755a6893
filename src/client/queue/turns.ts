/**
 * Gives the torrents of a client their turns, in the order of its queue: first others make room, then those go whose
 * turn has come. Who that is, `TorrentQueue` decides.
 */
import type { Engine } from '../engine.ts';
import { SlowWatch } from './slow-watch.ts';
import type { Paced, SlowRule } from './slow-watch.ts';
import { TorrentQueue } from './torrent-queue.ts';
import type { Queued, QueueLimits, Turn } from './torrent-queue.ts';

/** How many torrents may be active at once. `-1` or `Infinity`: all. */
export interface ActiveOptions {
  /** Torrents that download at once; others wait their turn, in the order of `client.queue`. Default: all. */
  readonly activeDownloads?: number | undefined;
  /** Complete torrents that seed at once; others wait. 0: who is complete stops. Default: all. */
  readonly activeSeeds?: number | undefined;
  /** Both together. Default: all. */
  readonly activeTorrents?: number | undefined;
  /** Torrents that wait for their turn, and whose data is checked meanwhile, at once. Default: 1. */
  readonly activeChecks?: number | undefined;
}

export interface TurnTaker extends Queued, Paced {
  slow: boolean;
  takeTurn(turn: Turn | null): void;
}

export class Turns<T extends TurnTaker> {
  readonly #queue: TorrentQueue<T>;
  readonly #slow: SlowWatch<T> | null;
  #ended = false;

  constructor(
    options: ActiveOptions & { readonly slow?: SlowRule | undefined },
    engine: Pick<Engine, 'now' | 'later'>,
  ) {
    const all: QueueLimits = { downloads: Infinity, seeds: Infinity, all: Infinity, checks: 1 };
    this.#queue = new TorrentQueue<T>(limitsAfter(all, options));
    const { slow } = options;
    this.#slow =
      slow === undefined
        ? null
        : new SlowWatch<T>(
            slow,
            engine,
            () => this.order,
            () => this.give(),
          );
  }

  get order(): readonly T[] {
    return this.#queue.order;
  }

  add(torrent: T): void {
    this.#queue.add(torrent);
  }

  remove(torrent: T): void {
    this.#queue.remove(torrent);
    this.give();
  }

  move(torrent: T, place: number): void {
    this.#queue.move(torrent, place);
    this.give();
  }

  /** What is left out stays. */
  setActive(most: ActiveOptions): void {
    this.#queue.limits = limitsAfter(this.#queue.limits, most);
    this.give();
  }

  give(): void {
    if (this.#ended) return;
    const chosen = this.#queue.chosen();
    const { order } = this;
    for (const torrent of order) if (!chosen.has(torrent)) torrent.takeTurn(null);
    for (const torrent of order) {
      const turn = chosen.get(torrent);
      if (turn !== undefined) torrent.takeTurn(turn);
    }
  }

  /** Nobody gets a turn any more. */
  end(): void {
    this.#ended = true;
    this.#slow?.end();
  }
}

function limitsAfter(before: QueueLimits, most: ActiveOptions): QueueLimits {
  const slots = (given: number | undefined, old: number): number =>
    given === undefined ? old : given === -1 ? Infinity : given;
  return {
    downloads: slots(most.activeDownloads, before.downloads),
    seeds: slots(most.activeSeeds, before.seeds),
    all: slots(most.activeTorrents, before.all),
    checks: slots(most.activeChecks, before.checks),
  };
}
