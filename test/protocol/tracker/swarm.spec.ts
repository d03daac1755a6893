/** The pure tracker: swarms against a naive model, samples, expiry, S-46 bounds, S-48; B-39 (not itself, no seeds to seeds). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import type { AnnounceQuery } from '../../../src/protocol/tracker/announce-query.ts';
import { peersPerReplyMax, peersWantedDefault } from '../../../src/protocol/tracker/limits.ts';
import type { SwarmPeer } from '../../../src/protocol/tracker/swarm.ts';
import { Swarm } from '../../../src/protocol/tracker/swarm.ts';
import type { AnnounceAnswer } from '../../../src/protocol/tracker/swarms.ts';
import { Swarms } from '../../../src/protocol/tracker/swarms.ts';
import { INFO_HASH, PEER_ID } from '../../support/announce-world.ts';

const INTERVAL = 1_800_000;

function query(port: number, more: Partial<AnnounceQuery> = {}): AnnounceQuery {
  const rest = {
    uploaded: 0,
    downloaded: 0,
    left: 1,
    event: 'none',
    peersWanted: null,
    key: port,
  } as const;
  return { infoHash: INFO_HASH, peerId: PEER_ID, port, ...rest, ...more };
}

function answered(answer: AnnounceAnswer | string): AnnounceAnswer {
  assert.ok(typeof answer !== 'string', 'the announce is answered');
  return answer;
}

describe('protocol/tracker/swarm', () => {
  it('behaves as a naive list does, whatever comes', () => {
    const peer = fc.record({
      host: fc.constantFrom('1.1.1.1', '2.2.2.2', '2001:db8::1'),
      port: fc.integer({ min: 1, max: 4 }),
      seed: fc.boolean(),
      step: fc.constantFrom('put', 'put', 'put', 'remove', 'expire'),
    });
    let sampled = 0;
    fc.assert(
      fc.property(
        fc.array(peer, { minLength: 30, maxLength: 60 }),
        fc.integer(),
        (script, seedValue) => {
          const swarm = new Swarm(100);
          const random = createRandom(seedValue);
          const model = new Map<string, { seed: boolean; at: number }>();
          script.forEach(({ host, port, seed, step }, now) => {
            const address = { host, port };
            const name = `${host} ${port}`;
            if (step === 'put') {
              swarm.put({ address, peerId: PEER_ID, key: 1, seed }, now);
              model.set(name, { seed, at: now });
            } else if (step === 'remove') {
              assert.equal(swarm.remove(address, 1), model.delete(name));
            } else {
              swarm.expire(now - 10);
              for (const [old, { at }] of model) if (at < now - 10) model.delete(old);
            }
            const seeds = [...model.values()].filter((entry) => entry.seed).length;
            assert.deepEqual(
              [swarm.size, swarm.seeds, swarm.leeches],
              [model.size, seeds, model.size - seeds],
            );
            for (const family of ['v4', 'v6'] as const) {
              const out: SwarmPeer[] = [];
              swarm.sample(family, address, seed, 100, random, out);
              const names = out
                .map((entry) => `${entry.address.host} ${entry.address.port}`)
                .sort();
              const expected = [...model]
                .filter(([other, entry]) => other !== name && !(seed && entry.seed))
                .map(([other]) => other)
                .filter((other) => other.includes(':') === (family === 'v6'))
                .sort();
              assert.deepEqual(names, expected);
              sampled += names.length;
            }
          });
        },
      ),
      { numRuns: 200 },
    );
    assert.ok(sampled > 1_000, `${sampled} peers were sampled`);
  });

  it('samples without repetition, and everybody about as often', () => {
    const swarm = new Swarm(1_000);
    const random = createRandom(5).fork('sample');
    for (let port = 1; port <= 101; port++) {
      swarm.put(
        { address: { host: '1.1.1.1', port }, peerId: PEER_ID, key: null, seed: port % 3 === 0 },
        0,
      );
    }
    const counts = new Map<number, number>();
    for (let i = 0; i < 2_000; i++) {
      const out: SwarmPeer[] = [];
      assert.equal(swarm.sample('v4', { host: '1.1.1.1', port: 101 }, false, 10, random, out), 10);
      assert.equal(new Set(out).size, 10);
      for (const { address } of out) counts.set(address.port, (counts.get(address.port) ?? 0) + 1);
    }
    assert.equal(counts.size, 100);
    for (const [port, count] of counts)
      assert.ok(count > 120 && count < 290, `${port}: ${count}, 200 expected`);
  });

  it('S-46: a full swarm forgets the one silent longest', () => {
    const swarm = new Swarm(2);
    const put = (port: number, now: number): void =>
      swarm.put(
        { address: { host: '1.1.1.1', port }, peerId: PEER_ID, key: null, seed: false },
        now,
      );
    put(1, 0);
    put(2, 1);
    put(1, 2);
    put(3, 3);
    assert.equal(swarm.size, 2);
    assert.equal(swarm.remove({ host: '1.1.1.1', port: 2 }, null), false);
    assert.equal(swarm.remove({ host: '1.1.1.1', port: 1 }, null), true);
  });

  it('S-48: one with a key leaves by that key only', () => {
    const swarm = new Swarm(2);
    const address = { host: '1.1.1.1', port: 1 };
    swarm.put({ address, peerId: PEER_ID, key: 7, seed: false }, 0);
    assert.equal(swarm.remove(address, 8), false);
    assert.equal(swarm.remove(address, null), false);
    assert.equal(swarm.remove(address, 7), true);
  });
});

describe('protocol/tracker/swarms', () => {
  const make = (more = {}): Swarms =>
    new Swarms({ interval: INTERVAL, allowed: null, ...more }, createRandom(1));

  it('numwant: peersWantedDefault, peersPerReplyMax, none for a goodbye', () => {
    const swarms = make();
    for (let port = 1; port <= 300; port++) swarms.announce(query(port), '1.1.1.1', 'both', 0);
    const given = (peersWanted: number | null): number =>
      answered(swarms.announce(query(1, { peersWanted }), '1.1.1.1', 'both', 0)).peers.length;
    assert.equal(given(null), peersWantedDefault);
    assert.equal(given(0), 0);
    assert.equal(given(peersPerReplyMax), peersPerReplyMax);
    assert.equal(given(peersPerReplyMax + 1), peersPerReplyMax);
    const goodbye = answered(swarms.announce(query(1, { event: 'stopped' }), '1.1.1.1', 'both', 0));
    assert.deepEqual([goodbye.peers.length, goodbye.leeches], [0, 299]);
  });

  it('seeds hear of leeches only; completed is counted; nobody hears of itself', () => {
    const swarms = make();
    swarms.announce(query(1, { left: 0 }), '1.1.1.1', 'both', 0);
    const two = answered(
      swarms.announce(query(2, { left: 0, event: 'completed' }), '1.1.1.1', 'both', 0),
    );
    assert.deepEqual([two.seeds, two.leeches, two.completed, two.peers.length], [2, 0, 1, 0]);
    const three = answered(swarms.announce(query(3), '1.1.1.1', 'both', 0));
    assert.equal(three.peers.length, 2);
  });

  it('gives the own family first, the other one only where asked for', () => {
    const swarms = make();
    for (let port = 1; port <= 9; port++) {
      swarms.announce(query(port), '1.1.1.1', 'both', 0);
      swarms.announce(query(port), '2001:db8::1', 'both', 0);
    }
    const hosts = (families: 'own' | 'both'): number[] => {
      const { peers } = answered(
        swarms.announce(query(99, { peersWanted: 12 }), '2001:db8::2', families, 0),
      );
      const six = peers.filter(({ address }) => address.host.includes(':')).length;
      return [six, peers.length - six];
    };
    assert.deepEqual(hosts('both'), [9, 3]);
    assert.deepEqual(hosts('own'), [9, 0]);
  });

  it('forgets a peer that is silent for more than twice the interval, and empty swarms', () => {
    const swarms = make();
    swarms.announce(query(1), '1.1.1.1', 'both', 0);
    assert.equal(swarms.scrape(INFO_HASH, 2 * INTERVAL).leeches, 1);
    assert.equal(swarms.scrape(INFO_HASH, 2 * INTERVAL + 1).leeches, 0);
    swarms.sweep(2 * INTERVAL + 1);
    assert.equal(swarms.size, 0);
    swarms.announce(query(1, { event: 'stopped' }), '1.1.1.1', 'both', 0);
    assert.equal(swarms.size, 0);
  });

  it('S-46: swarmsMax; room again when swarms end; the white list', () => {
    const swarms = make({ swarmsMax: 2 });
    const torrent = (n: number): AnnounceQuery =>
      query(1, { infoHash: new Uint8Array(20).fill(n) });
    for (const n of [1, 2]) answered(swarms.announce(torrent(n), '1.1.1.1', 'both', 0));
    assert.equal(swarms.announce(torrent(3), '1.1.1.1', 'both', 1), 'the tracker is full');
    answered(swarms.announce(torrent(2), '1.1.1.1', 'both', 1));
    answered(swarms.announce(torrent(3), '1.1.1.1', 'both', 3 * INTERVAL));
    const closed = make({ allowed: [new Uint8Array(20).fill(1)] });
    answered(closed.announce(torrent(1), '1.1.1.1', 'both', 0));
    assert.equal(
      closed.announce(torrent(2), '1.1.1.1', 'both', 0),
      'torrent not registered with this tracker',
    );
  });
});
