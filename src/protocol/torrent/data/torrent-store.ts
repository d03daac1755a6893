/**
 * The store of one torrent, from each opening to its closing.
 *
 * Invariant: a store that is open is closed once, and never before the answer to its opening; whoever closes it earlier is
 * heard then. Reads and writes nothing.
 */
import type { MetainfoFile } from '../../metainfo/types.ts';
import type { StoreFault, StoreId } from '../../../core/index.ts';
import type { JobAnswer, Turn } from '../../session/turn.ts';

export interface StoreUser {
  /** It is open; `fault`: it could not be opened. Not told once it is being closed. */
  storeOpened(fault: StoreFault | null): void;
  storeClosed(): void;
}

export class TorrentStore {
  readonly #turn: Turn;
  readonly #user: StoreUser;
  #state: 'idle' | 'opening' | 'closing' = 'idle';
  /** The one that is open now, or was last. */
  id: StoreId = 0;

  constructor(turn: Turn, user: StoreUser) {
    this.#turn = turn;
    this.#user = user;
  }

  /** @param extent Bytes that belong together: a piece. */
  open(files: readonly MetainfoFile[], extent: number): void {
    this.#state = 'opening';
    this.id = this.#turn.newStore();
    const job = this.#turn.newJob({ jobDone: (answer) => this.#opened(answer) });
    this.#turn.out.push({ type: 'store-open', job, store: this.id, files, extent });
  }

  close(): void {
    if (this.#state === 'opening') this.#state = 'closing';
    else this.#close();
  }

  #opened(answer: JobAnswer): void {
    const closes = this.#state === 'closing';
    this.#state = 'idle';
    if (closes) this.#close();
    else this.#user.storeOpened(answer.type === 'store-done' ? answer.fault : 'io');
  }

  #close(): void {
    const job = this.#turn.newJob({ jobDone: () => this.#user.storeClosed() });
    this.#turn.out.push({ type: 'store-close', job, store: this.id });
  }
}
