/**
 * What is on the disk before a torrent starts: found exactly, never cut, and not looked at by a torrent that rests.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { BLOCK, contentOf } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';

const content = contentOf({
  files: [
    { name: 'a', length: 3 * BLOCK + 5 },
    { name: 'b', length: 2 * BLOCK },
    { name: 'c', length: 4 * BLOCK - 100 },
  ],
  pieceLength: BLOCK,
});
const { pieceCount } = content.metainfo;
const FILE = 'folder/a';

describe('scenarios: what is there already', () => {
  scenario(
    'a check finds everything that is there, tells how far it is, and starts as a seed',
    () => {
      const scene = new Scene();
      const latency = { hash: 50 };
      const config = { checkJobsMax: 2 };
      const engine = scene.engine({ content, holds: 'all', existing: 'check', latency, config });
      scene.run(60_000);
      assert.deepEqual(engine.states, ['opening', 'checking', 'active']);
      const progress = engine.of('check-progress').map(({ event }) => event);
      assert.deepEqual(
        progress.map(({ checked, verified }) => [checked, verified]),
        Array.from({ length: pieceCount }, (_, i) => [i + 1, i + 1]),
      );
      assert.equal(engine.of('complete').length, 1);
      assert.equal(scene.count(engine, 'store-write'), 0);
    },
  );

  scenario('a wrong first piece: exactly that one is missing', () => {
    const scene = new Scene();
    const engine = scene.engine({ content, holds: 'all', existing: 'check', started: false });
    const wrong = content.bytes.slice(0, 3 * BLOCK + 5);
    wrong[77]! ^= 0x10;
    engine.disk.replace(FILE, wrong);
    engine.start();
    scene.run(10_000);
    assert.equal(engine.state, 'active');
    assert.deepEqual(
      Array.from({ length: pieceCount }, (_, piece) => engine.torrent.view.has(piece)),
      Array.from({ length: pieceCount }, (_, piece) => piece > 0),
    );
    assert.equal(engine.torrent.left, BLOCK);
    assert.equal(engine.of('complete').length, 0);
  });

  scenario('a file longer than it should be passes the check and keeps its length', () => {
    const scene = new Scene();
    const engine = scene.engine({ content, holds: 'all', existing: 'check', started: false });
    engine.disk.extend(FILE, new Uint8Array(1000).fill(9));
    engine.start();
    scene.run(10_000);
    assert(engine.complete);
    const left = engine.fileAt(FILE);
    assert.equal(left?.length, 3 * BLOCK + 5 + 1000);
    assert(left.subarray(3 * BLOCK + 5).every((byte) => byte === 9));
    engine.stop();
    scene.run(10_000);
    assert.equal(engine.fileAt(FILE)?.length, 3 * BLOCK + 5 + 1000);
  });

  scenario('a torrent that was added and not started does not touch its disk', () => {
    const scene = new Scene();
    const engine = scene.engine({ content, holds: 'all', existing: 'check', started: false });
    scene.run(600_000);
    assert.deepEqual([...scene.operations.keys()], []);
    assert.deepEqual(engine.told, []);
    assert.equal(engine.state, 'stopped');
  });

  scenario('the same torrent, started, is checked once and finds its pieces', () => {
    const scene = new Scene();
    const engine = scene.engine({ content, holds: 'all', existing: 'check', started: false });
    engine.start();
    scene.run(600_000);
    assert.equal(scene.count(engine, 'store-hash'), pieceCount);
    assert.equal(engine.states.filter((state) => state === 'checking').length, 1);
    assert.equal(engine.verified, pieceCount);
  });
});
