/**
 * The runs in which the laws are tried: together they reach everything that a law can be about.
 *
 * `busy`: an honest crowd with few slots, with and without the fast extension. `rough`: liars, failing disks, crashes,
 * rechecks. `padded`: a private torrent with padding and a UDP tracker. `hiding`: a super seed and two leeches. Each is whole and legal: no law is broken in any.
 */
import { superSeeding } from '../../../src/behaviors/index.ts';
import { PieceSet } from '../../../src/protocol/index.ts';
import type { Resumed } from '../../../src/protocol/index.ts';
import type { Judge } from '../../../src/sim/judge.ts';
import { makeContent } from '../../support/session-world.ts';
import type { Content } from '../../support/session-world.ts';
import { SmallSwarm, trackerReply } from './small-swarm.ts';
import type { Node, NodePlan, Tamper } from './small-swarm.ts';

const BLOCK = 16_384;
const TIERS = [['http://dead.example/announce'], ['http://live.example/announce?x=1']];

/** 30 pieces of two blocks; the last one is short. */
const crowdContent: Content = makeContent(60 * BLOCK - 5000, 2 * BLOCK);
/** 6 pieces of 24 blocks. */
const longContent: Content = makeContent(144 * BLOCK, 24 * BLOCK, 3);
/** 8 pieces, one of them nothing but padding, one half. */
const padded: Content = makeContent(16 * BLOCK, 2 * BLOCK, 2, [
  { offset: 4 * BLOCK, length: 2 * BLOCK },
  { offset: 9 * BLOCK, length: BLOCK },
]);
const paddedContent: Content = {
  bytes: padded.bytes,
  metainfo: { ...padded.metainfo, private: true },
};

export type Scene = (judge: Judge, tamper?: Tamper) => SmallSwarm;

export function hiding(judge: Judge, tamper?: Tamper): SmallSwarm {
  const swarm = new SmallSwarm(crowdContent, judge, tamper);
  const behaviors = { disclosure: superSeeding() };
  swarm.add({ name: 'seed', holds: 'all', upload: 150_000, behaviors });
  for (const name of ['ann', 'bob']) swarm.add({ name, upload: 150_000 });
  const [seed, ann, bob] = swarm.nodes;
  swarm.introduce(ann!, seed!);
  swarm.introduce(bob!, seed!, ann!);
  swarm.play(60_000);
  for (const node of swarm.nodes) swarm.command(node, { type: 'shutdown' });
  swarm.play(65_000);
  swarm.end();
  return swarm;
}

/** `finishBy`: when everybody should have finished; absent: nobody says. */
export function busy(judge: Judge, tamper?: Tamper, finishBy?: number): SmallSwarm {
  const swarm = new SmallSwarm(crowdContent, judge, tamper);
  swarm.finishBy = finishBy;
  swarm.tracker = (url) =>
    url.startsWith('http://dead') ? null : trackerReply(60, ...swarm.nodes.slice(0, 3));
  const few = {
    uploadSlots: 2,
    requestQueueMax: 16,
    unwrittenBytesMax: 8 * BLOCK,
    connectionsMax: 20,
  };
  const seed: NodePlan = { name: 'seed', holds: 'all', upload: 150_000, config: few, tiers: TIERS };
  swarm.add(seed);
  swarm.play(500);
  for (const name of ['ann', 'bob', 'cat']) {
    swarm.add({ name, upload: 60_000, config: few, tiers: TIERS });
  }
  swarm.add({ name: 'dan', upload: 60_000, plain: true, config: few, tiers: TIERS });
  swarm.introduce(swarm.nodes[4]!, ...swarm.nodes.slice(0, 4));
  swarm.play(4000);
  const [, ann, bob] = swarm.nodes;
  swarm.introduce(ann!, bob!);
  swarm.introduce(bob!, ann!);
  swarm.play(70_000);
  for (const node of swarm.nodes) swarm.command(node, { type: 'shutdown' });
  swarm.play(75_000);
  swarm.end();
  return swarm;
}

export const rough: Scene = (judge, tamper) => {
  const swarm = new SmallSwarm(crowdContent, judge, tamper);
  swarm.tracker = () => trackerReply(60, ...swarm.nodes);
  const tiers = [['http://live.example/announce']];
  // Nobody is allowed anything fast: the faults are timed for blocks that come by unchokes alone.
  const config = { allowedFastMax: 0.5 };
  const seed = swarm.add({ name: 'seed', holds: 'all', upload: 80_000, tiers, config });
  const liar = swarm.add({ name: 'liar', holds: 'all', upload: 80_000, lies: true, config });
  const ann = swarm.add({ name: 'ann', tiers, upload: 80_000, config });
  const bob = swarm.add({ name: 'bob', tiers, upload: 80_000, config });
  swarm.introduce(ann, liar);
  swarm.introduce(bob, liar, seed);
  swarm.play(2500);
  const conn = [...ann.far.keys()][0];
  if (conn !== undefined) swarm.cut(ann, conn);
  swarm.play(5000);
  bob.faults.push({ type: 'store-write', fault: 'full' });
  swarm.play(7000);
  swarm.command(bob, { type: 'start-torrent', torrent: 1 });
  swarm.play(8500);
  swarm.crash(ann);
  swarm.play(11_000);
  swarm.restart(ann);
  swarm.play(40_000);
  swarm.command(ann, { type: 'recheck-torrent', torrent: 1 });
  swarm.play(45_000);
  swarm.command(bob, { type: 'set-flags', torrent: 1, downloading: false, seeding: false });
  swarm.command(seed, { type: 'stop-torrent', torrent: 1 });
  swarm.play(80_000);
  swarm.command(bob, { type: 'set-flags', torrent: 1, downloading: true, seeding: true });
  swarm.command(seed, { type: 'start-torrent', torrent: 1 });
  swarm.play(230_000);
  swarm.finishBy = swarm.now;
  swarm.play(232_000);
  swarm.end();
  return swarm;
};

/** A liar among others, one block in seven of whose is wrong: nobody can tell whose fault a piece is at first. */
export const shared: Scene = (judge, tamper) => {
  const swarm = new SmallSwarm(longContent, judge, tamper);
  swarm.tracker = () => trackerReply(60, ...swarm.nodes);
  const seed = swarm.add({ name: 'seed', holds: 'all', upload: 80_000 });
  const liar = swarm.add({ name: 'liar', holds: 'all', upload: 80_000, lies: true, lieEvery: 7 });
  const ann = swarm.add({ name: 'ann', config: { banTime: 20_000 } });
  swarm.introduce(ann, seed, liar);
  swarm.play(90_000);
  swarm.end();
  return swarm;
};

export const paddedPrivate: Scene = (judge, tamper) => {
  const swarm = new SmallSwarm(paddedContent, judge, tamper);
  swarm.udpTracker = (data) => udpReply(data);
  const tiers = [['udp://192.0.2.1:6969/announce']];
  const seed = swarm.add({ name: 'seed', holds: 'all', upload: 100_000, tiers });
  const ann = swarm.add({ name: 'ann', upload: 100_000, tiers });
  swarm.introduce(ann, seed);
  swarm.play(30_000);
  swarm.command(seed, { type: 'shutdown' });
  swarm.play(40_000);
  swarm.end();
  return swarm;
};

/** A seed that falls silent and speaks again, another one that helps out, and somebody who allows what nobody asked. */
export const silent: Scene = (judge, tamper) => {
  const swarm = new SmallSwarm(crowdContent, judge, tamper);
  const seed = swarm.add({ name: 'seed', holds: 'all', upload: 200_000 });
  const ann = swarm.add({ name: 'ann' });
  swarm.introduce(ann, seed);
  swarm.play(1000);
  seed.silentUntil = 23_500;
  swarm.play(23_000);
  seed.silentUntil = 0;
  const other = swarm.add({ name: 'other', holds: 'all', upload: 50_000 });
  swarm.introduce(ann, other);
  allowFast(swarm, ann);
  swarm.play(30_000);
  seed.silentUntil = 60_000;
  swarm.play(90_000);
  swarm.end();
  return swarm;
};

/** A seed and nobody else, for a minute; then its torrent is removed and added again as it was saved, and somebody comes. */
export const idle: Scene = (judge, tamper) => {
  const swarm = new SmallSwarm(crowdContent, judge, tamper);
  // Only a dead tracker wakes it.
  const seed = swarm.add({ name: 'seed', holds: 'all', tiers: TIERS.slice(0, 1) });
  swarm.play(60_000);
  swarm.command(seed, { type: 'remove-torrent', torrent: 1 });
  swarm.play(61_000);
  swarm.addAgain(seed, everything());
  const ann = swarm.add({ name: 'ann' });
  swarm.introduce(ann, seed);
  swarm.play(90_000);
  swarm.end();
  return swarm;
};

/** Everybody is limited, all limits change in the middle, and one remote takes back what it promised. */
export const limited: Scene = (judge, tamper) => {
  const swarm = new SmallSwarm(crowdContent, judge, tamper);
  const limit = (node: Node, download: number | null, upload: number | null): void =>
    swarm.command(node, { type: 'set-session-limits', download, upload });
  const seed = swarm.add({ name: 'seed', holds: 'all' });
  limit(seed, null, 60_000);
  swarm.command(seed, { type: 'set-torrent-limits', torrent: 1, download: 1, upload: 50_000 });
  const ann = swarm.add({ name: 'ann' });
  limit(ann, 40_000, 30_000);
  const bob = swarm.add({ name: 'bob', plain: true });
  swarm.introduce(ann, seed);
  swarm.introduce(bob, seed, ann);
  swarm.play(6000);
  limit(bob, 30_000, null);
  limit(seed, null, 20_000);
  swarm.play(12_000);
  const [conn] = bob.far.keys();
  swarm.cut(bob, conn!);
  swarm.introduce(bob, seed);
  swarm.play(20_000);
  limit(seed, null, null);
  swarm.command(seed, {
    type: 'set-torrent-limits',
    torrent: 1,
    download: null,
    upload: 1_000_000,
  });
  limit(bob, 20_000, 10_000);
  swarm.play(90_000);
  for (const node of swarm.nodes) swarm.command(node, { type: 'shutdown' });
  swarm.play(95_000);
  swarm.end();
  return swarm;
};

/** As soon as somebody chokes `node`, it allows some pieces all the same. */
function allowFast(swarm: SmallSwarm, node: Node): void {
  for (let i = 0; i < 100; i++) {
    swarm.play(swarm.now + 5);
    const choking = node.session.torrent(1)!.peers.find((peer) => peer.peerChoking && peer.isSeed);
    if (choking === undefined) continue;
    for (let index = 10; index < 20; index++) {
      swarm.say(node, choking.conn, { type: 'allowed-fast', index });
    }
    return;
  }
}

/** A tracker that knows nobody: connect, and announce with an interval of a minute (BEP 15). */
function udpReply(data: Uint8Array): Uint8Array | null {
  const request = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const action = request.getUint32(8);
  const reply = new DataView(new ArrayBuffer(action === 0 ? 16 : 20));
  reply.setUint32(0, action);
  reply.setUint32(4, request.getUint32(12));
  if (action === 0) reply.setUint32(8, 0xc0ffee);
  else reply.setUint32(8, 60);
  return new Uint8Array(reply.buffer);
}

/** What a seed may claim that was saved. */
function everything(): Resumed {
  const pieces = new PieceSet(crowdContent.metainfo.pieceCount);
  pieces.fill();
  return {
    type: 'resume',
    verified: pieces.toWire(),
    doubtful: new PieceSet(pieces.length).toWire(),
    samples: [0],
    partial: [],
    downloaded: 0,
    uploaded: 1,
    times: { active: 0, finished: 0, seeding: 0 },
  };
}
