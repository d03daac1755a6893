/**
 * The scenarios that have names, for command lines and examples: each one thing that a swarm must live through.
 *
 * `drawn` is the one that depends on the seed value; the others are the same for every seed, which then decides chance
 * within the run alone. Each takes any number of peers from two on.
 */
import { drawScenario } from './draw-scenario.ts';
import { faultPlans } from './faults/index.ts';
import { peerDefaults, scenarioDefaults } from './scenario-schema.ts';
import type { PeerPlan, Scenario } from './scenario.ts';

export interface NamedScenario {
  readonly about: string;
  /** Honest peers where nobody says; null: the seed decides. */
  readonly peers: number | null;
  readonly make: (peers: number, seed: number) => Scenario;
}

const MIB = 1_048_576;
/** Bytes per second of an asymmetric access link. */
const UP = 131_072;
const DOWN = 1_048_576;

export const namedScenarios: Readonly<Record<string, NamedScenario>> = {
  drawn: {
    about: 'everything drawn from the seed: size, links, content, faults',
    peers: null,
    make: (peers, seed) => drawScenario(seed, { peers }),
  },
  'two-peers': named('one seed, one leech, no limits', 2, (peers) => ({
    peers: swarmOf(peers, () => ({})),
  })),
  'flash-crowd': named(
    'everybody comes within ten seconds, over asymmetric links',
    50,
    (peers) => ({
      fidelity: 'messages',
      content: { length: 16 * MIB, pieceLength: 262_144, files: 1, private: false },
      latency: { least: 5, most: 80 },
      introduction: { type: 'given', degree: 40 },
      peers: swarmOf(peers, (i) => ({ ...asymmetric, arrives: Math.floor((i * 10_000) / peers) })),
    }),
  ),
  trickle: named(
    'one peer every three seconds; who is done leaves ten seconds later',
    15,
    (peers) => ({
      content: { length: 4 * MIB, pieceLength: 65_536, files: 3, private: false },
      peers: swarmOf(peers, (i) => ({ ...asymmetric, arrives: 3000 * i, leavesAfter: 10_000 })),
    }),
  ),
  nat: named('two of three peers cannot be connected to', 15, (peers) => ({
    content: { length: 4 * MIB, pieceLength: 65_536, files: 1, private: false },
    peers: swarmOf(peers, (i) => ({ ...asymmetric, reachable: i % 3 === 0 })),
  })),
  exchange: named('everybody knows the first one alone, and peers tell of peers', 8, (peers) => ({
    content: { length: 4 * MIB, pieceLength: 65_536, files: 1, private: false },
    introduction: { type: 'given', degree: 1 },
    peers: swarmOf(peers, () => ({ ...asymmetric, config: { exchangePeersMax: 50 } })),
  })),
  churn: named('peers leave together and come back', 12, (peers) => faulty('churn', peers)),
  partition: named('the network falls apart and heals', 12, (peers) => faulty('partition', peers)),
  crash: named('peers crash at any moment, and start again', 10, (peers) => faulty('crash', peers)),
  disk: named('disks fill up, fail and tear writes', 10, (peers) => faulty('disk', peers)),
  liars: named('hostile peers lie about what they have', 10, (peers) => faulty('liars', peers)),
  floods: named('hostile peers flood, pester and stall', 10, (peers) => faulty('floods', peers)),
  tracker: named('the tracker does everything wrong that it can', 10, (peers) =>
    faulty('tracker', peers),
  ),
  rough: named('all faults at once', 15, (peers) => faulty('all', peers)),
};

const asymmetric: Partial<PeerPlan> = { up: UP, down: DOWN };

/** The scenario of that name with this seed value; `peers` null: as many as usual. The name must be known. */
export function namedScenario(name: string, seed: number, peers: number | null): Scenario {
  const { peers: usual, make } = namedScenarios[name]!;
  const count = peers ?? usual;
  return count === null ? drawScenario(seed) : make(count, seed);
}

function named(
  about: string,
  usual: number,
  parts: (peers: number) => Partial<Scenario>,
): NamedScenario {
  const name = about;
  return { about, peers: usual, make: (peers) => ({ ...scenarioDefaults, name, ...parts(peers) }) };
}

/** The first peer holds everything. */
function swarmOf(count: number, plan: (index: number) => Partial<PeerPlan>): PeerPlan[] {
  return Array.from({ length: count }, (_, index) =>
    index === 0
      ? {
          ...peerDefaults,
          ...plan(0),
          holds: 'all',
          arrives: 0,
          leavesAfter: null,
          reachable: true,
        }
      : { ...peerDefaults, ...plan(index) },
  );
}

/**
 * All are there from the start, so that hostile peers meet them. Links are slow enough that the swarm is busy for most
 * of the minute that a fault plan lasts.
 */
function faulty(plan: string, peers: number): Partial<Scenario> {
  return {
    content: { length: 4 * MIB, pieceLength: 65_536, files: 3, private: false },
    latency: { least: 10, most: 60 },
    introduction: { type: 'tracker', transport: 'both', interval: 60_000 },
    peers: swarmOf(peers, () => asymmetric),
    faults: faultPlans[plan]!,
  };
}
