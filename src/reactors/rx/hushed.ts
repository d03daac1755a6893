/**
 * Capabilities that belong to somebody else, used by a reactor that may stop before they do.
 *
 * Invariant: after `stop` none of them is heard, and every datagram port that was opened through here is closed. Stores
 * are closed by whoever opened them. An answer costs one look at a flag; nothing is put off.
 */
import type {
  DatagramPort,
  ReactorHTTP,
  ReactorResolver,
  ReactorStore,
  ReactorUDP,
  Sink,
  Store,
  StoreInput,
  StoreWork,
} from '../../core/index.ts';

/** Whether the reactor still lives. */
interface Life {
  stopped: boolean;
}

/** Passes answers on while the reactor lives. */
class HushedStore implements Store {
  readonly #inner: Store;
  readonly #life: Life;
  /** A driver gives the same sink with every job: the last one is kept. */
  #sink: Sink<StoreInput> | null = null;
  #hushed: Sink<StoreInput> | null = null;

  constructor(inner: Store, life: Life) {
    this.#inner = inner;
    this.#life = life;
  }

  submit(work: StoreWork, done: Sink<StoreInput>): void {
    if (this.#hushed === null || this.#sink !== done) {
      this.#sink = done;
      this.#hushed = {
        push: (answer) => {
          if (!this.#life.stopped) done.push(answer);
        },
      };
    }
    this.#inner.submit(work, this.#hushed);
  }

  flush(): void {
    this.#inner.flush();
  }
}

/** Wraps what a reactor was given, until it stops. */
export class Hushed {
  readonly #life: Life = { stopped: false };
  readonly #ports = new Set<DatagramPort>();

  stop(): void {
    this.#life.stopped = true;
    for (const port of this.#ports) port.stopListening();
    this.#ports.clear();
  }

  udp(inner: ReactorUDP): ReactorUDP {
    const life = this.#life;
    return {
      listenUDP: (address, received, ready) => {
        if (life.stopped) return;
        inner.listenUDP(
          address,
          (from, data) => {
            if (!life.stopped) received(from, data);
          },
          (port, fault) => {
            if (life.stopped) port?.stopListening();
            else ready(port === null ? null : this.#own(port), fault);
          },
        );
      },
    };
  }

  store(inner: ReactorStore): ReactorStore {
    const life = this.#life;
    return {
      openStore: (files, extent, ready) => {
        if (life.stopped) return;
        inner.openStore(files, extent, (store, fault) => {
          if (!life.stopped) ready(store === null ? null : new HushedStore(store, life), fault);
          else if (store !== null) abandon(store);
        });
      },
    };
  }

  http(inner: ReactorHTTP): ReactorHTTP {
    const life = this.#life;
    return {
      request: (request, done) => {
        if (life.stopped) return;
        inner.request(request, (reply, fault) => {
          if (!life.stopped) done(reply, fault);
        });
      },
    };
  }

  resolver(inner: ReactorResolver): ReactorResolver {
    const life = this.#life;
    return {
      resolve: (host, done) => {
        if (life.stopped) return;
        inner.resolve(host, (hosts, fault) => {
          if (!life.stopped) done(hosts, fault);
        });
      },
    };
  }

  #own(port: DatagramPort): DatagramPort {
    this.#ports.add(port);
    return {
      address: port.address,
      send: (to, data) => port.send(to, data),
      stopListening: () => {
        if (this.#ports.delete(port)) port.stopListening();
      },
    };
  }
}

/** It opened too late for anybody to want it. */
function abandon(store: Store): void {
  store.submit({ type: 'store-close', job: 0, store: 0 }, { push: () => undefined });
  store.flush();
}
