/** Dialling back: in virtual time every way it can go, and over real sockets a peer that listens and one that does not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { formatIp, parseIp, Reachability } from '../../src/protocol/index.ts';
import { MemoryWorld } from '../../src/reactors/memory/index.ts';
import type { MemoryReactor } from '../../src/reactors/memory/index.ts';
import { ReachProber } from '../../src/tracker/reach-prober.ts';
import type { DialOnce } from '../../src/tracker/reach-prober.ts';
import { createTracker } from '../../src/tracker/index.ts';
import { INFO_HASH } from '../support/announce-world.ts';

/** A dial over a reactor; `dials` hears of each. */
function dialOver(reactor: MemoryReactor, world: MemoryWorld, dials: string[]): DialOnce {
  return ({ ip, port }, timeMax, ended) => {
    const host = formatIp(ip);
    dials.push(`${host} ${port} at ${world.now}`);
    let told = false;
    const end = (outcome: 'reached' | 'unreached'): void => {
      if (told) return;
      told = true;
      late.cancel();
      ended(outcome);
    };
    const late = reactor.callLater(timeMax, () => end('unreached'));
    reactor.connectTCP(
      { host, port },
      {
        connectionMade: (transport) => {
          transport.abort();
          end('reached');
        },
        connectionLost: () => end('unreached'),
        dataReceived: () => undefined,
        pauseWriting: () => undefined,
        resumeWriting: () => undefined,
      },
    );
    return () => {
      told = true;
      late.cancel();
    };
  };
}

describe('tracker/reach-prober', () => {
  it('virtual time: reached, refused, and without an answer; again after a while, then silence', () => {
    const world = new MemoryWorld();
    const tracker = world.addHost({ host: '1.0.0.1' }).boot();
    const open = world.addHost({ host: '1.0.0.2' });
    let accepted = 0;
    open.boot().listenTCP(
      { host: '1.0.0.2', port: 6881 },
      () => {
        accepted++;
        return {
          connectionMade: () => undefined,
          connectionLost: () => undefined,
          dataReceived: () => undefined,
          pauseWriting: () => undefined,
          resumeWriting: () => undefined,
        };
      },
      () => undefined,
    );
    world.addHost({ host: '1.0.0.3' }).boot();
    world.addHost({ host: '1.0.0.4', reachable: false }).boot();
    const reach = new Reachability({ timeMax: 5_000, againAfter: 30_000 });
    const dials: string[] = [];
    const prober = new ReachProber(reach, dialOver(tracker, world, dials), tracker);
    for (const n of [2, 3, 4]) reach.announced(parseIp(`1.0.0.${n}`)!, 6881, world.now);
    world.advance(20_000);
    assert.deepEqual(
      dials,
      [2, 3, 4].map((n) => `1.0.0.${n} 6881 at 250`),
    );
    assert.equal(accepted, 1);
    assert.deepEqual([reach.counters.reached, reach.counters.unreached], [1, 2]);
    const judged = (): boolean[] =>
      [2, 3, 4].map((n) => reach.isUnreached(Uint8Array.of(1, 0, 0, n, 26, 225), 0, 6));
    assert.deepEqual(judged(), [false, false, false]);
    world.advance(30_000);
    assert.equal(dials.length, 5);
    assert.deepEqual(judged(), [false, true, true]);
    world.advance(3_600_000);
    assert.equal(dials.length, 5);
    reach.announced(parseIp('1.0.0.5')!, 6881, world.now);
    prober.stop();
    world.settle();
    assert.equal(dials.length, 5);
  });

  it('virtual time: no more at once than it may; who is given up at the end is untold', () => {
    const world = new MemoryWorld();
    const tracker = world.addHost({ host: '1.0.0.1' }).boot();
    const reach = new Reachability({ underWayMax: 4, timeMax: 1_000 });
    const dials: string[] = [];
    const prober = new ReachProber(reach, dialOver(tracker, world, dials), tracker);
    for (let n = 10; n < 30; n++) {
      world.addHost({ host: `1.0.0.${n}`, reachable: false }).boot();
      reach.announced(parseIp(`1.0.0.${n}`)!, 6881, 0);
    }
    let most = 0;
    for (let i = 0; i < 300 && dials.length < 20; i++) {
      world.advance(100);
      most = Math.max(most, reach.underWay);
    }
    assert.equal(dials.length, 20);
    assert.equal(most, 4);
    const before = { ...reach.counters };
    prober.stop();
    world.settle();
    assert.deepEqual(reach.counters, before);
  });

  it('real sockets: the peer that listens is told to others, the one that does not is not; both are counted', async function () {
    this.timeout(30_000);
    const listener = createServer((socket) => socket.on('error', () => undefined).resume());
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port: openPort } = listener.address() as AddressInfo;
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port: closedPort } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    const tracker = await createTracker({ probe: { againAfter: 0 } });
    const get = async (path: string): Promise<string> => {
      const socket = connect(tracker.port, tracker.host);
      socket.end(`GET ${path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n`);
      const parts: Buffer[] = [];
      for await (const part of socket) parts.push(part as Buffer);
      return Buffer.concat(parts).toString('latin1');
    };
    const hash = Array.from(INFO_HASH, (byte) => '%' + byte.toString(16).padStart(2, '0')).join('');
    const announce = (port: number): Promise<string> =>
      get(`/announce?info_hash=${hash}&peer_id=-SW0001-abcdefghijkl&left=1&compact=1&port=${port}`);
    try {
      await announce(openPort);
      await announce(closedPort);
      // Each look asks the tracker, and so gives it its turn.
      let probes = tracker.statistics.probes!;
      while (probes.reached < 1 || probes.unreached < 2) {
        await get('/stats.json');
        probes = tracker.statistics.probes!;
      }
      const answer = await announce(1023);
      const peer = Buffer.from([127, 0, 0, 1, openPort >> 8, openPort & 0xff]).toString('latin1');
      assert.ok(answer.includes(`5:peers6:${peer}`), JSON.stringify(answer));
      assert.match(answer, /10:incompletei3e/);
      const stats = JSON.parse((await get('/stats.json')).split('\r\n\r\n')[1]!) as {
        probes: Record<string, number>;
      };
      assert.deepEqual(stats.probes, {
        ...{ reached: 1, unreached: 2, unknown: 0, untried: 0, withheld: 1 },
        ...{ underWay: 0, known: 2 },
      });
      const metrics = await get('/metrics');
      assert.match(metrics, /^swarmwright_tracker_probes_total\{outcome="unreached"\} 2$/m);
      assert.match(metrics, /^swarmwright_tracker_peers_withheld_total 1$/m);
    } finally {
      await tracker.close();
      listener.close();
    }
    const silent = await createTracker();
    assert.equal(silent.statistics.probes, null);
    await silent.close();
  });
});
