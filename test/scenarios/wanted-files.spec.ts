/**
 * Files that are not wanted: what counts as done, what a check looks for, and what it does without.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { piecePriorities } from '../../src/protocol/index.ts';
import { BLOCK, contentOf } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';

/** Two files of whole pieces, then two that share one. */
const content = contentOf({
  files: [
    { name: 'a', length: 4 * BLOCK },
    { name: 'b', length: 4 * BLOCK },
    { name: 'c', length: BLOCK + 700 },
    { name: 'd', length: 900 },
  ],
  pieceLength: 2 * BLOCK,
});
const { metainfo } = content;

function want(engine: Engine, ...files: readonly number[]): void {
  const pieces = piecePriorities(metainfo, files);
  engine.command({
    type: 'set-priorities',
    torrent: engine.id,
    pieces,
    files: Uint8Array.from(files),
  });
}

describe('scenarios: files that are not wanted', () => {
  scenario('nothing more is wanted after the first piece: it is done, and no seed', () => {
    const scene = new Scene();
    const seed = scene.engine({ content, holds: 'all', up: 20_000 });
    const leech = scene.engine({ content });
    leech.meet(seed);
    assert(scene.until(() => leech.verified > 0, 60_000));
    assert.equal(leech.of('complete').length, 0, 'not before');
    want(leech, 0, 0, 0, 0);
    scene.run(100);
    assert(leech.complete && seed.complete);
    assert.equal(leech.of('complete').length, 1);
    scene.run(60_000);
    assert(leech.verified < metainfo.pieceCount && leech.torrent.left > 0);
    assert.equal(leech.torrent.wantedLeft, 0);
  });

  scenario('a check with a file that is not wanted, and there: it is done', () => {
    const scene = new Scene();
    const engine = scene.engine({ content, holds: 'all', existing: 'check', started: false });
    want(engine, 1, 0, 1, 1);
    engine.start();
    scene.run(10_000);
    assert(engine.complete);
    assert.equal(engine.verified, metainfo.pieceCount, 'what is there is held, wanted or not');
  });

  scenario(
    'what a file that is gone and not wanted shares with another is missing, and no more',
    () => {
      const scene = new Scene();
      const engine = scene.engine({ content, holds: 'all', existing: 'check', started: false });
      engine.disk.remove('folder/d');
      want(engine, 1, 1, 1, 0);
      engine.start();
      scene.run(10_000);
      assert.equal(engine.state, 'active');
      assert(!engine.complete, 'the piece that both share is wanted for the other');
      assert.deepEqual(
        Array.from({ length: metainfo.pieceCount }, (_, piece) => engine.torrent.view.has(piece)),
        [true, true, true, true, false],
      );
    },
  );
});
