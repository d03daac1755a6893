// Fixed and adaptive pipelining: the law, the law broken on purpose, and what adapting is for.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { adaptivePipelining, fixedPipelining } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Behavior, PeerView, Pipelining } from '../../src/protocol/index.ts';
import {
  BLOCK_BYTES,
  describePipelining,
  ModelPeer,
  ModelTorrent,
  pipeliningLawNames,
  pipeliningLaws,
  rateSince,
  runLink,
} from '../../src/testing/index.ts';
import type { LinkKind } from '../../src/testing/index.ts';
import { itBreaks } from '../support/behaviors/it-breaks.ts';

const LOOPBACK: LinkKind = { latency: 0, rate: 400_000_000, window: 0 };
const FAR: LinkKind = { latency: 300, rate: 5_000_000, window: 0 };
const SLOW: LinkKind = { latency: 50, rate: 40_000, window: 0 };
/** A seed that answers one window of requests a second, whatever its depth. */
const WINDOWED: LinkKind = { latency: 1, rate: 100_000_000, window: 1000 };
const SLOW_WINDOWED: LinkKind = { latency: 1, rate: 100_000_000, window: 5000 };

function open(behavior: Behavior<Pipelining>): Pipelining {
  const torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });
  return behavior(torrent, createRandom(1));
}

for (const [name, behavior, depthMax] of [
  ['fixedPipelining(64)', fixedPipelining(64), 64],
  ['adaptivePipelining', adaptivePipelining(), 500],
  ['adaptivePipelining, depthMax 100', adaptivePipelining({ depthMax: 100, snubbedDepth: 2 }), 100],
] as const) {
  describePipelining(name, { behavior, depthMax }, { describe, it });
}

describe('law of pipelining: behaviors that are wrong on purpose', () => {
  const wrong =
    (depth: (peer: PeerView) => number): Behavior<Pipelining> =>
    () => ({ depth });
  const names = pipeliningLawNames;
  const laws = pipeliningLaws;
  let calls = 0;
  const as = (behavior: Behavior<Pipelining>) => ({ behavior, depthMax: 64 });
  const limited = (depth: number) => (peer: PeerView) =>
    Math.max(1, Math.min(peer.requestsMax, peer.snubbed ? 1 : depth));
  itBreaks('nothing at all', laws, names.whole, as(wrong(() => 0)));
  itBreaks('half a request', laws, names.whole, as(wrong(() => 1.5)));
  itBreaks('64 for everybody', laws, names.accepted, as(wrong(() => 64)));
  itBreaks('all that the peer accepts', laws, names.bounded, as(wrong(limited(2000))));
  itBreaks(
    'one blind to snubs',
    laws,
    names.snubbed,
    as(wrong((peer) => Math.min(64, peer.requestsMax))),
  );
  itBreaks('one with a memory of its own', laws, names.same, as(wrong(() => 1 + (calls++ % 7))));
  itBreaks('one request at a time', laws, names.busy, as(fixedPipelining(1)));
});

describe('adaptivePipelining', () => {
  it('reaches 64 within the first 100 ms of a fast loopback link', () => {
    const { samples } = runLink(open(adaptivePipelining()), LOOPBACK, 200);
    assert.ok(samples.some(({ at, depth }) => at < 100 && depth >= 64));
  });

  it('fills a far link within 3 s, which depth 16 never does', () => {
    const { samples } = runLink(open(adaptivePipelining()), FAR, 20_000);
    assert.ok(rateSince(samples, 3000) > 0.95 * FAR.rate, `${rateSince(samples, 3000)} B/s`);
    const fixed = runLink(open(fixedPipelining(16)), FAR, 20_000);
    assert.ok(rateSince(fixed.samples, 3000) < 0.2 * FAR.rate);
  });

  it('climbs on a seed that answers a window a second: depth 250 and more within 8 s', () => {
    const { samples } = runLink(open(adaptivePipelining()), WINDOWED, 60_000);
    assert.ok(samples.some(({ at, depth }) => at < 8000 && depth >= 250));
    const late = samples.filter(({ at }) => at > 10_000).map(({ depth }) => depth);
    assert.ok(Math.min(...late) >= 250, `fell back to ${Math.min(...late)}`);
  });

  it('does not starve on windows longer than its queue', () => {
    const { samples } = runLink(open(adaptivePipelining()), SLOW_WINDOWED, 120_000);
    const fixed = runLink(open(fixedPipelining(64)), SLOW_WINDOWED, 120_000);
    assert.ok(rateSince(samples, 60_000) > rateSince(fixed.samples, 60_000));
  });

  it('does not take latency for slowness: no shallower before the first block has come', () => {
    const { samples } = runLink(open(adaptivePipelining()), { ...FAR, latency: 2500 }, 5000);
    const first = samples.filter(({ downloaded }) => downloaded === 0);
    assert.equal(first.length, 250);
    for (const { depth } of first) assert.equal(depth, 16);
  });

  it('climbs again where a slow remote becomes fast', () => {
    const kind: LinkKind = { ...FAR, rate: 5000, later: { at: 60_000, rate: FAR.rate } };
    const { samples } = runLink(open(adaptivePipelining()), kind, 90_000);
    assert.ok(samples.find(({ at }) => at === 59_990)!.depth <= 4, 'it was not shallow before');
    assert.ok(rateSince(samples, 70_000) > 0.95 * FAR.rate, `${rateSince(samples, 70_000)} B/s`);
  });

  it('does not hoard on a slow link: soon about 3 s of data, and never below 2', () => {
    const { samples } = runLink(open(adaptivePipelining()), SLOW, 60_000);
    const late = samples.filter(({ at }) => at > 10_000).map(({ depth }) => depth);
    const wanted = (3 * SLOW.rate) / BLOCK_BYTES;
    assert.ok(Math.max(...late) <= 3 * wanted, `up to ${Math.max(...late)}`);
    assert.ok(Math.min(...late) >= 2);
    assert.ok(rateSince(samples, 10_000) > 0.9 * SLOW.rate);
  });

  it('at the limit: never above 500, nor above what the peer accepts', () => {
    const { samples } = runLink(open(adaptivePipelining()), LOOPBACK, 3000);
    assert.equal(Math.max(...samples.map(({ depth }) => depth)), 250, 'requestsMax of the model');
    const peer = new ModelPeer(2);
    peer.requestsMax = 2000;
    const pipelining = open(adaptivePipelining());
    pipelining.depth(peer, 0);
    peer.outstandingFixed = 16;
    peer.downloaded = 1e9;
    assert.equal(pipelining.depth(peer, 10), 500);
  });

  it('a time without requests does not make it shallower; a snub begins anew', () => {
    const peer = new ModelPeer(2);
    const pipelining = open(adaptivePipelining());
    pipelining.depth(peer, 0);
    peer.outstandingFixed = 16;
    peer.downloaded = 100 * BLOCK_BYTES;
    const before = pipelining.depth(peer, 500);
    peer.outstandingFixed = 0;
    for (let now = 1000; now < 60_000; now += 500) pipelining.depth(peer, now);
    assert.equal(pipelining.depth(peer, 60_000), before);
    peer.snubbed = true;
    assert.equal(pipelining.depth(peer, 61_000), 1);
    peer.snubbed = false;
    assert.equal(pipelining.depth(peer, 62_000), 16);
  });
});
