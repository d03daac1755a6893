/**
 * A few real sessions with behaviors of their own in virtual time: phantom content, messages, links with rates. Everybody
 * knows everybody. For tiny scenes in which one strategy is compared with another.
 */
import { createRandom } from '../../src/core/index.ts';
import { defaultBehaviors } from '../../src/behaviors/index.ts';
import { PeerCodec, Session } from '../../src/protocol/index.ts';
import type { Behaviors, Command, SessionConfig, SessionEvent } from '../../src/protocol/index.ts';
import { MemoryWorld } from '../../src/reactors/memory/index.ts';
import { carryMachine, peerPort } from '../../src/sim/carry-machine.ts';
import { createContent } from '../../src/sim/content.ts';
import { createDisk } from '../../src/sim/sim-peer.ts';

export const BLOCK = 16_384;

export interface MemberPlan {
  readonly behaviors?: Partial<Behaviors>;
  readonly seed?: boolean;
  /** Bytes per second of the link. */
  readonly up?: number;
  readonly down?: number;
  /** Bytes per second that the session sends at most. */
  readonly uploadLimit?: number;
  readonly config?: Partial<SessionConfig>;
}

export interface Member {
  readonly host: string;
  /** Pieces, in the order in which they were begun and verified; the first only where each is one block. */
  readonly begun: number[];
  readonly verified: number[];
  /** When it had everything, in milliseconds; Infinity: not yet. */
  doneAt: number;
  /** Payload bytes. */
  readonly downloaded: number;
  readonly uploaded: number;
}

export interface SwarmSize {
  readonly pieces: number;
  readonly blocksPerPiece?: number;
  readonly seedValue?: number;
}

/** Runs the swarm for `time` milliseconds. */
export function runStrategies(
  { pieces, blocksPerPiece = 1, seedValue = 1 }: SwarmSize,
  plans: readonly MemberPlan[],
  time: number,
): readonly Member[] {
  const random = createRandom(seedValue);
  const pieceLength = blocksPerPiece * BLOCK;
  const content = createContent({
    seed: seedValue,
    length: pieces * pieceLength,
    pieceLength,
    files: 1,
    private: false,
    tiers: [],
  });
  const world = new MemoryWorld();
  const codec = new PeerCodec();
  const hosts = plans.map((plan, i) => {
    const host = world.addHost({
      host: `10.1.0.${i + 1}`,
      up: plan.up ?? Infinity,
      down: plan.down ?? Infinity,
      disk: (clockTime, number, clock) => {
        const means = { fidelity: 'messages' as const, content };
        const options = { time: clockTime, host: number, faults: null, reorder: null, clock };
        const disk = createDisk(means, options);
        const { files, pieceLength: length } = content.metainfo;
        if (plan.seed === true) disk.view(files, length).fill();
        return disk;
      },
    });
    return { host, plan };
  });
  const failures: unknown[] = [];
  const members = hosts.map(({ host, plan }, i) => {
    const session = new Session({
      config: plan.config ?? {},
      behaviors: { ...defaultBehaviors, ...plan.behaviors },
      random: random.fork(`peer ${i}`),
      peerId: random.fork(`id ${i}`).bytes(20),
      clientName: 'strategy',
    });
    const begun: number[] = [];
    const verified: number[] = [];
    const totals = (): { downloaded: number; uploaded: number } => session.torrent(1)!;
    const member = {
      host: host.host,
      begun,
      verified,
      doneAt: Infinity,
      get downloaded() {
        return totals().downloaded;
      },
      get uploaded() {
        return totals().uploaded;
      },
    };
    const events = {
      push: (event: SessionEvent): void => {
        if (event.type === 'piece-begun') begun.push(event.index);
        if (event.type === 'piece-verified') verified.push(event.index);
        if (event.type === 'complete' && plan.seed !== true) member.doneAt = world.now;
      },
    };
    const { driver } = carryMachine(session, host.boot(), {
      fidelity: 'messages',
      codec,
      events,
      onBug: (error) => failures.push(error),
    });
    const command = (each: Command): void => driver.push({ type: 'command', command: each });
    command({ type: 'listening', port: peerPort });
    command({
      type: 'add-torrent',
      torrent: 1,
      metainfo: content.metainfo,
      tiers: null,
      downloading: true,
      seeding: true,
      existing: plan.seed === true ? 'all' : 'none',
      behaviors: {},
    });
    const upload = plan.uploadLimit ?? null;
    command({ type: 'set-session-limits', download: null, upload });
    command({ type: 'start-torrent', torrent: 1 });
    return { member, command };
  });
  members.forEach(({ command }, i) => {
    const addresses = hosts.slice(0, i).map(({ host }) => ({ host: host.host, port: peerPort }));
    if (addresses.length > 0) command({ type: 'add-peers', torrent: 1, addresses });
  });
  world.advance(time);
  if (failures.length > 0) throw failures[0] as Error;
  return members.map(({ member }) => member);
}
