/** The store in memory: the contract of stores, expiry, S-46 bounds, fairness, and that nothing grows. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../../../../src/core/index.ts';
import type { TrackerLimits } from '../../../../src/protocol/index.ts';
import { MemoryStore, parseIp } from '../../../../src/protocol/index.ts';
import { anybody, fewSeeds } from '../../../../src/protocol/index.ts';
import { announceOf, counts, describeStore, tell, told } from '../../../support/store-contract.ts';

const SILENCE = 3_600_000;

function make(limits: Partial<TrackerLimits> = {}): MemoryStore {
  return new MemoryStore({ silenceMax: SILENCE, ...limits }, createRandom(1));
}

describeStore({
  name: 'memory',
  clock: true,
  runs: 100,
  make: (limits) => Promise.resolve(make(limits)),
  clear: () => Promise.resolve(),
});

function hashOf(n: number): Uint8Array {
  const hash = new Uint8Array(20);
  new DataView(hash.buffer).setUint32(0, n);
  return hash;
}

describe('protocol/tracker/server/memory-store', () => {
  it('forgets who has been silent for longer than silenceMax, and empty torrents', async () => {
    const store = make();
    await told(store, announceOf('1.1.1.1', 1), 0);
    await told(store, announceOf('2001:db8::1', 1), 1_000);
    assert.equal((await counts(store, undefined, SILENCE)).leeches, 2);
    assert.equal((await counts(store, undefined, SILENCE + 200)).leeches, 1);
    assert.equal(store.sweep(SILENCE + 2_000), false);
    assert.deepEqual(store.size, { torrents: 0, peers: 0 });
    await told(store, announceOf('1.1.1.1', 1, { event: 'stopped' }), SILENCE);
    assert.deepEqual(store.size, { torrents: 0, peers: 0 });
  });

  it('S-46: torrentsMax, peersMax, hostPeersMax; room again when peers fall silent', async () => {
    const full = 'the tracker is full';
    const store = make({ torrentsMax: 2, peersMax: 3, hostPeersMax: 2 });
    const announce = (torrent: number, host: string, port: number, now = 0): Promise<unknown> =>
      tell(store, announceOf(host, port, { infoHash: hashOf(torrent) }), now);
    assert.notEqual(await announce(1, '1.1.1.1', 1), full);
    assert.notEqual(await announce(2, '1.1.1.1', 1), full);
    assert.equal(await announce(3, '1.1.1.1', 1), full);
    assert.equal(await announce(1, '1.1.1.1', 2), 'too many peers at this address');
    assert.notEqual(await announce(1, '1.1.1.2', 1), full);
    assert.equal(await announce(1, '1.1.1.3', 1), full);
    assert.deepEqual(store.size, { torrents: 2, peers: 3 });
    assert.notEqual(await announce(3, '1.1.1.1', 1, SILENCE + 200), full);
    assert.deepEqual(store.size, { torrents: 1, peers: 1 });
  });

  it('S-46: 200,000 announces of strangers stay within the bounds, and an honest swarm is kept', async () => {
    const store = make({ torrentsMax: 3_000, peersMax: 20_000, hostPeersMax: 500 });
    const honest = announceOf('7.7.7.7', 7, { infoHash: new Uint8Array(20).fill(7) });
    await told(store, honest);
    const random = createRandom(5);
    let refused = 0;
    for (let i = 0; i < 200_000; i++) {
      const ip = parseIp(`9.${i & 3}.${random.below(4)}.${random.below(40)}`)!;
      const infoHash = random.bytes(20);
      const announce = announceOf('9.9.9.9', 1 + random.below(65_535), { infoHash });
      store.announce({ ...announce, ip }, i, (answer) => {
        if (typeof answer === 'string') refused++;
      });
      if (i % 50_000 === 0) await told(store, honest, i);
    }
    assert.ok(refused > 100_000, `${refused} refused`);
    assert.ok(store.size.torrents <= 3_000 && store.size.peers <= 20_000);
    assert.equal((await told(store, honest, 200_000)).leeches, 1);
  });

  it('finds and forgets everybody in a crowd of 20,000 that comes and goes', async () => {
    const store = make({ torrentHostPeersMax: 20_000, hostPeersMax: 100_000 });
    const peers = Array.from({ length: 20_000 }, (_, i) =>
      announceOf(`10.0.${(i >> 8) & 255}.${i & 255}`, 1 + (i % 7), { infoHash: hashOf(i % 50) }),
    );
    const random = createRandom(3);
    const present = new Set<number>();
    for (let i = 0; i < 60_000; i++) {
      const which = random.below(peers.length);
      const leaves = random.below(3) === 0;
      const event = leaves ? 'stopped' : 'none';
      store.announce({ ...peers[which]!, event, peersWanted: 5 }, i, () => undefined);
      if (leaves) present.delete(which);
      else present.add(which);
    }
    assert.equal(store.size.peers, present.size);
    for (const which of present) {
      store.announce({ ...peers[which]!, event: 'stopped' }, 60_000, () => undefined);
    }
    assert.deepEqual(store.size, { torrents: 0, peers: 0 });
    await told(store, peers[0]!, 60_001);
    assert.equal(store.size.peers, 1);
  });
});

describe('protocol/tracker/server/selection', () => {
  it('gives everybody about the same chance, whatever the sizes', () => {
    const random = createRandom(8);
    for (const [crowd, count] of [
      [100, 10],
      [101, 50],
      [57, 56],
      [1_000, 7],
    ] as const) {
      const seen = new Float64Array(crowd);
      const rounds = 400;
      for (let i = 0; i < rounds; i++) {
        const places: number[] = [];
        anybody({ seeds: 0, leeches: crowd, askerIsSeed: false }, count, random, places);
        assert.equal(new Set(places).size, count);
        for (const place of places) seen[place]!++;
      }
      const expected = (rounds * count) / crowd;
      const spread = 5 * Math.sqrt(expected) + 1;
      for (const times of seen) {
        assert.ok(Math.abs(times - expected) < spread, `${times} of ${expected} expected`);
      }
    }
  });

  it('fewSeeds keeps to its share, and gives seeds where leeches are few', () => {
    const pick = (seeds: number, leeches: number, askerIsSeed: boolean): [number, number] => {
      const places: number[] = [];
      fewSeeds(5)({ seeds, leeches, askerIsSeed }, 20, createRandom(1), places);
      assert.equal(new Set(places).size, places.length);
      return [places.filter((place) => place < seeds).length, places.length];
    };
    assert.deepEqual(pick(100, 100, false), [4, 20]);
    assert.deepEqual(pick(100, 5, false), [15, 20]);
    assert.deepEqual(pick(100, 100, true), [0, 20]);
    assert.deepEqual(pick(2, 1, false), [2, 3]);
  });
});
