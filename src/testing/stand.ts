/**
 * Where one scenario acts: watched hosts of a fresh world, waiting without a clock, and complaints in the law's name.
 *
 * Invariant: nothing here compares durations. `until` lets things happen until a condition holds; a breach that was
 * noted meanwhile is thrown first, since it is the likelier cause of whatever else went wrong.
 */
import type {
  Address,
  ListenFault,
  ListeningPort,
  Protocol,
  Reactor,
  StoreFile,
} from '../core/index.ts';
import { LawBroken } from './law-broken.ts';
import type { LawName } from './law-name.ts';
import type { ReactorWorld, WorldHost } from './reactor-builder.ts';
import { Recorder } from './recorder.ts';
import { StoreUser } from './store-user.ts';
import { Watch } from './watch.ts';
import { watchReactor } from './watch-reactor.ts';

/** Turns that are given to what should not happen. */
const CALM_TURNS = 200;

/** A connection between two hosts: `near` dialled, `far` accepted. */
export interface Pair {
  readonly dialler: WorldHost;
  readonly listener: WorldHost;
  readonly near: Recorder;
  readonly far: Recorder;
  readonly port: ListeningPort;
}

/** What a scenario has to act with. */
export class Stand {
  readonly law: LawName;
  readonly world: ReactorWorld;
  readonly watch: Watch;

  constructor(law: LawName, world: ReactorWorld) {
    this.law = law;
    this.world = world;
    this.watch = new Watch(law);
  }

  /** A new host, its reactor under watch. */
  newHost(): WorldHost {
    const { reactor, host } = this.world.newHost();
    return { reactor: watchReactor(reactor, this.watch), host };
  }

  /** Breaks the law unless `condition` holds. */
  require(condition: boolean, detail: string): asserts condition {
    if (condition) return;
    this.watch.verify();
    throw new LawBroken(this.law, detail);
  }

  /** Compares plain data by its JSON. */
  equal(actual: unknown, expected: unknown, what: string): void {
    const [was, should] = [JSON.stringify(actual), JSON.stringify(expected)];
    this.require(was === should, `${what}: ${was} instead of ${should}`);
  }

  /** Lets things happen until `holds`. */
  async until(holds: () => boolean, what: string): Promise<void> {
    for (;;) {
      this.watch.verify();
      if (holds()) return;
      const more = await this.world.turn();
      if (!more && !holds()) this.require(false, `in vain waited for ${what}`);
    }
  }

  /** Waits for the result of `ask`, which hands it to `done`. */
  async answer<T>(ask: (done: (result: T) => void) => void, what: string): Promise<T> {
    const results: T[] = [];
    ask((result) => results.push(result));
    await this.until(() => results.length > 0, what);
    return results[0]!;
  }

  /** Gives what should not happen the time to happen. */
  async calm(): Promise<void> {
    for (let i = 0; i < CALM_TURNS && (await this.world.turn()); i++) this.watch.verify();
    this.watch.verify();
  }

  /** What `listenTCP` reports. */
  listenTCP(
    { reactor }: WorldHost,
    address: Address,
    factory: (from: Address) => Protocol | null,
  ): Promise<readonly [ListeningPort | null, ListenFault | null]> {
    return this.answer(
      (done) => reactor.listenTCP(address, factory, (port, fault) => done([port, fault])),
      'the report of listenTCP',
    );
  }

  /** Opens a free port. */
  async listen(at: WorldHost, factory: (from: Address) => Protocol | null): Promise<ListeningPort> {
    const [port, fault] = await this.listenTCP(at, { host: at.host, port: 0 }, factory);
    this.require(port !== null, `a free port could not be opened: ${fault?.detail ?? 'no fault'}`);
    return port;
  }

  /** Connects two new hosts. The recorders may be prepared. */
  async pair(near: Recorder = new Recorder(), far: Recorder = new Recorder()): Promise<Pair> {
    const [dialler, listener] = [this.newHost(), this.newHost()];
    const port = await this.listen(listener, () => far);
    dialler.reactor.connectTCP(port.address, near);
    await this.until(() => near.made && far.made, 'connectionMade at both ends');
    return { dialler, listener, near, far, port };
  }

  /** The address of a host where nobody listens. */
  async deadAddress(at: WorldHost): Promise<Address> {
    const port = await this.listen(at, () => null);
    port.stopListening();
    await this.calm();
    return port.address;
  }

  /** Opens a store. */
  async openStore(
    reactor: Reactor,
    files: readonly StoreFile[],
    extent: number,
  ): Promise<StoreUser> {
    const store = await this.answer<StoreUser | null>(
      (done) =>
        reactor.openStore(files, extent, (opened) =>
          done(
            opened === null
              ? null
              : new StoreUser((holds, what) => this.until(holds, what), opened),
          ),
        ),
      'the store to open',
    );
    this.require(store !== null, 'a store did not open');
    return store;
  }
}
