/**
 * Lets the torrents of one machine live in different folders: a store effect knows paths, not torrents, so the client
 * puts a route (one path element, `:1`, `:2`, ...) in front of every path, and this store takes it off again and opens
 * the rest under the folder that the route stands for. A route can be held, and lead to another folder afterwards.
 *
 * Invariant: every file of one store has the same route. The machine sees routes as any other path element, so a
 * recorded session does not contain the folders of the person who recorded it.
 */
import type { ReactorStore, Store, StoreFault, StoreFile, StoreInput } from '../../core/index.ts';
import { storeError } from '../errors.ts';
import { StoreGate } from './store-gate.ts';

/** Makes the store of one folder. */
export type StoreAt = (root: string) => ReactorStore;

type Ready = (store: Store | null, fault: StoreFault | null) => void;
type Open = (ready: Ready) => void;

/** A route whose files are about to be moved: nothing changes them until `release`. */
export interface RouteHold {
  /** Resolves when all that was asked before is in the files, with why it is not. */
  written(): Promise<StoreFault | null>;
  /** Resolves when no file is open. */
  shut(): Promise<void>;
  /** The files are under `root` now. What waited goes on there. */
  release(root: string): void;
}

interface Route {
  root: string;
  /** What was opened last; it may be closed. */
  gate: StoreGate | null;
  /** How it is opened. */
  open: Open | null;
  opening: Promise<void> | null;
  /** Openings that wait; null: it is not held. */
  held: (() => void)[] | null;
}

export class RoutingStore implements ReactorStore {
  readonly #storeAt: StoreAt;
  readonly #routes = new Map<string, Route>();
  #next = 1;
  #nextJob = 1;

  constructor(storeAt: StoreAt) {
    this.#storeAt = storeAt;
  }

  /** A route to `root`: the path element to put in front. It is taken off by its place, so a torrent may contain the same. */
  route(root: string): string {
    const route = `:${this.#next++}`;
    this.#routes.set(route, { root, gate: null, open: null, opening: null, held: null });
    return route;
  }

  forget(route: string): void {
    this.#routes.delete(route);
  }

  /**
   * Reads for the application, past the machine: its inputs, and so its traces, stay free of it. Rejects with the
   * store's fault as an error with a code; `where` is for people.
   */
  read(route: string, offset: number, length: number, where: string): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const store = this.#routes.get(route)?.gate ?? null;
      if (store === null) {
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

  /** Null: it is forgotten. A route is held once at a time. */
  hold(name: string): RouteHold | null {
    const route = this.#routes.get(name);
    if (route === undefined) return null;
    route.held = [];
    route.gate?.hold();
    let shut = false;
    return {
      written: async () => {
        await route.opening;
        return route.gate?.written() ?? null;
      },
      shut: async () => {
        shut = true;
        await route.gate?.shut();
      },
      release: (root) => {
        route.root = root;
        const { gate, open } = route;
        const waited = route.held ?? [];
        route.held = null;
        if (gate === null || gate.closed || !shut) gate?.release();
        else open?.((store, fault) => gate.put(store, fault));
        for (const again of waited) again();
      },
    };
  }

  openStore(files: readonly StoreFile[], extent: number, ready: Ready): void {
    const name = files.find((file) => !file.padding)?.path[0] ?? files[0]?.path[0];
    const route = name === undefined ? undefined : this.#routes.get(name);
    if (route === undefined) {
      ready(null, 'missing');
      return;
    }
    const stripped = files.map((file) => ({ ...file, path: file.path.slice(1) }));
    route.open = (opened) => this.#storeAt(route.root).openStore(stripped, extent, opened);
    if (route.held === null) openRoute(route, ready);
    else route.held.push(() => openRoute(route, ready));
  }
}

function openRoute(route: Route, ready: Ready): void {
  route.opening = new Promise((resolve) => {
    route.open?.((store, fault) => {
      route.opening = null;
      if (store === null) ready(null, fault);
      else {
        route.gate = new StoreGate(store);
        if (route.held !== null) route.gate.hold();
        ready(route.gate, fault);
      }
      resolve();
    });
  });
}
