/**
 * Real BitTorrent sessions under core's driver, each on a reactor of the test's choice, and a fingerprint of everything
 * that they heard and told.
 */
import { Driver, TraceHash, WireNetwork, createRandom } from '../../../src/core/index.ts';
import type { Machine, Millis, Reactor, Sink } from '../../../src/core/index.ts';
import { defaultBehaviors } from '../../../src/behaviors/index.ts';
import { mixEvent, mixInput, PeerCodec, Session } from '../../../src/protocol/index.ts';
import type {
  Command,
  PeerMessage,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../../src/protocol/index.ts';
import type { Content } from '../../support/session-world.ts';

/** A session whose inputs, with their times, and events are fingerprinted. */
class Witnessed implements Machine<SessionInput, SessionEffect> {
  readonly hash: TraceHash = new TraceHash();
  readonly #session: Session;
  inputs = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  get deadline(): Millis {
    return this.#session.deadline;
  }

  step(input: SessionInput, now: Millis, out: Sink<SessionEffect>): void {
    this.inputs++;
    this.hash.mixNumber(now);
    mixInput(this.hash, input);
    this.#session.step(input, now, out);
  }
}

/** One peer at work. */
export class Peer {
  readonly driver: Driver<PeerMessage, Command, SessionEvent>;
  readonly network: WireNetwork<PeerMessage>;
  readonly machine: Witnessed;
  complete = false;
  /** What our bug was, if any. */
  bug: unknown = null;

  /** @param seed Decides the session's chances. */
  constructor(name: string, reactor: Reactor, content: Content, has: boolean, seed: number) {
    this.machine = new Witnessed(
      new Session({
        config: {},
        behaviors: defaultBehaviors,
        random: createRandom(seed),
        peerId: new TextEncoder().encode(name.padEnd(20, '.')),
        clientName: name,
      }),
    );
    this.network = new WireNetwork(reactor, new PeerCodec({ canary: true }), { canary: true });
    const parts = {
      network: this.network,
      time: reactor,
      udp: null,
      udpAddress: { host: '0.0.0.0', port: 0 },
      store: reactor,
      http: reactor,
      resolver: reactor,
      canary: true,
    };
    const events = { push: (event: SessionEvent) => this.#hear(event) };
    this.driver = new Driver<PeerMessage, Command, SessionEvent>(this.machine, parts, events, {
      onBug: (error) => (this.bug = error),
    });
    this.network.listen({ host: '0.0.0.0', port: 6881 }, () => undefined);
    this.#command({
      type: 'add-torrent',
      torrent: 1,
      metainfo: content.metainfo,
      tiers: [],
      downloading: !has,
      seeding: true,
      existing: has ? 'check' : 'none',
      behaviors: {},
    });
    this.#command({ type: 'start-torrent', torrent: 1 });
  }

  dial(...hosts: readonly string[]): void {
    const addresses = hosts.map((host) => ({ host, port: 6881 }));
    this.#command({ type: 'add-peers', torrent: 1, addresses });
  }

  /** Inputs and events, as counts and a hash. */
  get trace(): string {
    return `${this.machine.hash.digest()}/${this.machine.inputs}`;
  }

  #hear(event: SessionEvent): void {
    mixEvent(this.machine.hash, event);
    if (event.type === 'complete') this.complete = true;
  }

  #command(command: Command): void {
    this.driver.push({ type: 'command', command });
  }
}
