/**
 * A source with its goods on a host of its own, and sinks around it, each carried by core's own driver and network.
 *
 * The drivers run in canary mode, so a reactor that relies on borrowed bytes, or keeps written ones wrongly, corrupts
 * what arrives, and the hash of the whole tells.
 */
import { Driver, WireNetwork } from '../../core/index.ts';
import type { Address, Effect, Input, Machine, StoreFile } from '../../core/index.ts';
import { pattern } from '../pattern.ts';
import type { WorldHost } from '../reactor-builder.ts';
import type { Stand } from '../stand.ts';
import { ParcelCodec } from './parcel-codec.ts';
import type { Parcel } from './parcel-codec.ts';
import { Sink } from './sink.ts';
import type { SinkCommand, SinkEvent, SinkPlan } from './sink.ts';
import { CHUNK_BYTES, Source } from './source.ts';
import type { Goods, SourceEvent } from './source.ts';

const file = (name: string, length: number): StoreFile => ({
  path: ['goods', name],
  length,
  padding: false,
});

/** 40 chunks and a part of one, over files that begin and end anywhere. */
const FILES: readonly StoreFile[] = [
  file('one', 1),
  file('none', 0),
  file('odd', 300_007),
  file('rest', 40 * CHUNK_BYTES - 300_000),
];

/** Chunks of the goods. */
export const CHUNKS = 41;

/** A machine with what carries it. */
interface Carried<C, E> {
  readonly network: WireNetwork<Parcel>;
  readonly driver: Driver<Parcel, C, E>;
}

function carry<C, E>(
  stand: Stand,
  { reactor, host }: WorldHost,
  machine: Machine<Input<Parcel, C>, Effect<Parcel, E>>,
  told: (event: E) => void,
): Carried<C, E> {
  const network = new WireNetwork(reactor, new ParcelCodec(), { canary: true });
  const driver = new Driver<Parcel, C, E>(
    machine,
    {
      network,
      time: reactor,
      udp: null,
      udpAddress: { host, port: 0 },
      store: reactor,
      http: reactor,
      resolver: reactor,
      canary: true,
    },
    { push: told },
    { onBug: (error) => stand.watch.breach(stand.law, `the driver ended: ${String(error)}`) },
  );
  return { network, driver };
}

/** A sink at work. */
export class Customer {
  readonly machine: Sink;
  held = 0;
  complete = false;
  onHeld: (held: number) => void = () => undefined;
  readonly #driver: Driver<Parcel, SinkCommand, SinkEvent>;

  constructor(stand: Stand, plan: SinkPlan) {
    this.machine = new Sink(plan);
    const { driver } = carry<SinkCommand, SinkEvent>(
      stand,
      stand.newHost(),
      this.machine,
      (event) => {
        if (event.type === 'complete') this.complete = true;
        else if (event.type === 'held') {
          this.held = event.count;
          this.onHeld(this.held);
        } else if (event.type !== 'gone') {
          const detail =
            event.type === 'failed' ? `a store answered ${event.fault}` : 'other bytes';
          stand.watch.breach(stand.law, detail);
        }
      },
    );
    this.#driver = driver;
    this.tell({ type: 'begin' });
  }

  tell(command: SinkCommand): void {
    this.#driver.push({ type: 'command', command });
  }
}

/** A source with its goods. */
export class Depot {
  readonly source: Source;
  readonly events: SourceEvent[] = [];
  readonly #stand: Stand;
  readonly #network: WireNetwork<Parcel>;
  #address: Address = { host: '', port: 0 };

  private constructor(stand: Stand, at: WorldHost, goods: Goods, closesAfterLast: boolean) {
    this.#stand = stand;
    this.source = new Source(goods, 2, closesAfterLast);
    const store = { type: 'store-open', job: 1, store: 1, files: FILES } as const;
    // The machine of a source begins with an open store; who opens it is this wrapper.
    const opening: Machine<Input<Parcel>, Effect<Parcel, SourceEvent>> = {
      deadline: Infinity,
      step: (input, now, out) => {
        if (input.type === 'timeout') out.push({ ...store, extent: CHUNK_BYTES });
        else this.source.step(input, now, out);
      },
    };
    const { network, driver } = carry<never, SourceEvent>(stand, at, opening, (event) => {
      this.events.push(event);
      if (event.type === 'failed') {
        stand.watch.breach(stand.law, `the store of the source answered ${event.fault}`);
      }
    });
    this.#network = network;
    driver.push({ type: 'timeout' });
  }

  /** Fills a store with the goods and opens for business. */
  static async open(stand: Stand, closesAfterLast = false): Promise<Depot> {
    const at = stand.newHost();
    const length = FILES.reduce((sum, each) => sum + each.length, 0);
    const store = await stand.openStore(at.reactor, FILES, CHUNK_BYTES);
    const bytes = pattern(7, length);
    for (let offset = 0; offset < length; offset += CHUNK_BYTES) {
      await store.write(offset, bytes.subarray(offset, offset + CHUNK_BYTES));
    }
    const { digest } = await store.hash(0, length, 'sha1');
    stand.require(digest !== null, 'the goods could not be hashed');
    await store.close();
    const depot = new Depot(stand, at, { length, digest }, closesAfterLast);
    depot.#address = await stand.answer<Address>(
      (done) =>
        depot.#network.listen({ host: at.host, port: 0 }, (port) =>
          done(port?.address ?? { host: '', port: 0 }),
        ),
      'the port of the source',
    );
    return depot;
  }

  /** A new sink that dials this source. */
  customer(plan: Partial<SinkPlan> = {}): Customer {
    const source = this.#address;
    return new Customer(this.#stand, { source, files: FILES, window: 8, times: 1, ...plan });
  }

  /** Waits until all of them are complete. */
  complete(...customers: readonly Customer[]): Promise<void> {
    return this.#stand.until(
      () => customers.every(({ complete }) => complete),
      `complete sinks (they hold ${customers.map(({ held }) => held).join()} of ${CHUNKS} chunks)`,
    );
  }

  /** Waits until the source has forgotten all links and reads. */
  idle(): Promise<void> {
    return this.#stand.until(() => {
      const { links, reads } = this.source.busy;
      return links + reads === 0;
    }, 'the source to be idle');
  }
}
