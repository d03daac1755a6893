/**
 * A random small swarm for a sweep: 5 to 30 peers, 20 to 200 pieces of 1 to 4 blocks, all kinds of faults.
 *
 * Everything is drawn from the seed value; the same one gives the same scenario, for ever. Each property has its own
 * stream, so that a new one does not change the others.
 */
import { createRandom } from '../core/index.ts';
import type { Random } from '../core/index.ts';
import { drawFaultPlan } from './faults/index.ts';
import type { Introduction, PeerPlan, Scenario } from './scenario.ts';

const BLOCK = 16_384;

export interface DrawOptions {
  /** Honest peers; drawn where not said. */
  readonly peers?: number;
}

export function drawScenario(seed: number, options: DrawOptions = {}): Scenario {
  const root = createRandom(seed).fork('scenario');
  const size = root.fork('size');
  // Small swarms are cheap and find most; large ones now and then.
  const drawn = 5 + Math.min(size.below(26), size.below(26), size.below(26));
  const peerCount = options.peers ?? drawn;
  const content = drawContent(root.fork('content'));
  const duration = 20_000 + 1000 * root.fork('duration').below(60);
  const faults = drawFaultPlan(root.fork('faults'), {
    peers: peerCount,
    duration,
    intensity: root.fork('intensity').below(101),
  });
  const kind = root.fork('kind');
  return {
    version: 1,
    name: `drawn ${seed}`,
    fidelity: kind.below(5) === 0 ? 'bytes' : 'messages',
    reactor: 'memory',
    content,
    latency: { least: 2, most: 2 + 2 * kind.below(200) },
    introduction: drawIntroduction(root.fork('introduction')),
    peers: drawLimits(root.fork('limits'), drawPeers(root.fork('peers'), peerCount, duration)),
    faults,
    patience: null,
  };
}

function drawContent(random: Random): Scenario['content'] {
  const pieceLength = BLOCK * (1 + random.below(4));
  const pieces = 20 + Math.min(random.below(181), random.below(181), random.below(181));
  // The last piece may be of any length, its last block too.
  const length = pieceLength * (pieces - 1) + 1 + random.below(pieceLength);
  const files = random.below(2) === 0 ? 1 : 1 + random.below(6);
  return { length, pieceLength, files, private: random.below(8) === 0 };
}

function drawIntroduction(random: Random): Introduction {
  if (random.below(4) === 0) return { type: 'given', degree: 2 + random.below(10) };
  const transport = (['http', 'udp', 'both'] as const)[random.below(3)]!;
  return { type: 'tracker', transport, interval: 60_000 + 1000 * random.below(120) };
}

function drawPeers(random: Random, count: number, duration: number): PeerPlan[] {
  const seeds = 1 + random.below(2);
  const fast = 100_000 + random.below(400_000);
  return Array.from({ length: count }, (_, index) => {
    const own = random.fork(`peer ${index}`);
    const seed = index < seeds;
    const up = fast >> own.below(3);
    return {
      holds: seed ? 'all' : own.below(8) === 0 ? 'half' : 'none',
      up: own.below(10) === 0 ? null : up,
      down: own.below(3) === 0 ? null : up * (1 + own.below(8)),
      arrives: seed ? 0 : own.below(3) === 0 ? own.below(duration) : own.below(2000),
      leavesAfter: seed || own.below(3) > 0 ? null : own.below(20_000),
      reachable: seed || own.below(5) > 0,
      picker:
        own.below(6) === 0
          ? (['sequential', 'random', 'rarest-first'] as const)[own.below(3)]!
          : null,
      choker: own.below(10) === 0 ? 'round-robin' : null,
      disclosure: drawDisclosure(own.fork('disclosure')),
      config: own.below(4) === 0 ? drawConfig(own.fork('config')) : {},
      limits: null,
    };
  });
}

/** One of ten hides something, which all of them tell in the end. */
function drawDisclosure(random: Random): PeerPlan['disclosure'] {
  if (random.below(10) > 0) return null;
  return (['super-seeding', 'smart-seed-like', 'under-reporter-like'] as const)[random.below(3)]!;
}

/** In one swarm of four, about half of the peers limit something. */
function drawLimits(random: Random, peers: readonly PeerPlan[]): readonly PeerPlan[] {
  if (random.below(4) > 0) return peers;
  return peers.map((plan, index) => {
    const own = random.fork(`peer ${index}`);
    if (own.below(2) > 0) return plan;
    const rate = (): number | null => (own.below(2) > 0 ? null : 30_000 + own.below(400_000));
    const session = { download: rate(), upload: rate() };
    return { ...plan, limits: { session, torrent: { download: rate(), upload: rate() } } };
  });
}

/** Small limits are reached, large ones are not. */
function drawConfig(random: Random): PeerPlan['config'] {
  return {
    uploadSlots: 1 + random.below(10),
    requestQueueMax: 1 + random.below(60),
    readAheadBytesMax: BLOCK * (1 + random.below(8)),
    unwrittenBytesMax: BLOCK * (1 + random.below(64)),
    checkJobsMax: 1 + random.below(8),
    diallingMax: 1 + random.below(10),
    strangersMax: 4 + random.below(20),
    banTime: 10_000 + 1000 * random.below(50),
    uninterestedTimeMax: 20_000 + 1000 * random.below(100),
    turnoverTime: 30_000 + 1000 * random.below(100),
    exchangePeersMax: 1 + random.below(60),
  };
}
