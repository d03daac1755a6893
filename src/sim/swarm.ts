/**
 * One simulated swarm: a world, its peers, its tracker, and the clock that drives them.
 *
 * Builds everything that a scenario names, carries out what is to happen at a moment, and knows who is there and who is
 * done. What goes wrong in between is `Nemesis`' affair, whether it was right the judges'. All randomness is forked by
 * name from the run's seed value, so that a change of one peer leaves the draws of the others as they were.
 */
import { TraceHash, createRandom } from '../core/index.ts';
import type { Millis, Random, Reactor } from '../core/index.ts';
import type { Behaviors, SessionEvent } from '../protocol/index.ts';
import { MemoryWorld } from '../reactors/memory/index.ts';
import type { Faults, Host, HostOptions, MemoryReactor } from '../reactors/memory/index.ts';
import { createContent } from './content.ts';
import type { Content } from './content.ts';
import type { Judge, JudgedRun } from './judge.ts';
import type { RunHashes } from './observed-session.ts';
import type { Scenario } from './scenario.ts';
import { SimPeer, createDisk } from './sim-peer.ts';
import type { PeerMeans } from './sim-peer.ts';
import { SimTracker } from './sim-tracker.ts';

export interface SwarmOptions {
  readonly seed: number;
  readonly judge: Judge | null;
  readonly faults: Faults | null;
  /** Null: no hash is kept, which is a little faster. */
  readonly hashes: RunHashes | null;
  readonly carry: (reactor: MemoryReactor) => Reactor;
  /** Hears what honest peers tell. */
  readonly heard: (peer: SimPeer, event: SessionEvent) => void;
  /** Strategies that no name stands for, by the number of the peer, over those of its plan. Default: none. */
  readonly behaviors?: (peer: number) => Partial<Behaviors>;
  /** Half of a one-way delay each, by the number of the peer. Default: drawn from the scenario's `latency`. */
  readonly delay?: (peer: number) => Millis;
  /** The address of each, by its number. Default: `addressOf`, 256 of them in each network of 24 bits. */
  readonly address?: (peer: number) => string;
}

/** Fresh hashes for a run. */
export function runHashes(): RunHashes {
  return { trace: new TraceHash(), events: new TraceHash() };
}

export class SimulatedSwarm {
  readonly scenario: Scenario;
  readonly world: MemoryWorld;
  readonly content: Content;
  readonly peers: readonly SimPeer[];
  readonly tracker: SimTracker | null;
  readonly random: Random;
  readonly means: PeerMeans;
  /** Peers that were started, in the order of their first start. */
  readonly #arrived: SimPeer[] = [];
  readonly #delays: number[] = [];
  readonly #honest = new Set<string>();
  readonly #judged: JudgedRun & { finishBy: Millis };
  #error: Error | null = null;

  constructor(scenario: Scenario, options: SwarmOptions) {
    const { seed } = options;
    const random = createRandom(seed);
    this.scenario = scenario;
    this.random = random;
    this.content = createContent({
      seed,
      ...scenario.content,
      tiers:
        scenario.introduction.type === 'tracker'
          ? SimTracker.tiers(scenario.introduction.transport)
          : [],
    });
    const { least, most } = scenario.latency;
    const spread = random.fork('latency');
    this.world = new MemoryWorld({
      faults: options.faults,
      latency: (from, to) => this.#delay(from) + this.#delay(to),
    });
    this.means = {
      fidelity: scenario.fidelity,
      content: this.content,
      random,
      hashes: options.hashes,
      judge: options.judge,
      carry: options.carry,
      broken: (error) => this.#break(error),
      saves: scenario.faults.faults.some(({ kind }) => kind === 'crash' || kind === 'crash-at'),
      behaviors: options.behaviors ?? null,
      heard: options.heard,
    };
    const peers: SimPeer[] = [];
    for (const [index, plan] of scenario.peers.entries()) {
      const drawn = (least * 500 + spread.below(Math.round((most - least) * 500) + 1)) / 1000;
      this.#delays.push(options.delay?.(index) ?? drawn);
      let made: ReturnType<typeof createDisk> | null = null;
      const host = this.world.addHost({
        host: (options.address ?? addressOf)(index),
        up: plan.up ?? Infinity,
        down: plan.down ?? Infinity,
        reachable: plan.reachable,
        chop: scenario.fidelity === 'bytes' ? random.fork(`chop ${index}`) : null,
        disk: (time, number, clock) => {
          made = createDisk(this.means, {
            time,
            host: number,
            faults: options.faults,
            reorder: null,
            clock,
          });
          return made;
        },
      });
      this.#honest.add(host.host);
      peers.push(new SimPeer(index, plan, host, made!, this.means));
    }
    this.peers = peers;
    this.tracker =
      scenario.introduction.type === 'tracker'
        ? new SimTracker(this.world, scenario.introduction.interval, random.fork('tracker'))
        : null;
    const { metainfo } = this.content;
    this.#judged = {
      pieceCount: metainfo.pieceCount,
      pieceLength: metainfo.pieceLength,
      length: metainfo.length,
      private: metainfo.private,
      peers: this.#arrived,
      finishBy: Infinity,
      honestAddress: (host) => this.#honest.has(host),
    };
    for (const peer of peers) this.at(peer.plan.arrives, () => this.arrive(peer));
  }

  /** Bytes. */
  get length(): number {
    return this.content.metainfo.length;
  }

  /** The run as judges see it: of the peers, those that have come. */
  get judged(): JudgedRun {
    return this.#judged;
  }

  /** When everybody who can finish must have finished (I-36). */
  set finishBy(time: Millis) {
    this.#judged.finishBy = time;
  }

  // --- life

  get now(): Millis {
    return this.world.now;
  }

  /** What ended the run: a bug of ours or a broken law; null: nothing did. */
  get error(): Error | null {
    return this.#error;
  }

  /** Calls at a moment of the run, in milliseconds from its begin. */
  at(time: Millis, call: () => void): void {
    const { clock } = this.world;
    clock.at(Math.max(Math.round(time * 1000), clock.now), { due: call }, 0, 0);
  }

  /** A further host, for who is no peer of the scenario. */
  addHost(name: number, disk: NonNullable<HostOptions['disk']>): Host {
    return this.world.addHost({ host: `10.250.${name >> 8}.${name & 255}`, disk });
  }

  /** The peer comes (again), and is told of others where nobody else tells it. */
  arrive(peer: SimPeer): void {
    if (peer.alive || peer.gone || this.#error !== null) return;
    peer.start(this.now);
    this.introduce(peer);
    if (peer.lives === 1) this.#arrived.push(peer);
  }

  /** Tells a peer of others, where nobody else does. */
  introduce(peer: SimPeer): void {
    const { introduction } = this.scenario;
    if (introduction.type !== 'given') return;
    const random = this.random.fork(`friends of ${peer.index}, life ${peer.lives}`);
    const addresses = this.#friends(peer, introduction.degree, random).map((each) => each.address);
    if (addresses.length === 0) return;
    peer.command({ type: 'add-peers', torrent: peer.torrent, addresses });
  }

  /** Lets the run go on until `until`, or until it ended badly. Returns whether anything happened. */
  runUntil(until: Millis): boolean {
    const { clock } = this.world;
    return clock.runUntil(Math.round(until * 1000)) > 0;
  }

  /** Peers that came before, by chance, and always the first one. */
  #friends(peer: SimPeer, degree: number, random: Random): SimPeer[] {
    const known = this.#arrived;
    if (known.length <= degree) return known.filter((each) => each !== peer);
    const chosen = new Set<SimPeer>([known[0]!]);
    while (chosen.size < degree) chosen.add(known[random.below(known.length)]!);
    chosen.delete(peer);
    return [...chosen];
  }

  #delay(host: number): Millis {
    return this.#delays[host] ?? this.scenario.latency.least / 2;
  }

  #break(error: unknown): void {
    this.#error ??= error instanceof Error ? error : new Error(String(error));
    this.world.clock.stop();
  }
}

/** The address of a peer by its number. */
export function addressOf(index: number): string {
  return `10.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
}
