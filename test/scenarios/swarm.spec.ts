/**
 * Small swarms of whole engines: they finish, they tell what happened once, and they survive being stopped, started,
 * pointed at nobody and pointed at themselves.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { fixedPipelining } from '../../src/behaviors/index.ts';
import type { PeerMessage } from '../../src/protocol/index.ts';
import { BLOCK, plainContent } from './content.ts';
import type { Content } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine, EngineOptions } from './scene.ts';

const DAY = 86_400_000;
/** One MiB: five seconds at the rate of a `pair`. */
const content: Content = plainContent(32, 2 * BLOCK);

interface Pair {
  readonly scene: Scene;
  readonly seed: Engine;
  readonly leech: Engine;
}

function pair(
  options: { readonly seed?: Partial<EngineOptions>; readonly leech?: Partial<EngineOptions> } = {},
): Pair {
  const scene = new Scene();
  const seed = scene.engine({ content, holds: 'all', up: 200_000, ...options.seed });
  const leech = scene.engine({ content, ...options.leech });
  leech.meet(seed);
  return { scene, seed, leech };
}

function halfWay({ scene, leech }: Pair): void {
  assert(scene.until(() => leech.verified >= 16, 60_000));
  assert(!leech.complete);
}

describe('scenarios: small swarms', () => {
  scenario('a seed and a leech: everything is there, and right, in 10 s', () => {
    const { scene, leech } = pair();
    scene.finish([leech], 10_000);
    assert(leech.holdsTruth);
    // The control: where nothing can come through, nothing is complete.
    const cut = pair();
    cut.scene.world.cut('control', { groups: [0, 1], oneWay: false });
    cut.scene.run(60_000);
    assert(!cut.leech.complete && cut.leech.verified === 0);
  });

  scenario('what is added as complete gives a whole download', () => {
    const { scene, seed, leech } = pair({ seed: { existing: 'all' } });
    assert.equal(seed.of('complete').length, 0, 'not before its store is open');
    scene.finish([leech], 20_000);
    assert.equal(seed.torrent.uploaded, content.bytes.length);
    assert(leech.holdsTruth);
  });

  scenario('what is added as complete is not hashed before it is given', () => {
    const { scene, seed, leech } = pair({ seed: { existing: 'all' } });
    scene.finish([leech], 20_000);
    assert.equal(scene.count(seed, 'store-hash'), 0);
    assert.equal(scene.count(seed, 'store-read'), 64);
    assert.equal(scene.count(leech, 'store-hash'), 32);
  });

  scenario('the figures of a swarm of two: one torrent, one peer, one extended handshake', () => {
    const both = pair();
    const { scene, seed, leech } = both;
    halfWay(both);
    assert.equal([...leech.session.torrents].filter((each) => each.left > 0).length, 1);
    assert.equal(leech.session.connectionCount, 1);
    assert.equal(seed.session.connectionCount, 1);
    assert.equal(seed.torrent.peers[0]?.dialled, false);
    assert.equal(seed.torrent.peers[0].clientName, 'Swarmwright scenario');
    scene.finish([leech], 20_000);
    assert.equal(leech.sent.filter(({ message }) => message.type === 'extended').length, 1);
  });

  scenario('a download stopped half way and started at once stops once and finishes', () => {
    const both = pair();
    const { scene, leech } = both;
    halfWay(both);
    const { downloaded } = leech.torrent;
    leech.stop();
    leech.start();
    scene.finish([leech], 22_000);
    assert.deepEqual(leech.states, [
      'opening',
      'active',
      'stopping',
      'stopped',
      'opening',
      'active',
    ]);
    assert(leech.holdsTruth);
    const again = leech.torrent.downloaded - content.bytes.length;
    assert(again >= 0 && again <= 32 * BLOCK, `${again} bytes came twice, of ${downloaded}`);
  });

  scenario('a seed stopped after three blocks and started at once serves the rest', () => {
    const { scene, seed, leech } = pair();
    assert(scene.until(() => seed.torrent.uploaded >= 3 * BLOCK, 10_000));
    seed.stop();
    seed.start();
    scene.finish([leech], 100_000);
    assert.equal(seed.states.filter((state) => state === 'stopped').length, 1);
    assert(leech.holdsTruth);
  });

  scenario('a session shut down in mid-download ends clean: nothing open, nothing due', () => {
    const both = pair();
    const { scene, seed, leech } = both;
    halfWay(both);
    leech.command({ type: 'shutdown' });
    scene.run(5000);
    assert.equal(leech.told.at(-1)?.event.type, 'closed');
    assert.equal(leech.of('closed').length, 1);
    assert.equal(leech.session.connectionCount, 0);
    assert.equal(leech.session.deadline, Infinity);
    assert.equal(leech.peer.time.pending, 0);
    assert.equal(seed.torrent.peers.length, 0);
    const { length } = leech.told;
    scene.run(DAY / 24);
    assert.equal(leech.told.length, length, 'and not a word more');
  });

  scenario('three dead addresses: three time-outs of 10 s, then fewer and fewer tries', () => {
    const scene = new Scene();
    const leech = scene.engine({ content });
    const dead = ['10.9.0.1', '10.9.0.2', '10.9.0.3'];
    leech.meet(...dead.map((host) => ({ address: { host, port: 6881 } })));
    scene.run(10_001);
    const failed = leech.of('connection-failed');
    assert.deepEqual(
      failed.map(({ at, event }) => [at, event.address.host, event.reason]),
      dead.map((host) => [10_000, host, 'timed-out']),
    );
    scene.run(DAY / 2);
    for (const host of dead) {
      const tries = leech
        .of('connection-failed')
        .filter(({ event }) => event.address.host === host);
      assert.equal(tries.length, 10, 'ten in a row, then it is given up for a day');
      for (let i = 1; i < tries.length; i++) {
        const rest = tries[i]!.at - tries[i - 1]!.at - 10_000;
        const least = 0.75 * Math.min(5000 * 2 ** (i - 1), 3_600_000);
        assert(rest >= least && rest <= (least * 5) / 3 + 1, `rest ${i}: ${rest} ms`);
      }
    }
  });

  scenario('told its own address, it meets itself once and does not come again', () => {
    const scene = new Scene();
    const engine = scene.engine({ content });
    engine.meet(engine);
    scene.run(DAY);
    const failed = engine.of('connection-failed');
    assert.deepEqual(
      failed.map(({ event }) => event.reason),
      ['self-connection', 'self-connection'],
    );
    assert.equal(
      failed.filter(({ event }) => event.conn % 2 === 0).length,
      1,
      'both ends are ours',
    );
    assert.equal(scene.count(engine, 'connect'), 1);
    assert.equal(engine.session.connectionCount, 0);
  });

  scenario('completion is told once, and so is every piece', () => {
    const { scene, leech } = pair();
    scene.finish([leech], 20_000);
    scene.run(600_000);
    assert.equal(leech.of('complete').length, 1);
    const pieces = leech.of('piece-verified').map(({ event }) => event.index);
    assert.deepEqual(
      pieces.sort((a, b) => a - b),
      Array.from({ length: 32 }, (_, i) => i),
    );
  });

  scenario('a seed sends every block once, and each of them', () => {
    const { scene, seed, leech } = pair();
    scene.finish([leech], 20_000);
    const blocks = seed.sent.flatMap(({ message }) =>
      message.type === 'piece' ? [message.index * 2 + message.begin / BLOCK] : [],
    );
    assert.deepEqual(
      blocks.sort((a, b) => a - b),
      Array.from({ length: 64 }, (_, i) => i),
    );
  });

  scenario('nobody is told of a piece that it has', () => {
    const scene = new Scene();
    const seed = scene.engine({ content, holds: 'all', up: 400_000 });
    const leeches = [1, 2, 3].map(() => scene.engine({ content, up: 400_000 }));
    for (const leech of leeches) leech.meet(seed, ...leeches.filter((each) => each !== leech));
    scene.finish(leeches, 60_000);
    let told = 0;
    for (const leech of leeches) {
      const isSeed = new Map(
        leech.of('peer-connected').map(({ event }) => {
          const { host } = event.address;
          return [event.conn, host === seed.address.host];
        }),
      );
      for (const { conn, message } of leech.sent) {
        if (message.type !== 'have') continue;
        told++;
        assert.equal(isSeed.get(conn), false, 'the seed has every piece');
      }
    }
    assert(told > 32, 'leeches tell each other');
  });

  scenario('a seed that tells half by bitfield and half by have is used as a seed', () => {
    const scene = new Scene();
    const leech = scene.engine({ content });
    const stranger = scene.stranger(content).listen((talk) => {
      talk.greet();
      const had: PeerMessage = { type: 'bitfield', bits: new Uint8Array(4).fill(0x55) };
      talk.say(had);
      for (let index = 0; index < 32; index += 2) talk.say({ type: 'have', index });
      talk.serve();
    });
    leech.meet(stranger);
    scene.finish([leech], 10_000);
    assert.equal(stranger.talks.length, 1);
    assert(leech.holdsTruth);
  });

  scenario('pieces begun are finished before others are begun', () => {
    const large = plainContent(8, 32 * BLOCK);
    const scene = new Scene();
    const seed = scene.engine({ content: large, holds: 'all', up: 1_000_000 });
    const leech = scene.engine({ content: large, behaviors: { pipelining: fixedPipelining(8) } });
    leech.meet(seed);
    let most = 0;
    const done = scene.until(() => {
      most = Math.max(most, leech.torrent.view.partialCount);
      return leech.complete;
    }, 60_000);
    assert(done);
    assert.equal(leech.of('piece-begun').length, 8);
    assert(most >= 1 && most <= 2, `${most} pieces were begun at once`);
  });

  scenario('the swarm finishes with all timers five seconds late', () => {
    const scene = new Scene({ faults: { timer: () => 5000 } });
    const seed = scene.engine({ content, holds: 'all' });
    const leech = scene.engine({ content });
    leech.meet(seed);
    scene.finish([leech], 120_000);
    assert(leech.holdsTruth);
  });

  scenario(
    'the first thing told of a torrent is its state, and the last that it was removed',
    () => {
      const { scene, leech } = pair();
      scene.finish([leech], 20_000);
      leech.command({ type: 'remove-torrent', torrent: leech.id });
      scene.run(10_000);
      const [first] = leech.told;
      assert.deepEqual(first?.event, {
        type: 'state-changed',
        torrent: 1,
        state: 'opening',
        fault: null,
      });
      const about = leech.told.filter(({ event }) => 'torrent' in event && event.torrent === 1);
      assert.equal(about.at(-1)?.event.type, 'removed');
      assert.equal(leech.of('removed').length, 1);
      // The seed comes back to its door: that is told, and of no torrent any more.
      assert.equal(leech.told.at(-1)?.event.type, 'connection-failed');
    },
  );
});
