/**
 * The contract of `PeerStore`, as one suite that every store passes: the one in memory, and the one in Redis.
 *
 * A store is asked one question at a time here and judged by a naive model and by its own answers. `clock` says whether
 * it goes by the `now` that it is given; one that lives elsewhere has a clock of its own, and is not asked about silence.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import type { PeerStore, ScrapeCounts } from '../../src/protocol/index.ts';
import { parseIp } from '../../src/protocol/index.ts';
import type { StoreAnnounce, StoreRefusal, TrackerLimits } from '../../src/protocol/index.ts';

export interface StoreSubject {
  readonly name: string;
  readonly clock: boolean;
  /** Runs of the property against the model. */
  readonly runs: number;
  make(limits: Partial<TrackerLimits>): Promise<PeerStore>;
  clear(): Promise<void>;
}

/** An answer whose bytes are ours. */
export interface KeptAnswer extends ScrapeCounts {
  /** `host port` of each peer told, IPv4 first. */
  readonly peers: readonly string[];
  readonly ids: readonly string[];
}

const HASH = new Uint8Array(20).fill(0xa1);

export function announceOf(
  host: string,
  port: number,
  more: Partial<StoreAnnounce> = {},
): StoreAnnounce {
  return {
    infoHash: HASH,
    ip: parseIp(host)!,
    port,
    peerId: new TextEncoder().encode(`-SW0001-${String(port).padStart(12, '0')}`),
    key: 0,
    seed: false,
    wantsSeeds: !(more.seed ?? false),
    event: 'none',
    peersWanted: 200,
    families: 'own',
    withIds: false,
    ...more,
  };
}

export function tell(
  store: PeerStore,
  announce: StoreAnnounce,
  now = 0,
): Promise<KeptAnswer | StoreRefusal | null> {
  return new Promise((resolve) => {
    store.announce(announce, now, (answer) => {
      if (answer === null || typeof answer === 'string') return resolve(answer);
      const { v4, v6, seeds, leeches, completed } = answer;
      const peers = [...endpointsOf(v4.endpoints, 6), ...endpointsOf(v6.endpoints, 18)];
      const ids = [...idsOf(v4.ids), ...idsOf(v6.ids)];
      resolve({ seeds, leeches, completed, peers, ids });
    });
  });
}

export async function told(
  store: PeerStore,
  announce: StoreAnnounce,
  now = 0,
): Promise<KeptAnswer> {
  const answer = await tell(store, announce, now);
  assert.ok(answer !== null && typeof answer !== 'string', `answered: ${JSON.stringify(answer)}`);
  return answer;
}

export async function counts(
  store: PeerStore,
  infoHash: Uint8Array = HASH,
  now = 0,
): Promise<ScrapeCounts> {
  const all = await new Promise<readonly ScrapeCounts[] | null>((resolve) =>
    store.scrape([infoHash], now, resolve),
  );
  assert.equal(all?.length, 1);
  const { seeds, leeches, completed } = all[0]!;
  return { seeds, leeches, completed };
}

function endpointsOf(bytes: Uint8Array, stride: number): string[] {
  assert.equal(bytes.length % stride, 0);
  return Array.from({ length: bytes.length / stride }, (_, i) => {
    const entry = bytes.subarray(i * stride, (i + 1) * stride);
    return Buffer.from(entry).toString('hex');
  });
}

function idsOf(bytes: Uint8Array): string[] {
  return Array.from({ length: bytes.length / 20 }, (_, i) =>
    Buffer.from(bytes.subarray(i * 20, (i + 1) * 20)).toString('latin1'),
  );
}

/** As answers name a peer. */
export function nameOf(host: string, port: number): string {
  return Buffer.from([...parseIp(host)!, port >> 8, port & 255]).toString('hex');
}

export function describeStore(subject: StoreSubject): void {
  describe(`peer store: ${subject.name}`, () => {
    afterEach(() => subject.clear());

    it('behaves as a naive list does, whatever comes', async () => {
      const step = fc.record({
        host: fc.constantFrom('1.1.1.1', '2.2.2.2', '2001:db8::1'),
        port: fc.integer({ min: 1, max: 4 }),
        seed: fc.boolean(),
        event: fc.constantFrom('none', 'none', 'started', 'completed', 'stopped'),
      } as const);
      let peersTold = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (script) => {
          const store = await subject.make({});
          const model = new Map<string, boolean>();
          let completed = 0;
          for (const { host, port, seed, event } of script) {
            const name = nameOf(host, port);
            const answer = await told(store, announceOf(host, port, { seed, event }));
            if (event === 'stopped') model.delete(name);
            else {
              if (event === 'completed' && model.get(name) !== true) completed++;
              model.set(name, seed);
            }
            if (model.size === 0) completed = 0; // nobody is left who could ask
            const seeds = [...model.values()].filter(Boolean).length;
            assert.deepEqual(
              [answer.seeds, answer.leeches, answer.completed],
              [seeds, model.size - seeds, completed],
            );
            const expected = [...model]
              .filter(([other, isSeed]) => other !== name && !(seed && isSeed))
              .map(([other]) => other)
              .filter((other) => event !== 'stopped' && other.length === name.length);
            assert.deepEqual([...answer.peers].sort(), expected.sort());
            peersTold += expected.length;
          }
          await subject.clear();
        }),
        { numRuns: subject.runs },
      );
      assert.ok(peersTold > 20 * subject.runs, `${peersTold} peers were told`);
    });

    it('tells no more than wanted, each once, none of them the asker, everybody at times', async () => {
      const store = await subject.make({ torrentHostPeersMax: 1_000 });
      for (let port = 1; port <= 60; port++) {
        await told(store, announceOf('1.1.1.1', port, { seed: port <= 10, peersWanted: 0 }));
      }
      const seen = new Map<string, number>();
      for (let i = 0; i < 120; i++) {
        const { peers } = await told(store, announceOf('1.1.1.1', 60, { peersWanted: 10 }));
        assert.equal(peers.length, 10);
        assert.equal(new Set(peers).size, 10);
        for (const peer of peers) seen.set(peer, (seen.get(peer) ?? 0) + 1);
      }
      assert.equal(seen.size, 59);
      assert.ok(!seen.has(nameOf('1.1.1.1', 60)));
      const seed = await told(store, announceOf('1.1.1.1', 1, { seed: true, peersWanted: 200 }));
      assert.equal(seed.peers.length, 50);
      const both = { seed: true, wantsSeeds: true, peersWanted: 200 };
      assert.equal((await told(store, announceOf('1.1.1.1', 1, both))).peers.length, 59);
    });

    it('keeps families apart (BEP 7), and fills up from the other one where asked to', async () => {
      const store = await subject.make({});
      for (let port = 1; port <= 9; port++) {
        await told(store, announceOf('1.1.1.1', port));
        await told(store, announceOf('2001:db8::1', port));
      }
      const ask = async (families: 'own' | 'both'): Promise<number[]> => {
        const wish = { families, peersWanted: 12 };
        const { peers } = await told(store, announceOf('2001:db8::2', 99, wish));
        const six = peers.filter((name) => name.length === 36).length;
        return [six, peers.length - six];
      };
      assert.deepEqual(await ask('own'), [9, 0]);
      assert.deepEqual(await ask('both'), [9, 3]);
    });

    it('gives the ids that belong to the peers, where they are wanted', async () => {
      const store = await subject.make({});
      for (const port of [1, 2]) await told(store, announceOf('1.1.1.1', port));
      await told(store, announceOf('2001:db8::1', 3));
      const wish = { families: 'both', withIds: true } as const;
      const { peers, ids } = await told(store, announceOf('1.1.1.1', 4, wish));
      const ports = peers.map((name) => parseInt(name.slice(-4), 16));
      assert.deepEqual(
        ids,
        ports.map((port) => `-SW0001-${String(port).padStart(12, '0')}`),
      );
      assert.deepEqual(ports.sort(), [1, 2, 3]);
    });

    it('counts a completed download once, and scrapes what it does not know as zeros', async () => {
      const store = await subject.make({});
      for (let i = 0; i < 3; i++) {
        await told(store, announceOf('1.1.1.1', 1, { event: 'completed', seed: true }));
      }
      assert.deepEqual(await counts(store), { seeds: 1, leeches: 0, completed: 1 });
      const unknown = await counts(store, new Uint8Array(20));
      assert.deepEqual(unknown, { seeds: 0, leeches: 0, completed: 0 });
    });

    it('S-48: one with a key leaves by that key only', async () => {
      const store = await subject.make({});
      await told(store, announceOf('1.1.1.1', 1, { key: 0xfedcba98 }));
      const stop = (key: number | null): Promise<KeptAnswer> =>
        told(store, announceOf('1.1.1.1', 1, { key, event: 'stopped' }));
      assert.equal((await stop(8)).leeches, 1);
      assert.equal((await stop(null)).leeches, 1);
      assert.equal((await stop(0xfedcba98)).leeches, 0);
    });

    it('S-46: a full swarm makes room for a newcomer, by family', async () => {
      const store = await subject.make({ torrentPeersMax: 5 });
      for (let port = 1; port <= 20; port++) {
        const { leeches } = await told(store, announceOf('1.1.1.1', port), port * 1_000);
        assert.equal(leeches, Math.min(port, 5));
        const { peers } = await told(store, announceOf('1.1.1.1', port), port * 1_000);
        assert.equal(peers.length, Math.min(port, 5) - 1);
      }
      assert.equal((await told(store, announceOf('2001:db8::1', 1), 20_000)).leeches, 6);
    });

    it('S-46: torrentHostPeersMax by IPv4 address and by IPv6 /64; room again when one leaves', async () => {
      const store = await subject.make({ torrentHostPeersMax: 3 });
      const hosts = ['2001:db8::1', '2001:db8::2', '2001:db8::ffff:1', '2001:db8:0:0:7::'];
      const refused = 'too many peers at this address';
      for (let port = 1; port <= 4; port++) {
        const four = await tell(store, announceOf('1.1.1.1', port));
        const six = await tell(store, announceOf(hosts[port - 1]!, 1));
        assert.deepEqual([four === refused, six === refused], [port > 3, port > 3]);
      }
      await told(store, announceOf('1.1.1.1', 2)); // known, and renewed
      await told(store, announceOf('1.1.1.2', 4));
      await told(store, announceOf('2001:db8:0:1::1', 1));
      await told(store, announceOf('1.1.1.1', 1, { event: 'stopped' }));
      await told(store, announceOf('1.1.1.1', 4));
    });
  });
}
