/**
 * A picker that prefers neighbouring pieces: the order of a whole download, against one that does not.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import {
  chain,
  endgame,
  finishPartial,
  neighboursFirst,
  rarestFirst,
} from '../../src/behaviors/index.ts';
import type { Behavior, PiecePicker } from '../../src/protocol/index.ts';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';

const EXTENT = 6;
const content = plainContent(10 * EXTENT, 2 * BLOCK);

/** How often a download goes from one extent to another, of the least that it can: 9. */
function changes(picker: Behavior<PiecePicker>): number {
  const scene = new Scene();
  const seed = scene.engine({ content, holds: 'all', up: 400_000 });
  const leech = scene.engine({ content, behaviors: { picker } });
  leech.meet(seed);
  scene.finish([leech], 60_000);
  assert(leech.holdsTruth);
  const begun = leech.of('piece-begun').map(({ event }) => Math.floor(event.index / EXTENT));
  assert.equal(begun.length, 10 * EXTENT);
  return begun.filter((extent, i) => i > 0 && extent !== begun[i - 1]).length;
}

describe('scenarios: neighbouring pieces', () => {
  scenario(
    'a picker that begins pieces beside others goes through the torrent extent by extent',
    () => {
      const neighbours = neighboursFirst({ extentPieces: EXTENT });
      const near = changes(chain(finishPartial(), neighbours, rarestFirst(), endgame()));
      const far = changes(chain(finishPartial(), rarestFirst(), endgame()));
      assert(near < 20, `${near} changes`);
      assert(far > 40, `${far} without it`);
    },
  );
});
