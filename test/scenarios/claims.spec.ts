/**
 * What is remembered of a torrent: what a seed may claim of itself, and when claims that do not hold are found out.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';

/** 32 pieces. */
const content = plainContent(32, 2 * BLOCK);

describe('scenarios: what is remembered', () => {
  scenario(
    'claims that do not fit are refused while it is stopped, and its data is checked when it starts',
    () => {
      const scene = new Scene();
      const engine = scene.engine({ content, holds: 'all', started: false });
      engine.command({ type: 'remove-torrent', torrent: engine.id });
      engine.command({
        type: 'add-torrent',
        torrent: 2,
        metainfo: content.metainfo,
        tiers: [],
        downloading: true,
        seeding: true,
        // A byte too many: the claims of some other torrent.
        existing: {
          type: 'resume',
          verified: new Uint8Array(5).fill(255),
          doubtful: new Uint8Array(5),
          samples: [],
          partial: [],
          downloaded: 0,
          uploaded: 0,
          times: { active: 0, finished: 0, seeding: 0 },
        },
        behaviors: {},
      });
      scene.run(600_000);
      assert.deepEqual([...scene.operations], [], 'nothing is read before it runs');
      assert.equal(engine.session.torrent(2)?.view.verifiedCount, 0, 'and nothing believed');
      assert.deepEqual(engine.states, []);
      engine.command({ type: 'start-torrent', torrent: 2 });
      scene.run(60_000);
      assert.deepEqual(engine.states, ['opening', 'checking', 'active']);
      assert.equal(scene.count(engine, 'store-hash'), 32);
      assert.equal(engine.session.torrent(2)?.view.verifiedCount, 32);
    },
  );

  scenario('what is saved of a torrent that was added as complete claims every piece', () => {
    const scene = new Scene();
    const seed = scene.engine({ content, existing: 'all', holds: 'all', up: 200_000 });
    const leech = scene.engine({ content });
    leech.meet(seed);
    scene.run(2000);
    assert(seed.torrent.uploaded > 0 && !leech.complete, 'while it gives');
    seed.command({ type: 'save-torrent', torrent: seed.id });
    scene.run(1000);
    const [saved] = seed.of('saved');
    assert.deepEqual(saved?.event.verified, new Uint8Array(4).fill(255));
    assert.deepEqual(saved.event.partial, []);
    assert.equal(scene.count(seed, 'store-hash'), 0, 'although none was looked at');
    scene.finish([leech], 60_000);
  });
});
