/**
 * The life of one torrent: `stopped → opening → checking → active → stopping → stopped`, or `error` where the store
 * failed.
 *
 * Owns the state, the store, and what the application wants. A wish that comes at the wrong moment (start while
 * stopping, stop while opening, anything while the session is paused) is kept and carried out in time. Where a store is
 * full or failing and nobody said stop, the torrent starts again by itself (`StoreRetry`). What a swarm is, the torrent
 * knows.
 */
import type { StoreFault } from '../../core/index.ts';
import type { Holdings } from './context.ts';
import type { TorrentState } from '../session/event.ts';
import type { Existing } from './data/existing.ts';
import { Inspection } from './data/inspection.ts';
import { StoreRetry } from './data/store-retry.ts';
import { TorrentStore } from './data/torrent-store.ts';

/** Whose life it is. */
export interface Living extends Holdings {
  /** The store is open: before anything is read. */
  storeOpened(): void;
  /** It was only to be checked, and that is done. */
  checked(): void;
  /** State `active` begins. */
  join(): void;
  /** It stops. Where it was active it says so to its trackers, and `farewellSaid` follows. */
  leave(): void;
  /** All is said and closed. */
  hasLeft(): void;
  /** It is to be forgotten. */
  removed(): void;
}

export class Life {
  readonly #torrent: Living;
  readonly #store: TorrentStore;
  readonly #retry: StoreRetry;
  readonly inspection: Inspection;
  #state: TorrentState = 'stopped';
  #fault: StoreFault | null = null;
  /** What the application wants: that it takes part in its swarm, or only to know what is there. */
  #wish: 'nothing' | 'check' | 'run' = 'nothing';
  /** What must still happen before `stopping` is over. */
  #closing = { announce: false, store: false };
  /** What comes after it. */
  #next: 'stay' | 'begin' | 'remove' = 'stay';

  constructor(torrent: Living, existing: Existing) {
    this.#torrent = torrent;
    this.#retry = new StoreRetry(torrent.id, torrent.session);
    this.#store = new TorrentStore(torrent.session.turn, {
      storeOpened: (fault) => this.#opened(fault),
      storeClosed: () => {
        this.#closing.store = false;
        this.#settle();
      },
    });
    this.inspection = new Inspection(torrent, existing, {
      checking: () => this.#setState('checking', null),
      inspected: () => this.#inspected(),
      inspectionFailed: (fault) => this.#stop(fault),
    });
  }

  get state(): TorrentState {
    return this.#state;
  }
  /** Why it is in state `error`; null in every other state. */
  get fault(): StoreFault | null {
    return this.#fault;
  }
  /** The store that is open now, or was last. */
  get store(): number {
    return this.#store.id;
  }

  // --- wishes

  start(): void {
    this.#wish = 'run';
    this.#begin();
  }

  /** As in `check-torrent`. */
  check(): void {
    this.#wish = 'check';
    if (this.#state === 'active') this.stop();
    else this.#begin();
  }

  stop(): void {
    this.#wish = 'nothing';
    this.#retry.cancel();
    this.#stop(null);
  }

  /** It will stop when it can: from here on nothing starts it again. */
  drains(): void {
    this.#wish = 'nothing';
  }

  recheck(): void {
    this.inspection.doubtAll();
    const running = this.#state !== 'stopped' && this.#state !== 'error';
    const begins = running && this.#wish !== 'nothing';
    const next = this.#state === 'stopping' ? this.#next : begins ? 'begin' : 'stay';
    this.#stop(null);
    this.#next = next;
  }

  remove(): void {
    this.#next = 'remove';
    this.#wish = 'nothing';
    this.#retry.cancel();
    if (this.#state === 'stopped' || this.#state === 'error') this.#torrent.removed();
    else if (this.#state !== 'stopping') this.#stop(null);
  }

  sessionPaused(): void {
    this.#retry.cancel();
    this.#stop(null);
  }

  sessionResumed(): void {
    if (this.#wish !== 'nothing') this.#begin();
  }

  // --- what happens

  /** The wait after a store fault is over. */
  retry(): void {
    if (this.#state === 'error') this.#begin();
  }

  storeWorks(): void {
    this.#retry.succeeded();
  }

  /** `piece`: the one that could not be read; -1: none. */
  storeFailed(fault: StoreFault, piece: number): void {
    if (this.#state !== 'active' && this.#state !== 'checking') return;
    this.inspection.storeFailed(fault, piece);
    this.#stop(fault);
  }

  /** The trackers know that it stops, or were given up. */
  farewellSaid(): void {
    this.#closing.announce = false;
    this.#settle();
  }

  // --- inside

  #begin(): void {
    if (this.#state === 'stopping') {
      if (this.#next === 'stay') this.#next = 'begin';
      return;
    }
    if (this.#state !== 'stopped' && this.#state !== 'error') return;
    this.#next = 'stay';
    if (this.#torrent.session.paused) return;
    this.#retry.cancel();
    this.inspection.prepare();
    this.#setState('opening', null);
    const { files, pieceLength } = this.#torrent.metainfo;
    this.#store.open(files, pieceLength);
  }

  #opened(fault: StoreFault | null): void {
    if (fault !== null) {
      this.inspection.doubtAll();
      this.#failed(fault);
      return;
    }
    this.#torrent.storeOpened();
    this.inspection.begin();
  }

  #inspected(): void {
    if (this.#wish === 'check') {
      this.#torrent.checked();
      this.stop();
      return;
    }
    this.#setState('active', null);
    this.#torrent.join();
  }

  #stop(fault: StoreFault | null): void {
    switch (this.#state) {
      case 'stopped':
      case 'error':
        return;
      case 'stopping':
        if (this.#next === 'begin') this.#next = 'stay';
        return;
      default:
    }
    this.#fault = fault;
    this.#closing = { announce: this.#state === 'active', store: true };
    this.#setState('stopping', fault);
    this.inspection.close();
    this.#torrent.leave();
    this.#store.close();
  }

  /** Ends `stopping` when the trackers know and the store is closed. */
  #settle(): void {
    if (this.#state !== 'stopping' || this.#closing.announce || this.#closing.store) return;
    this.#torrent.hasLeft();
    if (this.#fault === null) this.#setState('stopped', null);
    else this.#failed(this.#fault);
    if (this.#next === 'remove') this.#torrent.removed();
    else if (this.#next === 'begin') this.#begin();
  }

  #failed(fault: StoreFault): void {
    this.#setState('error', fault);
    if (this.#wish !== 'nothing') this.#retry.failed(fault);
  }

  #setState(state: TorrentState, fault: StoreFault | null): void {
    this.#state = state;
    this.#fault = fault;
    const { id: torrent, session } = this.#torrent;
    session.turn.notify({ type: 'state-changed', torrent, state, fault });
  }
}
