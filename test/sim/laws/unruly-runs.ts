/**
 * Runs drawn from a seed in which everything legal may happen at any time: crashes, silence, failing disks, lost
 * connections, liars, flags, rechecks, stops, other behaviors. No law may condemn any of it.
 */
import { createRandom } from '../../../src/core/index.ts';
import type { Random } from '../../../src/core/index.ts';
import { chokers, pickers } from '../../../src/behaviors/index.ts';
import type { Judge } from '../../../src/sim/judge.ts';
import { makeContent } from '../../support/session-world.ts';
import { SmallSwarm, trackerReply } from './small-swarm.ts';
import type { Node } from './small-swarm.ts';

const BLOCK = 16_384;
const TIERS = [['http://one.example/announce'], ['http://two.example/announce']];

/** What was done to the peers, by name. */
export type Deeds = Map<string, number>;

export function unrulyRun(seed: number, judge: Judge, deeds: Deeds): SmallSwarm {
  const random = createRandom(seed);
  const blocks = 3 + random.below(50);
  const short = random.below(BLOCK - 1);
  const content = makeContent(blocks * BLOCK - short, (1 + random.below(4)) * BLOCK, seed);
  const swarm = new SmallSwarm(content, judge);
  let up = true;
  swarm.tracker = (url) =>
    up || url.startsWith('http://two') ? trackerReply(60 + random.below(60), ...swarm.nodes) : null;
  const count = 2 + random.below(6);
  for (let i = 0; i < count; i++) addNode(swarm, random, i);
  for (const node of swarm.nodes)
    swarm.introduce(node, ...swarm.nodes.filter(() => random.below(2) === 0));
  const horizon = 60_000 + random.below(120_000);
  while (swarm.now < horizon) {
    swarm.play(swarm.now + 1 + random.below(6000));
    const node = swarm.nodes[random.below(count)]!;
    if (node.plan.lies === true) continue;
    if (random.below(10) === 0) up = !up;
    const deed = DEEDS[random.below(DEEDS.length)]!;
    if (deed.do(swarm, node, random)) deeds.set(deed.name, (deeds.get(deed.name) ?? 0) + 1);
  }
  if (random.below(2) === 0) {
    for (const node of swarm.nodes) if (node.alive) swarm.command(node, { type: 'shutdown' });
    swarm.play(swarm.now + 10_000);
  }
  swarm.end();
  return swarm;
}

function addNode(swarm: SmallSwarm, random: Random, i: number): void {
  const lies = i === 1 && random.below(3) === 0;
  swarm.add({
    name: `n${i}`,
    holds: i === 0 || lies || random.below(4) === 0 ? 'all' : 'none',
    upload: 20_000 + random.below(200_000),
    plain: random.below(4) === 0,
    lies,
    tiers: random.below(2) === 0 ? TIERS : [],
    config: {
      uploadSlots: 1 + random.below(4),
      requestQueueMax: 1 + random.below(30),
      unwrittenBytesMax: (1 + random.below(20)) * BLOCK,
      readAheadBytesMax: (1 + random.below(6)) * BLOCK,
      connectionsMax: 3 + random.below(20),
      offensesMax: 5 + random.below(100),
    },
  });
}

interface Deed {
  readonly name: string;
  /** Returns whether it could be done. */
  do(swarm: SmallSwarm, node: Node, random: Random): boolean;
}

const FAULTS = ['full', 'io', 'denied'] as const;
const JOBS = ['store-write', 'store-read', 'store-hash', 'store-open'] as const;

const DEEDS: readonly Deed[] = [
  {
    name: 'crash and restart',
    do(swarm, node, random) {
      if (!node.alive) return false;
      swarm.crash(node);
      swarm.play(swarm.now + random.below(5000));
      swarm.restart(node);
      return true;
    },
  },
  {
    name: 'silence',
    do(swarm, node, random) {
      node.silentUntil = swarm.now + random.below(70_000);
      return true;
    },
  },
  {
    name: 'disk fault',
    do(_swarm, node, random) {
      node.faults.push({ type: JOBS[random.below(4)]!, fault: FAULTS[random.below(3)]! });
      return true;
    },
  },
  {
    name: 'lost connection',
    do(swarm, node, random) {
      const conns = [...node.far.keys()];
      if (conns.length === 0) return false;
      swarm.cut(node, conns[random.below(conns.length)]!);
      return true;
    },
  },
  {
    name: 'drop',
    do(swarm, node, random) {
      const conns = [...node.far.keys()];
      if (conns.length === 0) return false;
      swarm.command(node, { type: 'drop-peer', conn: conns[random.below(conns.length)]! });
      return true;
    },
  },
  {
    name: 'flags',
    do(swarm, node, random) {
      const downloading = random.below(3) > 0;
      swarm.command(node, {
        type: 'set-flags',
        torrent: 1,
        downloading,
        seeding: random.below(3) > 0,
      });
      return true;
    },
  },
  {
    name: 'priorities',
    do(swarm, node, random) {
      const { metainfo } = swarm.content;
      // Now and then nothing at all, or everything again.
      const none = random.below(4);
      const pieces = Uint8Array.from({ length: metainfo.pieceCount }, () =>
        none === 0 ? 1 : none === 1 ? 0 : random.below(3),
      );
      const files = Uint8Array.from(metainfo.files, () => random.below(2));
      swarm.command(node, { type: 'set-priorities', torrent: 1, pieces, files });
      return true;
    },
  },
  {
    name: 'deadlines',
    do(swarm, node, random) {
      const { pieceCount } = swarm.content.metainfo;
      const deadlines = Array.from({ length: random.below(5) }, () => ({
        piece: random.below(pieceCount + 1),
        within: random.below(3) * 1000,
      }));
      swarm.command(node, { type: 'set-deadlines', torrent: 1, deadlines });
      return true;
    },
  },
  {
    name: 'behaviors',
    do(swarm, node, random) {
      const picker = Object.values(pickers)[random.below(3)]!;
      const choker = Object.values(chokers)[random.below(2)]!;
      swarm.command(node, { type: 'set-behaviors', torrent: 1, behaviors: { picker, choker } });
      return true;
    },
  },
  {
    name: 'recheck',
    do(swarm, node) {
      swarm.command(node, { type: 'recheck-torrent', torrent: 1 });
      return true;
    },
  },
  {
    name: 'stop',
    do(swarm, node) {
      swarm.command(node, { type: 'stop-torrent', torrent: 1 });
      return true;
    },
  },
  {
    name: 'start',
    do(swarm, node) {
      for (const each of swarm.nodes) swarm.command(each, { type: 'start-torrent', torrent: 1 });
      swarm.command(node, { type: 'announce', torrent: 1 });
      return true;
    },
  },
  {
    name: 'strange words',
    do(swarm, node, random) {
      const conns = [...node.far.keys()];
      if (conns.length === 0) return false;
      const conn = conns[random.below(conns.length)]!;
      const range = { index: random.below(20), begin: random.below(3) * BLOCK, length: BLOCK };
      const has = { index: random.below(25) };
      const words = [
        { type: 'request', ...range },
        { type: 'cancel', ...range },
        { type: 'reject', ...range },
        { type: 'choke' },
        { type: 'unchoke' },
        { type: 'interested' },
        { type: 'have-none' },
        { type: 'have-all' },
        { type: 'have', ...has },
        { type: 'allowed-fast', ...has },
        { type: 'piece', index: range.index, begin: range.begin, block: new Uint8Array(BLOCK) },
      ] as const;
      for (let i = 0; i < 8; i++) swarm.say(node, conn, words[random.below(words.length)]!);
      return true;
    },
  },
];
