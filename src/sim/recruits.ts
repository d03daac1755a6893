/**
 * The hostile peers of a run: hosts of their own, machines from `adversaries/`, there from a moment until another.
 *
 * They know of their victims, and find others as anybody does. What they did is counted for the plan that asked for
 * them. Nobody judges them.
 */
import type { Driver } from '../core/index.ts';
import { defaultBehaviors } from '../behaviors/index.ts';
import { PeerCodec } from '../protocol/index.ts';
import type { Command, PeerMessage, SessionEvent, SessionOptions } from '../protocol/index.ts';
import { poisonedBlock } from '../reactors/memory/index.ts';
import type { Host } from '../reactors/memory/index.ts';
import { carryMachine, peerPort } from './carry-machine.ts';
import { HostileCodec, createAdversary, isTamper } from './adversaries/index.ts';
import type { Adversary, AdversaryKind } from './adversaries/index.ts';
import type { CompiledFaults, Recruit } from './faults/index.ts';
import { createDisk } from './sim-peer.ts';
import type { SimulatedSwarm } from './swarm.ts';

/** Blocks whose first byte is another: as wrong as can be, and of the right length. */
function poisonBytes(block: Uint8Array): Uint8Array {
  const bad = new Uint8Array(block.length);
  bad.set(block);
  bad[0]! ^= 0xff;
  return bad;
}

/** What it does wrong it does while it downloads, so it comes with nothing. The others lie about what they hold. */
function isHungry(kind: AdversaryKind): boolean {
  return kind.type === 'ignore-choke' || kind.type === 'deaf';
}

class Hostile {
  readonly #recruit: Recruit;
  readonly #swarm: SimulatedSwarm;
  readonly #index: number;
  readonly #host: Host;
  #adversary: Adversary | null = null;
  #driver: Driver<PeerMessage, Command, SessionEvent> | null = null;

  constructor(swarm: SimulatedSwarm, recruit: Recruit, index: number) {
    this.#swarm = swarm;
    this.#recruit = recruit;
    this.#index = index;
    this.#host = swarm.addHost(index, (time, host, clock) => {
      const disk = createDisk(swarm.means, { time, host, faults: null, reorder: null, clock });
      const { metainfo } = swarm.content;
      if (!isHungry(recruit.kind)) disk.view(metainfo.files, metainfo.pieceLength).fill();
      return disk;
    });
    swarm.at(recruit.from, () => this.#come());
    swarm.at(recruit.until, () => this.#go());
  }

  get done(): number {
    let total = 0;
    for (const times of this.#adversary?.done.values() ?? []) total += times;
    return total;
  }

  get fault(): string {
    return this.#recruit.fault;
  }

  #come(): void {
    const swarm = this.#swarm;
    if (swarm.error !== null) return;
    const random = swarm.random.fork(`adversary ${this.#index}`);
    const messages = swarm.scenario.fidelity === 'messages';
    const session: SessionOptions = {
      config: {},
      behaviors: defaultBehaviors,
      random: random.fork('session'),
      peerId: random.fork('id').bytes(20),
      clientName: 'adversary',
    };
    const { metainfo } = swarm.content;
    const adversary = createAdversary(this.#recruit.kind, {
      session,
      metainfo,
      random: random.fork('evil'),
      poison: messages ? (block) => poisonedBlock(block.length) : poisonBytes,
      raw: !messages,
    });
    this.#adversary = adversary;
    const reactor = this.#host.boot();
    const { driver } = carryMachine(adversary, reactor, {
      fidelity: swarm.scenario.fidelity,
      codec: new HostileCodec(new PeerCodec({ canary: !messages })),
      events: [],
      onBug: swarm.means.broken,
    });
    this.#driver = driver;
    const command = (each: Command): void => driver.push({ type: 'command', command: each });
    command({ type: 'listening', port: peerPort });
    if (isTamper(this.#recruit.kind)) {
      command({
        type: 'add-torrent',
        torrent: 1,
        metainfo,
        tiers: null,
        downloading: true,
        seeding: true,
        existing: isHungry(this.#recruit.kind) ? 'none' : 'all',
        behaviors: {},
      });
    }
    command({ type: 'start-torrent', torrent: 1 });
    const addresses = this.#recruit.victims.map((victim) => swarm.peers[victim]!.address);
    command({ type: 'add-peers', torrent: 1, addresses });
  }

  #go(): void {
    this.#driver?.stop();
    this.#driver = null;
    this.#host.kill();
  }
}

export class Recruits {
  readonly #hostiles: Hostile[] = [];
  readonly #compiled: CompiledFaults;

  constructor(swarm: SimulatedSwarm, compiled: CompiledFaults) {
    this.#compiled = compiled;
    for (const recruit of compiled.recruits) {
      for (let i = 0; i < recruit.count; i++) {
        this.#hostiles.push(new Hostile(swarm, recruit, this.#hostiles.length));
      }
    }
  }

  get size(): number {
    return this.#hostiles.length;
  }

  /** Counts what all of them did; once, when the run is over. */
  count(): void {
    for (const hostile of this.#hostiles) this.#compiled.count(hostile.fault, hostile.done);
  }
}
