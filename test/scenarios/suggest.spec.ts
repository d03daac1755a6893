/**
 * A seed that suggests what it has just read: to whom, how often, and that nothing else changes by it.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';

const content = plainContent(24, 2 * BLOCK);

interface Swarm {
  readonly scene: Scene;
  readonly seed: Engine;
  readonly leeches: readonly Engine[];
}

/** Leeches that know nobody but the seed, which adds its data as complete. */
function swarm(count: number, suggestionsMax: number): Swarm {
  const scene = new Scene();
  const config = { suggestionsMax };
  const seed = scene.engine({ content, holds: 'all', existing: 'all', up: 200_000, config });
  const leeches = Array.from({ length: count }, () => scene.engine({ content }));
  for (const leech of leeches) leech.meet(seed);
  return { scene, seed, leeches };
}

/** Of every connection, the pieces that it was suggested. */
function suggested(seed: Engine): Map<number, number[]> {
  const pieces = new Map<number, number[]>();
  for (const { conn, message } of seed.sent) {
    if (message.type !== 'suggest') continue;
    const list = pieces.get(conn) ?? [];
    list.push(message.index);
    pieces.set(conn, list);
  }
  return pieces;
}

describe('scenarios: suggestions', () => {
  scenario(
    'what is read for one leech is suggested to those that lack it, to none twice, and the swarm finishes',
    () => {
      const { scene, seed, leeches } = swarm(5, 10);
      scene.finish(leeches, 120_000);
      const pieces = suggested(seed);
      assert.equal(pieces.size, 5, 'everybody heard some');
      for (const list of pieces.values()) assert.equal(new Set(list).size, list.length);
      const taken = leeches.flatMap((leech) => leech.of('piece-begun'));
      assert(
        taken.some(({ event }) => event.reason === 'suggested'),
        'and somebody listened',
      );
      const quiet = swarm(5, 0.5);
      quiet.scene.finish(quiet.leeches, 120_000);
      assert.equal(suggested(quiet.seed).size, 0);
    },
  );

  scenario(
    'what is added as complete suggests pieces, and gives whole downloads without a hash',
    () => {
      const { scene, seed, leeches } = swarm(2, 4);
      scene.finish(leeches, 120_000);
      assert(suggested(seed).size > 0);
      assert.equal(scene.count(seed, 'store-hash'), 0);
      for (const leech of leeches) assert(leech.holdsTruth);
    },
  );

  scenario('a seed that suggests pieces saves that it has all of them', () => {
    const { scene, seed } = swarm(2, 4);
    scene.run(2000);
    seed.command({ type: 'save-torrent', torrent: seed.id });
    scene.run(1000);
    const [saved] = seed.of('saved');
    assert.deepEqual([...saved!.event.verified], [255, 255, 255]);
    assert(suggested(seed).size > 0);
    assert.equal(scene.count(seed, 'store-hash'), 0);
  });
});
