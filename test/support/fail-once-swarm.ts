/**
 * One run of a reference swarm in which at most one operation fails, under all judges.
 *
 * A torrent whose store was full or failed comes back by itself. The application of each peer does what an application
 * should: one that stopped for any other fault of its store is started again, once. Everybody who stays must have everything in time, then all say good-bye, and nothing may be left.
 */
import type { StoreFault } from '../../src/core/index.ts';
import type { SessionEvent } from '../../src/protocol/index.ts';
import { SimulatedSwarm, Violation } from '../../src/sim/index.ts';
import { Panel, allJudges } from '../../src/sim/laws/index.ts';
import type { SimPeer } from '../../src/sim/sim-peer.ts';
import type { FailOnce } from './fail-once-faults.ts';
import type { Act, Reference } from './fail-once-references.ts';

/** Virtual milliseconds: the longest that anybody waits before it tries again is half an hour. */
const PATIENCE = 3_600_000;
const FAREWELL = 60_000;
const RESTART_AFTER = 2000;
const EVENTS_MAX = 300_000;

export interface OnceResult {
  /** Null: all went well. */
  readonly failure: string | null;
  /** Why torrents went to state `error`. */
  readonly errors: readonly StoreFault[];
  readonly restarts: number;
  /** Virtual milliseconds until everybody had everything, or time was over. */
  readonly doneAt: number;
  /** Bytes that somebody lacks at the end although nobody holds them: that is for the judges to say. */
  readonly left: number;
}

/** Never throws. `restarts` false: the applications do nothing about a torrent that stopped for a fault. */
export function failOnce(reference: Reference, faults: FailOnce, restarts = true): OnceResult {
  return new OnceRun(reference, faults, restarts).result();
}

class OnceRun {
  readonly #reference: Reference;
  readonly #panel = new Panel(allJudges());
  readonly #swarm: SimulatedSwarm;
  readonly #errors: StoreFault[] = [];
  readonly #restarts: boolean;
  readonly #restarted = new Set<SimPeer>();
  #doneAt = 0;
  #left = 0;

  constructor(reference: Reference, faults: FailOnce, restarts: boolean) {
    this.#reference = reference;
    this.#restarts = restarts;
    this.#swarm = new SimulatedSwarm(reference.scenario, {
      seed: reference.seed,
      judge: this.#panel,
      faults,
      hashes: null,
      carry: (reactor) => reactor,
      heard: (peer, event) => this.#heard(peer, event),
    });
  }

  result(): OnceResult {
    let failure: string | null = null;
    try {
      this.#run();
    } catch (error) {
      failure = error instanceof Violation ? error.message : String((error as Error).stack);
    }
    return {
      failure,
      errors: this.#errors,
      restarts: this.#restarted.size,
      doneAt: this.#doneAt,
      left: this.#left,
    };
  }

  #run(): void {
    const swarm = this.#swarm;
    const { acts, scenario } = this.#reference;
    for (const act of acts) swarm.at(act.at, () => this.#act(act));
    const calm = Math.max(...acts.map(({ at }) => at), ...scenario.peers.map((p) => p.arrives));
    swarm.finishBy = calm + PATIENCE;
    this.#look();
    do this.#second();
    while (swarm.now < calm || (!this.#allDone() && swarm.now <= calm + PATIENCE));
    this.#doneAt = swarm.now;
    for (const peer of swarm.peers) {
      const torrent = peer.session.torrent(peer.torrent);
      if (!peer.alive || torrent?.state !== 'active') {
        const detail = `it does not come back: ${torrent?.state ?? 'gone'}`;
        throw new Violation('I-30', peer.index, swarm.now, detail);
      }
      this.#left = Math.max(this.#left, torrent.left);
    }
    this.#farewell();
    this.#panel.end(swarm.judged, swarm.now);
  }

  #second(): void {
    const swarm = this.#swarm;
    swarm.runUntil(swarm.now + 1000);
    if (swarm.error !== null) throw swarm.error;
    if (swarm.world.clock.events <= EVENTS_MAX) return;
    throw new Violation('I-37', null, swarm.now, `spin: more than ${EVENTS_MAX} events`);
  }

  #allDone(): boolean {
    return this.#swarm.peers.every((peer) => {
      const torrent = peer.alive ? peer.session.torrent(peer.torrent) : undefined;
      return torrent?.state === 'active' && torrent.left === 0;
    });
  }

  /** All leave in good order; nothing may be left behind. */
  #farewell(): void {
    const swarm = this.#swarm;
    for (const peer of swarm.peers) peer.leave();
    const end = swarm.now + FAREWELL;
    while (swarm.now < end && swarm.peers.some((peer) => peer.alive)) this.#second();
    for (const { alive, index, host } of swarm.peers) {
      if (alive) throw new Violation('I-24', index, swarm.now, 'it cannot say good-bye');
      const left = host.ends.size + host.time.pending + host.ports.size + host.datagramPorts.size;
      if (left > 0) throw new Violation('I-24', index, swarm.now, `${left} handles left open`);
    }
  }

  #look(): void {
    const swarm = this.#swarm;
    swarm.at(swarm.now + 1000, () => {
      if (swarm.error !== null) return;
      try {
        this.#panel.second(swarm.judged, swarm.now);
      } catch (error) {
        swarm.means.broken(error);
      }
      this.#look();
    });
  }

  #act({ peer: index, act }: Act): void {
    const swarm = this.#swarm;
    const peer = swarm.peers[index]!;
    if (act === 'arrive' && peer.alive) {
      // It is still saying good-bye.
      swarm.at(swarm.now + 1000, () => this.#act({ at: swarm.now, peer: index, act }));
    } else if (act === 'arrive') swarm.arrive(peer);
    else if (act === 'leave') peer.leave();
    else peer.command({ type: `${act}-torrent`, torrent: peer.torrent });
  }

  #heard(peer: SimPeer, event: SessionEvent): void {
    const swarm = this.#swarm;
    if (event.type === 'closed') swarm.at(swarm.now, () => peer.end(false, false, swarm.now));
    if (event.type !== 'state-changed' || event.state !== 'error') return;
    this.#errors.push(event.fault ?? 'io');
    // These the machine tries again by itself.
    if (event.fault === 'full' || event.fault === 'io') return;
    if (!this.#restarts || this.#restarted.has(peer)) return;
    this.#restarted.add(peer);
    const { torrent } = peer;
    swarm.at(swarm.now + RESTART_AFTER, () => peer.command({ type: 'start-torrent', torrent }));
  }
}
