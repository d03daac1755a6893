/**
 * Which files of a torrent are wanted, and whether its store knows.
 *
 * A store that was not told anything makes every file, so a torrent of which all is wanted asks nothing of it.
 * Invariant: what an open store was told last is what is wanted, from the moment that `tell` returns. Knows nothing of
 * pieces: a piece may be wanted although one of its files is not.
 */
import { assert, copyOf } from '../../../core/index.ts';
import type { StoreFault, StoreId } from '../../../core/index.ts';
import type { Holdings } from '../context.ts';
import type { JobAnswer } from '../../session/turn.ts';

export class SelectedFiles {
  readonly #torrent: Pick<Holdings, 'metainfo' | 'session' | 'store'>;
  readonly #failed: (fault: StoreFault) => void;
  /** One byte per file; null: all are wanted. */
  #wanted: Uint8Array | null = null;
  /** The store that was told something, and what. */
  #told: StoreId = 0;
  #toldWanted: Uint8Array | null = null;

  /** `failed`: the store that is open could not do as it was told. */
  constructor(
    torrent: Pick<Holdings, 'metainfo' | 'session' | 'store'>,
    failed: (fault: StoreFault) => void,
  ) {
    this.#torrent = torrent;
    this.#failed = failed;
  }

  /** Keeps a copy. */
  choose(wanted: Uint8Array | null): void {
    const { files } = this.#torrent.metainfo;
    assert(wanted === null || wanted.length === files.length, 'torrent: one byte per file');
    this.#wanted = wanted === null || wanted.every((each) => each > 0) ? null : copyOf(wanted);
  }

  /** Tells the store, which is open, where it does not know. */
  tell(store: StoreId): void {
    const known = this.#told === store ? this.#toldWanted : null;
    const wanted = this.#wanted;
    if (sameBytes(known, wanted)) return;
    this.#told = store;
    this.#toldWanted = wanted;
    const { turn } = this.#torrent.session;
    turn.out.push({
      type: 'store-select',
      job: turn.newJob({ jobDone: (answer) => this.#answered(store, answer) }),
      store,
      wanted: wanted ?? new Uint8Array(this.#torrent.metainfo.files.length).fill(1),
    });
  }

  #answered(store: StoreId, answer: JobAnswer): void {
    if (answer.type !== 'store-done' || answer.fault === null) return;
    if (store === this.#torrent.store) this.#failed(answer.fault);
  }
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
