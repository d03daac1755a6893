/**
 * What is remembered of a torrent, and when claims that do not hold are found out.
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
});
