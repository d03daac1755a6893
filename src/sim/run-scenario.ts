/**
 * Runs one scenario from one seed value, and says what came of it.
 *
 * Two phases: while faults are injected nothing may break a law (safety); afterwards whoever stopped for its store is
 * started again, as its user would, and everybody who can finish must finish in time (liveness, I-36). Then all say good-bye, and nothing may be left behind. The result holds all that a
 * reader needs to run it again. The run ends at the first broken law.
 */
import type { Millis, Reactor } from '../core/index.ts';
import type { SessionEvent } from '../protocol/index.ts';
import type { MemoryReactor } from '../reactors/memory/index.ts';
import { rxReactorOver } from '../reactors/rx/index.ts';
import { compileFaults, missedFaults } from './faults/index.ts';
import type { CompiledFaults } from './faults/index.ts';
import { Violation } from './judge.ts';
import { Panel, allJudges, livenessBound } from './laws/index.ts';
import type { LawOptions } from './laws/index.ts';
import { Nemesis } from './nemesis.ts';
import { Recruits } from './recruits.ts';
import type { PeerPlan, Scenario } from './scenario.ts';
import type { SimPeer } from './sim-peer.ts';
import { SimulatedSwarm, runHashes } from './swarm.ts';

/** How long anybody waits at most before trying again: a tracker's patience, a dial's rest. */
const waitMax: Millis = 30 * 60_000;
/** How long good-byes may take. */
const farewellMax: Millis = 60_000;

export interface RunOptions {
  readonly seed: number;
  /** Judge every step. Default: true. */
  readonly judged?: boolean;
  /** Hears what is reached now and then. */
  readonly reached?: (what: string) => void;
  /** Hears of every virtual second. */
  readonly progress?: (now: Millis) => void;
  /** Events of the world after which the run is taken to spin (I-37). Default: no limit. */
  readonly eventsMax?: number;
}

export interface RunResult {
  readonly seed: number;
  readonly scenario: Scenario;
  /** Null: all went well. */
  readonly failure: RunFailure | null;
  /** Over every input and event of every honest peer. */
  readonly traceHash: string;
  /** Over every event: without faults the same in both fidelities. */
  readonly eventHash: string;
  /** Virtual milliseconds, the good-byes included. */
  readonly time: Millis;
  /** Where the safety phase ends: the last fault is over and the last peer has come. */
  readonly calm: Millis;
  /** When everybody was done; null: the run ended before. */
  readonly done: Millis | null;
  /** Honest peers that have everything, of those that came. */
  readonly complete: number;
  readonly came: number;
  /** Mean and last time from arrival to completion, of those that lacked something; null: nobody did. */
  readonly meanTime: Millis | null;
  readonly lastTime: Millis | null;
  /** Events of the world, and inputs of honest machines. */
  readonly events: number;
  readonly steps: number;
  /** What was injected, and how often. */
  readonly injected: Readonly<Record<string, number>>;
  /** How often each law was judged. */
  readonly judged: Readonly<Record<string, number>>;
}

export interface RunFailure {
  /** `I-08`, `bug`, or `faults` where a plan injected nothing of what it promised. */
  readonly law: string;
  readonly peer: number | null;
  readonly at: Millis;
  readonly detail: string;
  /** Where our code threw; null where a law was broken. */
  readonly stack: string | null;
}

export function runScenario(scenario: Scenario, options: RunOptions): RunResult {
  return new Run(scenario, options).result();
}

class Run {
  readonly #scenario: Scenario;
  readonly #options: RunOptions;
  readonly #hashes = runHashes();
  readonly #panel: Panel | null;
  readonly #compiled: CompiledFaults;
  readonly #swarm: SimulatedSwarm;
  readonly #recruits: Recruits;
  #done: Millis | null = null;

  constructor(scenario: Scenario, options: RunOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#panel =
      (options.judged ?? true) ? new Panel(allJudges(lawsFor(scenario, options))) : null;
    let nemesis: Nemesis | null = null;
    this.#compiled = compileFaults(scenario.faults, {
      peers: scenario.peers.length,
      seed: options.seed,
      now: () => this.#swarm.now,
      spared: scenario.peers.flatMap((peer, index) => (peer.holds === 'all' ? [index] : [])),
      trigger: (event) => this.#swarm.at(event.at, () => nemesis?.carryOut(event)),
    });
    this.#swarm = new SimulatedSwarm(scenario, {
      seed: options.seed,
      judge: this.#panel,
      faults: scenario.faults.faults.length === 0 ? null : this.#compiled.faults,
      hashes: this.#hashes,
      carry:
        scenario.reactor === 'rx'
          ? (reactor: MemoryReactor): Reactor => rxReactorOver(reactor)
          : plain,
      heard: (peer, event) => this.#heard(peer, event),
    });
    nemesis = new Nemesis(this.#swarm, this.#compiled);
    this.#recruits = new Recruits(this.#swarm, this.#compiled);
  }

  result(): RunResult {
    let failure: RunFailure | null = null;
    try {
      this.#run();
      this.#recruits.count();
      const missed = missedFaults(this.#scenario.faults, this.#compiled.injected);
      if (missed.length > 0) failure = this.#fail('faults', `never injected: ${missed.join(', ')}`);
    } catch (error) {
      failure = this.#failureOf(error);
    }
    const swarm = this.#swarm;
    const came = swarm.peers.filter((peer) => peer.lives > 0);
    const times = came
      .filter((peer) => peer.plan.holds !== 'all' && peer.completedAt !== null)
      .map((peer) => peer.completedAt! - peer.plan.arrives);
    return {
      seed: this.#options.seed,
      scenario: this.#scenario,
      failure,
      traceHash: this.#hashes.trace.digest(),
      eventHash: this.#hashes.events.digest(),
      time: swarm.now,
      calm: this.#calm(),
      done: this.#done,
      complete: came.filter((peer) => peer.completedAt !== null).length,
      came: came.length,
      meanTime:
        times.length === 0 ? null : times.reduce((sum, each) => sum + each, 0) / times.length,
      lastTime: times.length === 0 ? null : Math.max(...times),
      events: swarm.world.clock.events,
      steps: swarm.peers.reduce((sum, peer) => sum + peer.steps, 0),
      injected: Object.fromEntries(this.#compiled.injected),
      judged: Object.fromEntries(this.#panel?.judged ?? []),
    };
  }

  #run(): void {
    const swarm = this.#swarm;
    const calm = this.#calm();
    const deadline = calm + (this.#scenario.patience ?? this.#bound());
    swarm.finishBy = deadline;
    this.#tick();
    let helped = false;
    for (let until = 1000; ; until += 1000) {
      this.#runUntil(until);
      this.#options.progress?.(swarm.now);
      if (swarm.now >= calm && !helped) {
        helped = true;
        for (const peer of swarm.peers) peer.startAgain();
      }
      if (swarm.now >= calm && this.#allDone()) {
        this.#done = swarm.now;
        break;
      }
      if (until > deadline + 2000) break;
    }
    this.#farewell();
    this.#panel?.end(swarm.judged, swarm.now);
  }

  /** Goes on until then; throws what ended the run, and where it makes no end. */
  #runUntil(until: Millis): void {
    const swarm = this.#swarm;
    const { clock } = swarm.world;
    const { eventsMax = Infinity } = this.#options;
    const due = Math.round(until * 1000);
    while (swarm.error === null && clock.step(due)) {
      if (clock.events <= eventsMax) continue;
      throw new Violation('I-37', null, swarm.now, `spin: more than ${eventsMax} events`);
    }
    if (swarm.error !== null) throw swarm.error;
    swarm.runUntil(until);
  }

  #calm(): Millis {
    const { faults, peers } = this.#scenario;
    return peers.reduce((last, peer) => Math.max(last, peer.arrives), faults.until);
  }

  /** Everybody who came has everything, or has gone. */
  #allDone(): boolean {
    return this.#swarm.peers.every((peer) => peer.gone || (peer.alive && peer.complete));
  }

  /** All leave in good order; whoever is not done after a while is cut off. */
  #farewell(): void {
    const swarm = this.#swarm;
    for (const peer of swarm.peers) peer.leave();
    const end = swarm.now + farewellMax;
    while (swarm.now < end && swarm.peers.some((peer) => peer.alive)) {
      this.#runUntil(swarm.now + 1000);
    }
    for (const peer of swarm.peers) {
      if (peer.alive) throw new Violation('I-24', peer.index, swarm.now, 'it cannot say good-bye');
    }
    for (const { host } of swarm.peers) {
      const left = host.ends.size + host.time.pending + host.ports.size + host.datagramPorts.size;
      if (left > 0) throw new Violation('I-24', host.index, swarm.now, `${left} handles left open`);
    }
  }

  /** The judges look around once per second, as long as the run lasts. */
  #tick(): void {
    const swarm = this.#swarm;
    if (this.#panel === null) return;
    const look = (): void => {
      if (swarm.error !== null) return;
      try {
        this.#panel?.second(swarm.judged, swarm.now);
      } catch (error) {
        swarm.means.broken(error);
      }
      swarm.at(swarm.now + 1000, look);
    };
    swarm.at(1000, look);
  }

  #heard(peer: SimPeer, event: SessionEvent): void {
    const swarm = this.#swarm;
    if (event.type === 'complete') {
      peer.completedAt ??= swarm.now;
      const { leavesAfter } = peer.plan;
      if (leavesAfter !== null && !peer.departing) {
        peer.departing = true;
        swarm.at(swarm.now + leavesAfter, () => {
          peer.gone = true;
          peer.leave();
        });
      }
    } else if (event.type === 'closed') {
      swarm.at(swarm.now, () => peer.end(false, false, swarm.now));
    }
  }

  #bound(): Millis {
    const { peers } = this.#scenario;
    const least = (...rates: (number | null | undefined)[]): number =>
      Math.min(...rates.map((each) => each ?? 1e9));
    const up = ({ up: link, limits }: PeerPlan): number =>
      least(link, limits?.session.upload, limits?.torrent.upload);
    const down = ({ down: link, limits }: PeerPlan): number =>
      least(link, limits?.session.download, limits?.torrent.download);
    const holders = peers.filter((peer) => peer.holds === 'all');
    return livenessBound({
      length: this.#swarm.length,
      leeches: peers.length - holders.length,
      holdersUpload: holders.reduce((sum, peer) => sum + up(peer), 0),
      totalUpload: peers.reduce((sum, peer) => sum + up(peer), 0),
      slowestDownload: Math.min(...peers.map(down)),
      waitMax,
    });
  }

  #failureOf(error: unknown): RunFailure {
    if (error instanceof Violation) {
      const { law, peer, at } = error;
      return { law, peer, at, detail: error.message, stack: null };
    }
    const stack = error instanceof Error ? (error.stack ?? null) : null;
    return { ...this.#fail('bug', error instanceof Error ? error.message : String(error)), stack };
  }

  #fail(law: string, detail: string): RunFailure {
    return { law, peer: null, at: this.#swarm.now, detail, stack: null };
  }
}

function plain(reactor: MemoryReactor): Reactor {
  return reactor;
}

/** What the judges must know of the scenario. */
function lawsFor(scenario: Scenario, options: RunOptions): Partial<LawOptions> {
  const kinds = new Set(scenario.faults.faults.map((fault) => fault.kind));
  const custom = scenario.peers.some((peer) => peer.choker !== null) || kinds.has('settings');
  const { reached } = options;
  return {
    ...(custom ? { holdTime: null, seedTurn: null } : {}),
    diskMayLie: kinds.has('store-flip') || kinds.has('meddle'),
    clocksKeepTime: !(['freeze', 'suspend', 'clock-jump', 'timer-late'] as const).some((kind) =>
      kinds.has(kind),
    ),
    sometimes: reached === undefined ? null : { reached },
  };
}
