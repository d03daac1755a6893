/**
 * Lets the torrents of one machine live in different folders: a store effect knows paths, not torrents, so the client
 * puts a route (one path element, `:1`, `:2`, ...) in front of every path, and this store takes it off again and opens
 * the rest under the folder that the route stands for.
 *
 * Invariant: every file of one store has the same route. The machine sees routes as any other path element, so a
 * recorded session does not contain the folders of the person who recorded it.
 */
import type { ReactorStore, Store, StoreFault, StoreFile, StoreInput } from '../core/index.ts';
import { storeError } from './errors.ts';

/** Makes the store of one folder. */
export type StoreAt = (root: string) => ReactorStore;

export class RoutingStore implements ReactorStore {
  readonly #storeAt: StoreAt;
  readonly #roots = new Map<string, string>();
  /** What was opened last, by route; it may be closed. */
  readonly #stores = new Map<string, Store>();
  #next = 1;
  #nextJob = 1;

  constructor(storeAt: StoreAt) {
    this.#storeAt = storeAt;
  }

  /** A route to `root`: the path element to put in front. It is taken off by its place, so a torrent may contain the same. */
  route(root: string): string {
    const route = `:${this.#next++}`;
    this.#roots.set(route, root);
    return route;
  }

  forget(route: string): void {
    this.#roots.delete(route);
    this.#stores.delete(route);
  }

  /**
   * Reads for the application, past the machine: its inputs, and so its traces, stay free of it. Rejects with the
   * store's fault as an error with a code; `where` is for people.
   */
  read(route: string, offset: number, length: number, where: string): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const store = this.#stores.get(route);
      if (store === undefined) {
        reject(storeError('closed', where));
        return;
      }
      const answers = {
        push: (answer: StoreInput): void => {
          if (answer.type === 'read-done' && answer.data !== null) resolve(answer.data);
          else reject(storeError(answer.fault ?? 'io', where));
        },
      };
      // Job ids matter to who gets the answer alone.
      store.submit({ type: 'store-read', job: this.#nextJob++, store: 0, offset, length }, answers);
      store.flush();
    });
  }

  openStore(
    files: readonly StoreFile[],
    extent: number,
    ready: (store: Store | null, fault: StoreFault | null) => void,
  ): void {
    const route = files.find((file) => !file.padding)?.path[0] ?? files[0]?.path[0];
    const root = route === undefined ? undefined : this.#roots.get(route);
    if (root === undefined) {
      ready(null, 'missing');
      return;
    }
    const opened = (store: Store | null, fault: StoreFault | null): void => {
      if (store !== null && route !== undefined) this.#stores.set(route, store);
      ready(store, fault);
    };
    const stripped = files.map((file) => ({ ...file, path: file.path.slice(1) }));
    this.#storeAt(root).openStore(stripped, extent, opened);
  }
}
