/**
 * A graceful stop in whole swarms: what was asked for comes, what was promised is sent, and then it stops, once.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';

/** One MiB. */
const content = plainContent(32, 2 * BLOCK);

interface Trio {
  readonly scene: Scene;
  readonly seed: Engine;
  readonly leeches: readonly [Engine, Engine];
}

function trio(): Trio {
  const scene = new Scene();
  const seed = scene.engine({ content, holds: 'all', up: 200_000 });
  const leeches = [1, 2].map(() => scene.engine({ content, up: 200_000 })) as [Engine, Engine];
  leeches[0].meet(seed, leeches[1]);
  leeches[1].meet(seed);
  return { scene, seed, leeches };
}

const drain = (engine: Engine): void =>
  engine.command({ type: 'drain-torrent', torrent: engine.id });
const stops = (engine: Engine): number =>
  engine.states.filter((state) => state === 'stopped').length;
/** Blocks that it received. */
const blocksOf = (engine: Engine): number => engine.torrent.downloaded / BLOCK;

describe('scenarios: graceful stops', () => {
  scenario(
    'a download stopped gracefully half way gets what it asked for, no block twice, and finishes',
    () => {
      const { scene, leeches } = trio();
      const [leech] = leeches;
      assert(scene.until(() => leech.verified >= 16, 60_000));
      const out = leech.torrent.peers.reduce((sum, peer) => sum + peer.requests.length, 0);
      const before = blocksOf(leech);
      assert(out > 0);
      drain(leech);
      const asked = leech.sent.filter(({ message }) => message.type === 'request').length;
      assert(scene.until(() => stops(leech) === 1, 10_000));
      assert(!leech.complete);
      assert.equal(blocksOf(leech) - before, out, 'all of it, and nothing else');
      assert.equal(
        leech.sent.filter(({ message }) => message.type === 'request').length,
        asked,
        'nothing new',
      );
      leech.start();
      scene.finish(leeches, 22_000);
      assert.equal(stops(leech), 1);
      assert.equal(blocksOf(leech), 64, 'no block came twice');
      assert(leech.holdsTruth);
    },
  );

  scenario('a torrent without peers that is stopped gracefully stops at once', () => {
    const scene = new Scene();
    const leech = scene.engine({ content });
    scene.run(6000);
    drain(leech);
    scene.run(1);
    assert.deepEqual(leech.states, ['opening', 'active', 'stopping', 'stopped']);
    leech.start();
    scene.run(60_000);
    assert.deepEqual(leech.states.slice(4), ['opening', 'active']);
  });

  scenario('a seed stopped gracefully sends what was asked for, and serves the rest later', () => {
    const { scene, seed, leeches } = trio();
    assert(scene.until(() => seed.torrent.uploaded >= 3 * BLOCK, 10_000));
    let promised = seed.torrent.uploaded / BLOCK;
    for (const { uploads, reading } of seed.torrent.peers) {
      promised += uploads.length + reading.length;
    }
    drain(seed);
    assert(scene.until(() => stops(seed) === 1, 30_000));
    assert.equal(seed.torrent.uploaded, promised * BLOCK, 'as promised, and nothing else');
    seed.start();
    scene.finish(leeches, 100_000);
    assert.equal(stops(seed), 1);
    for (const leech of leeches) assert(leech.holdsTruth);
  });
});
