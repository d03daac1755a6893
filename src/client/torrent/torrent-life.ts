/**
 * What a torrent has been told of its life: state, completion, error, and who waits for one of them or reads along.
 *
 * Invariant: figures are asked of the machine, this is what was told, in order; whoever waits is asked after every event,
 * and nobody waits for ever on a torrent that is gone. Sends nothing.
 */
import type { Millis, StoreFault } from '../../core/index.ts';
import type { Metainfo, TorrentState } from '../../protocol/index.ts';
import { codedError, storeError } from '../errors.ts';
import type { CodedError } from '../errors.ts';
import { EventQueue } from '../events/event-queue.ts';
import type { Location } from '../data/location.ts';
import type { Selection } from './selection.ts';
import type { Abortable } from '../signal.ts';
import type { TorrentEvent, TorrentFact } from './torrent-events.ts';
import { TorrentFigures } from './torrent-figures.ts';
import { Waiters } from './waiters.ts';

/** Events that one slow `events()` reader may be behind; above it the oldest are dropped and counted. */
export const eventQueueMax = 1000;

export abstract class TorrentLife extends TorrentFigures {
  protected readonly waiters: Waiters = new Waiters();
  readonly #queues = new Set<EventQueue<TorrentEvent>>();
  readonly #location: Location;
  /** The state that was told last. */
  protected told: TorrentState = 'stopped';
  /** Why it stopped; null: it did not. */
  protected failure: CodedError | null = null;
  protected gone = false;
  #complete = false;

  protected constructor(
    metainfo: Metainfo,
    location: Location,
    selection: Selection,
    now: () => Millis,
  ) {
    super(metainfo, location, selection, now);
    this.#location = location;
  }

  /** Every wanted piece is verified and on disk. */
  get done(): boolean {
    return this.#complete;
  }

  /** Resolves when existing data is checked and it takes part in the swarm. Rejects as `completed()` does. */
  async started(options: Abortable = {}): Promise<void> {
    await this.waiters.until(() => this.told === 'active' || this.throwIfStopped(), options.signal);
  }

  /** Resolves when every wanted piece is verified and on disk. Rejects when the torrent fails or is removed. */
  async completed(options: Abortable = {}): Promise<void> {
    await this.waiters.until(() => this.#complete || this.throwIfStopped(), options.signal);
  }

  /**
   * All that happens to this torrent from now on, in order. A reader that falls `eventQueueMax` events behind loses the
   * oldest and gets `{ type: 'events-dropped', count }` in their place. Ends when the torrent is removed; throws the
   * signal's reason when it is aborted.
   */
  events(options: Abortable = {}): AsyncIterableIterator<TorrentEvent> {
    const { signal } = options;
    const give = (): void => queue.end(signal?.reason as Error);
    const queue = new EventQueue<TorrentEvent>(
      eventQueueMax,
      (count) => ({ type: 'events-dropped', count }),
      () => {
        this.#queues.delete(queue);
        signal?.removeEventListener('abort', give);
      },
    );
    if (this.gone) queue.end(null);
    else if (signal?.aborted === true) give();
    else {
      this.#queues.add(queue);
      signal?.addEventListener('abort', give, { once: true });
    }
    return queue;
  }

  protected assertThere(): void {
    if (this.gone) throw codedError('SWARMWRIGHT_TORRENT_REMOVED', `"${this.name}" was removed`);
  }

  /** Never returns true: for use in a test that may also throw. */
  protected throwIfStopped(): boolean {
    if (this.failure !== null) throw this.failure;
    this.assertThere();
    return false;
  }

  /** Other files are wanted than before. */
  protected selectionChanged(): void {
    if (this.status()?.wantedLeft !== 0) this.#complete = false;
  }

  /** Keeps what the event changes here. */
  protected note(event: TorrentFact): void {
    switch (event.type) {
      case 'state-changed':
        this.#noteState(event.state, event.fault);
        break;
      case 'complete':
        // More may have been wanted since.
        this.#complete = (this.status()?.wantedLeft ?? 0) === 0;
        break;
      case 'removed':
        this.told = 'stopped';
        this.gone = true;
        break;
      default:
    }
  }

  /** Tells whoever waits or reads along. */
  protected tellReaders(event: TorrentFact): void {
    this.waiters.ask();
    for (const queue of [...this.#queues]) {
      queue.push(event);
      if (this.gone) queue.end(null);
    }
  }

  /** The client is gone, and this with it. `thrown`: to whoever reads along. */
  protected over(failure: CodedError, thrown: CodedError | null): void {
    this.gone = true;
    this.told = 'stopped';
    this.failure = failure;
    this.waiters.ask();
    for (const queue of [...this.#queues]) queue.end(thrown);
  }

  #noteState(state: TorrentState, fault: StoreFault | null): void {
    this.told = state;
    if (state === 'opening') this.failure = null;
    if (state === 'checking') this.#complete = false;
    if (state === 'error') this.failure = storeError(fault ?? 'io', this.#location.root);
  }
}
