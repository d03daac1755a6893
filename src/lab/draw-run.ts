/**
 * One replication, drawn from a scenario and a seed value: every peer with its link, its times and what it plays.
 *
 * Common random numbers: each kind of draw has a stream of its own, so that the same seed value gives the same arrivals,
 * links and patience whatever is played, and a change of one peer leaves all others as they were. Pure.
 */
import { createRandom } from '../core/index.ts';
import type { Random } from '../core/index.ts';
import type { SessionConfig } from '../protocol/index.ts';
import type { PeerPlan, Scenario } from '../sim/index.ts';
import { apportion, apportionWithin } from './apportion.ts';
import { drawArrivals } from './arrivals.ts';
import { exponential } from './exponential.ts';
import { matchedOf } from './matching.ts';
import type { Departure, LabScenario } from './scenario.ts';
import type { Play } from './strategies.ts';

/** Seconds. */
export interface LabPeer {
  readonly index: number;
  /** `seed`, or the name of its class of links. */
  readonly network: string;
  /** `seed`, or the name of its group. */
  readonly group: string;
  readonly isSeed: boolean;
  readonly up: number | null;
  readonly down: number | null;
  readonly latency: number;
  readonly arrives: number;
  /** Bytes it lacks when it comes. */
  readonly lacks: number;
  /** So long after it has everything; null: not by time. */
  readonly leavesAfter: number | null;
  /** When it has given so many times what it took; null: not for that. */
  readonly ratio: number | null;
  /** Leaves then, whatever it has; null: never. */
  readonly givesUpAt: number | null;
  readonly play: Play;
}

export interface DrawnRun {
  readonly scenario: LabScenario;
  readonly seed: number;
  readonly peers: readonly LabPeer[];
  /** What the simulator carries out. */
  readonly swarm: Scenario;
}

/** One peer plays something else than was drawn, and all else stays as it was. */
export interface Change {
  /** Among those who come, from 0. */
  readonly arrival: number;
  readonly play: Play;
  /** Limits of its session beside those that it has. */
  readonly config?: Partial<SessionConfig>;
}

const NEVER = 864_000_000;

export function drawRun(scenario: LabScenario, seed: number, change?: Change): DrawnRun {
  const random = createRandom(seed).fork('lab');
  const seeds = seedPeers(scenario);
  const arrivals = drawArrivals(scenario.arrivals, random.fork('arrivals'));
  const { classes, population, content } = scenario;
  const networks = apportion(shares(classes), arrivals.length, random.fork('classes'));
  const groups = apportionWithin(shares(population), networks, random.fork('groups'));
  const patience = random.fork('patience');
  const peers = arrivals.map(({ at, holds }, i): LabPeer => {
    const { name, up, down, latency } = classes[networks[i]!]!;
    const group = population[groups[i]!]!;
    // Both are drawn for everybody, so that one rule does not shift the draws of the other.
    const stay = exponential(patience);
    const limit = exponential(patience);
    const { complete, givesUp } = scenario.departures;
    return {
      index: seeds.length + i,
      network: name,
      group: group.name,
      isSeed: false,
      up,
      down,
      latency,
      arrives: Math.round(at * 1000) / 1000,
      lacks: lacking(holds, content),
      leavesAfter: stayOf(complete, stay),
      ratio: complete.type === 'ratio' ? complete.ratio : null,
      givesUpAt: givesUp === null ? null : at + givesUp * limit,
      play: change?.arrival === i ? change.play : group.play,
    };
  });
  const plans = arrivals.map(({ holds }, i) =>
    planOf(
      peers[i]!,
      holds,
      {
        ...scenario.config,
        ...population[groups[i]!]!.config,
        ...(change?.arrival === i ? change.config : {}),
      },
      scenario,
    ),
  );
  const given = seeds.map((peer) => planOf(peer, 'all', scenario.config, scenario));
  return {
    scenario,
    seed,
    peers: [...seeds, ...peers],
    swarm: swarmOf(scenario, [...given, ...plans]),
  };
}

/** The stream of everything that is drawn for statistics, apart from the runs themselves. */
export function statisticsRandom(): Random {
  return createRandom(20_040_901).fork('statistics');
}

function shares(kinds: readonly { readonly share: number }[]): number[] {
  return kinds.map(({ share }) => share);
}

function seedPeers(scenario: LabScenario): LabPeer[] {
  return scenario.seeds
    .flatMap((group) => Array.from({ length: group.count }, () => group))
    .map(({ up, latency, leaves }, index) => ({
      index,
      network: 'seed',
      group: 'seed',
      isSeed: true,
      up,
      down: null,
      latency,
      arrives: 0,
      lacks: 0,
      leavesAfter: null,
      ratio: null,
      givesUpAt: leaves,
      play: scenario.seedPlay,
    }));
}

function stayOf(departure: Departure, drawn: number): number | null {
  if (departure.type !== 'after') return null;
  const { seconds, spread } = departure;
  return spread === 'fixed' ? seconds : seconds * drawn;
}

/** Whole pieces alone count as held. */
function lacking(holds: PeerPlan['holds'], content: LabScenario['content']): number {
  const { length, pieceLength } = content;
  if (holds === 'none') return length;
  if (holds === 'all') return 0;
  const held = holds === 'half' ? Math.floor(length / 2) : length - 1;
  return length - Math.floor(held / pieceLength) * pieceLength;
}

function planOf(
  peer: LabPeer,
  holds: PeerPlan['holds'],
  config: Partial<SessionConfig>,
  { tracker }: LabScenario,
): PeerPlan {
  return {
    holds,
    up: peer.up,
    down: peer.down,
    arrives: Math.round(peer.arrives * 1000),
    leavesAfter: null,
    reachable: true,
    picker: null,
    choker: null,
    disclosure: null,
    config: { peersWantedMax: wantedOf(tracker), ...config },
    limits: null,
  };
}

/** What a peer asks the tracker itself for. */
function wantedOf(tracker: LabScenario['tracker']): number {
  return tracker.type === 'matching' ? tracker.peers - matchedOf(tracker.peers) : tracker.peers;
}

function swarmOf(scenario: LabScenario, peers: readonly PeerPlan[]): Scenario {
  const { tracker, content, name } = scenario;
  return {
    version: 1,
    name,
    fidelity: 'messages',
    reactor: 'memory',
    content: { ...content, files: 1, private: false },
    latency: { least: 1, most: 1 },
    introduction:
      tracker.type === 'given'
        ? { type: 'given', degree: tracker.peers }
        : { type: 'tracker', transport: 'http', interval: Math.round(tracker.interval * 1000) },
    peers,
    faults: { version: 1, name: 'none', until: 0, faults: [] },
    patience: NEVER,
  };
}
