/**
 * The stores of one driver, by the id that the machine chose.
 *
 * Invariant: every job gets its one answer, also when there is no store to ask. A job for a store that is not open
 * (unknown, still opening, or closed) is answered `closed` at once and never kept, because its bytes are only
 * borrowed: a machine waits for the answer to its `store-open`. The one exception is `store-close`, which is
 * remembered while the store opens, so that no file stays open. Does not step the machine: answers go to a sink.
 */
import { assert } from './assert.ts';
import type { StoreEffect } from './effect.ts';
import type { StoreInput } from './input.ts';
import type { Sink } from './machine.ts';
import type { ReactorStore, Store, StoreWork } from './reactor.ts';
import type { JobId, StoreId } from './types.ts';

interface Entry {
  store: Store | null;
  dirty: boolean;
  /** The `store-close` that came before the store was open. */
  closing: StoreWork | null;
}

/** Takes the answers to work that nobody waits for any more. */
const nobody: Sink<StoreInput> = { push: () => 0 };

export class StoreTable {
  readonly #reactor: ReactorStore;
  readonly #answers: Sink<StoreInput>;
  readonly #entries = new Map<StoreId, Entry>();
  readonly #dirty: Entry[] = [];
  #closed = false;

  constructor(reactor: ReactorStore, answers: Sink<StoreInput>) {
    this.#reactor = reactor;
    this.#answers = answers;
  }

  perform(effect: StoreEffect): void {
    if (effect.type === 'store-open') {
      this.#open(effect);
      return;
    }
    const entry = this.#entries.get(effect.store);
    if (entry?.closing !== null) {
      this.#answers.push(refusal(effect));
      return;
    }
    if (entry.store === null) {
      if (effect.type === 'store-close') entry.closing = effect;
      else this.#answers.push(refusal(effect));
      return;
    }
    if (effect.type === 'store-close') this.#entries.delete(effect.store);
    if (!entry.dirty) {
      entry.dirty = true;
      this.#dirty.push(entry);
    }
    entry.store.submit(effect, this.#answers);
  }

  /** Tells every store that was given work that the turn is over. */
  flush(): void {
    // By index: a store may answer from inside `flush`, and the answer may bring more work.
    for (let i = 0; i < this.#dirty.length; i++) {
      const entry = this.#dirty[i]!;
      entry.dirty = false;
      entry.store?.flush();
    }
    this.#dirty.length = 0;
  }

  /** Closes whatever is open or about to be. Nothing is answered any more. */
  closeAll(): void {
    this.#closed = true;
    for (const [id, entry] of this.#entries) {
      if (entry.store !== null) abandon(entry.store, id);
    }
    this.#entries.clear();
    this.#dirty.length = 0;
  }

  #open(effect: Extract<StoreEffect, { type: 'store-open' }>): void {
    assert(!this.#entries.has(effect.store), 'driver: a store id was used twice');
    const entry: Entry = { store: null, dirty: false, closing: null };
    this.#entries.set(effect.store, entry);
    this.#reactor.openStore(effect.files, effect.extent, (store, fault) => {
      if (this.#closed) {
        if (store !== null) abandon(store, effect.store);
        return;
      }
      const closing = entry.closing;
      entry.store = store;
      if (store === null || closing !== null) this.#entries.delete(effect.store);
      const told = closing !== null && fault === null ? 'closed' : fault;
      this.#answers.push({ type: 'store-done', job: effect.job, fault: told });
      if (closing === null) return;
      if (store === null) this.#answers.push(refusal(closing));
      else {
        store.submit(closing, this.#answers);
        store.flush();
      }
    });
  }
}

function abandon(store: Store, id: StoreId): void {
  const job: JobId = 0;
  store.submit({ type: 'store-close', job, store: id }, nobody);
  store.flush();
}

function refusal(work: StoreWork): StoreInput {
  const { job } = work;
  switch (work.type) {
    case 'store-read':
      return { type: 'read-done', job, data: null, fault: 'closed' };
    case 'store-hash':
      return { type: 'hash-done', job, digest: null, fault: 'closed' };
    case 'store-write':
    case 'store-select':
    case 'store-sync':
    case 'store-close':
      return { type: 'store-done', job, fault: 'closed' };
  }
}
