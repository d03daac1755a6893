// A check where nothing is there: it asks for a bounded number of pieces per file, and finds all that is there (F-35).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultConfig } from '../../../src/protocol/index.ts';
import type { MetainfoFile } from '../../../src/protocol/index.ts';
import { missingRunMax } from '../../../src/protocol/torrent/data/missing-run.ts';
import { told } from '../../support/scenes.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Content } from '../../support/session-world.ts';

const PIECE = 16;
/** Above it nothing else is asked: what is out when the run is noticed. */
const ASKED_MAX = missingRunMax + defaultConfig.checkJobsMax;

/** Files of so many pieces each; fractions make files that share a piece. */
function contentOf(sizes: readonly number[]): Content {
  const lengths = sizes.map((pieces) => pieces * PIECE);
  const content = makeContent(
    lengths.reduce((sum, length) => sum + length, 0),
    PIECE,
  );
  let offset = 0;
  const files = lengths.map((length, i): MetainfoFile => {
    const file = { path: [`${i}`], length, offset, padding: false };
    offset += length;
    return file;
  });
  return { ...content, metainfo: { ...content.metainfo, files } };
}

interface Checked {
  readonly world: SessionWorld;
  readonly asked: number[];
}

/** Starts with a check in which these pieces are missing. */
function check(
  content: Content,
  isMissing: (piece: number, look: number) => boolean,
  unwanted: readonly number[] = [],
): Checked {
  const world = new SessionWorld({ content, existing: 'check' });
  world.disk.set(content.bytes);
  if (unwanted.length > 0) {
    const pieces = new Uint8Array(content.metainfo.pieceCount).fill(1);
    for (const piece of unwanted) pieces[piece] = 0;
    world.command({ type: 'set-priorities', torrent: 1, pieces, files: null });
  }
  world.command({ type: 'start-torrent', torrent: 1 });
  const asked: number[] = [];
  for (let job = world.jobs[0]; job !== undefined; job = world.jobs[0]) {
    const piece = job.type === 'store-hash' ? job.offset / PIECE : -1;
    if (piece >= 0) asked.push(piece);
    world.answerJob(piece >= 0 && isMissing(piece, asked.length) ? 'missing' : null);
  }
  assert.equal(world.torrent.state, 'active');
  return { world, asked };
}

describe('a check of files that are not there', function () {
  this.timeout(60_000);

  it('asks for a bounded number of pieces, and tells the end of it', () => {
    const content = contentOf([6 * missingRunMax]);
    const { world, asked } = check(content, () => true);
    assert.ok(asked.length <= ASKED_MAX, `${asked.length} pieces were asked for`);
    assert.equal(world.torrent.view.verifiedCount, 0);
    const last = told(world, 'check-progress').at(-1);
    assert.deepEqual([last?.checked, last?.verified], [content.metainfo.pieceCount, 0]);
  });

  it('just under the bound, every piece is asked for', () => {
    const { asked } = check(contentOf([missingRunMax - 1, 1]), () => true);
    assert.equal(asked.length, missingRunMax);
  });

  it('goes on with the next file, from the piece that both share', () => {
    const first = 2 * missingRunMax + 0.5;
    const content = contentOf([first, 99.5]);
    const { world, asked } = check(content, (piece) => piece < first);
    assert.ok(asked.length <= ASKED_MAX + 100);
    assert.equal(world.torrent.view.verifiedCount, 99);
    assert.ok(asked.includes(Math.floor(first)), 'the shared piece is looked at');
  });

  it('a hole ends a run: one that is there begins it anew', () => {
    const content = contentOf([2 * missingRunMax]);
    const { world, asked } = check(content, (piece) => piece % missingRunMax !== 0);
    assert.equal(asked.length, content.metainfo.pieceCount);
    assert.equal(world.torrent.view.verifiedCount, 2);
  });

  it('of files that are not wanted every piece is asked for: their bytes may lie elsewhere, with holes', () => {
    const content = contentOf([2 * missingRunMax]);
    const all = Array.from({ length: content.metainfo.pieceCount }, (_, piece) => piece);
    const { world, asked } = check(content, (piece) => piece < all.length - 1, all);
    assert.equal(asked.length, all.length);
    assert.equal(world.torrent.view.verifiedCount, 1);
  });
});
