/**
 * Whole transfers of torrents of awkward shapes, over IPv6, and onto a disk that is full; and every operation of one
 * transfer failing once.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe } from 'mocha';
import { parseMetainfo } from '../../src/protocol/index.ts';
import { PhantomDisk } from '../../src/reactors/memory/index.ts';
import type { DiskOptions, Faults } from '../../src/reactors/memory/index.ts';
import { BLOCK, contentOf, describe as describeShape, plainContent } from './content.ts';
import type { Content, Shape } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine, EngineOptions } from './scene.ts';
import { body, reply } from './web.ts';

/** A seed that checks its files, and a leech: both complete in 10 s, and so they are after another check. */
function transfers(content: Content, options: Partial<EngineOptions> = {}): Engine {
  const { metainfo } = content;
  const anew = parseMetainfo(content.file);
  assert(anew.fault === null);
  assert.deepEqual(anew.metainfo, metainfo, 'both ends read the same from the torrent file');
  const scene = new Scene();
  const seed = scene.engine({ content, holds: 'all', existing: 'check', ...options });
  const leech = scene.engine({ content, ...options });
  leech.meet(seed);
  scene.finish([seed, leech], 10_000);
  assert(leech.holdsTruth);
  for (const file of metainfo.files.filter(({ padding }) => padding)) {
    assert.equal(leech.fileAt(file.path.join('/')), null, 'padding never becomes a file');
  }
  const { downloaded } = leech.torrent;
  leech.recheck();
  scene.run(1);
  scene.finish([leech], 10_000);
  assert(leech.states.includes('checking'));
  assert.equal(leech.torrent.downloaded, downloaded, 'the check found everything');
  return leech;
}

const file = (name: string, length: number): Shape['files'][number] => ({ name, length });
const pad = (length: number): Shape['files'][number] => ({ name: null, length });

/** What never exists as bytes: hashes by offset, and a disk that knows which blocks are right. */
function phantom(shape: Shape): {
  readonly content: Content;
  readonly disk: (options: DiskOptions) => PhantomDisk;
} {
  const { files, pieceLength } = shape;
  const length = files.reduce((sum, each) => sum + each.length, 0);
  const pieces = new Uint8Array(20 * Math.ceil(length / pieceLength));
  for (let piece = 0; piece < pieces.length / 20; piece++) {
    pieces.set(createHash('sha1').update(`piece ${piece}`).digest(), 20 * piece);
  }
  const content = { ...describeShape(shape, pieces), bytes: new Uint8Array(0) };
  const truth = (offset: number): Uint8Array =>
    pieces.subarray(20 * (offset / pieceLength), 20 * (offset / pieceLength) + 20);
  return { content, disk: (options) => new PhantomDisk({ ...options, truth }) };
}

describe('scenarios: transfers', () => {
  scenario('over IPv6 from end to end', () => {
    const scene = new Scene();
    const content = plainContent(11, 2 * BLOCK);
    const seed = scene.engine({ content, holds: 'all', host: 'fd00::1' });
    const leech = scene.engine({ content, host: 'fd00::2' });
    leech.meet(seed);
    scene.finish([leech], 60_000);
    assert.equal(leech.of('peer-connected')[0]?.event.address.host, 'fd00::1');
    assert(leech.holdsTruth);
  });

  scenario('over IPv4 from end to end, each of eleven pieces verified once', () => {
    const leech = transfers(plainContent(11, 2 * BLOCK));
    assert.equal(leech.of('piece-verified').length, 11);
  });

  // --- shapes

  scenario('a torrent of a few files', () => {
    transfers(
      contentOf({
        files: [file('a', 100_000), file('b', 3 * BLOCK), file('c', 77)],
        pieceLength: 2 * BLOCK,
      }),
    );
  });

  scenario('padding of an odd length at the very end', () => {
    transfers(contentOf({ files: [file('a', 5 * BLOCK), pad(12_345)], pieceLength: 2 * BLOCK }));
  });

  scenario('pieces smaller than a block', () => {
    transfers(contentOf({ files: [file('a', 70_000), file('b', 30_001)], pieceLength: 4096 }));
  });

  scenario('pieces that are no multiple of a block', () => {
    transfers(contentOf({ files: [file('a', 200_000), file('b', 100_003)], pieceLength: 33_333 }));
  });

  scenario('four gibibytes of padding cost no more than the bytes around it', () => {
    const { content, disk } = phantom({
      files: [file('a', 3 * BLOCK + 100), pad(2 ** 32), file('b', 5 * BLOCK)],
      pieceLength: 2 ** 24,
    });
    const scene = new Scene();
    const messages = true;
    const seed = scene.engine({ content, holds: 'all', disk, messages, existing: 'check' });
    const leech = scene.engine({ content, disk, messages });
    leech.meet(seed);
    scene.finish([seed, leech], 10_000);
    assert(leech.holdsTruth);
    assert.equal(content.metainfo.length, 2 ** 32 + 8 * BLOCK + 100);
    // Of blocks that are partly padding all is asked for.
    assert.equal(leech.torrent.downloaded, 9 * BLOCK + 100);
    leech.recheck();
    scene.run(1);
    scene.finish([leech], 10_000);
    assert.equal(leech.torrent.downloaded, 9 * BLOCK + 100);
  });

  scenario('padding that aligns nothing', () => {
    transfers(
      contentOf({
        files: [file('a', 20_000), pad(777), file('b', 50_000), pad(1), file('c', 9)],
        pieceLength: 2 * BLOCK,
      }),
    );
  });

  scenario('padding of exactly a piece', () => {
    transfers(
      contentOf({
        files: [file('a', 2 * BLOCK), pad(2 * BLOCK), file('b', 2 * BLOCK + 9)],
        pieceLength: 2 * BLOCK,
      }),
    );
  });

  scenario('padding of exactly a block', () => {
    transfers(
      contentOf({
        files: [file('a', BLOCK), pad(BLOCK), file('b', 3 * BLOCK)],
        pieceLength: 2 * BLOCK,
      }),
    );
  });

  scenario('padding after padding', () => {
    transfers(
      contentOf({
        files: [file('a', 1000), pad(BLOCK), pad(BLOCK - 1000), file('b', 3 * BLOCK)],
        pieceLength: 2 * BLOCK,
      }),
    );
  });

  scenario('a file smaller than a block in a piece of a mebibyte', () => {
    transfers(contentOf({ files: [file('small', 1234)], pieceLength: 1_048_576 }));
  });

  scenario('files of no length before, between and behind', () => {
    const leech = transfers(
      contentOf({
        files: [file('e', 0), file('a', BLOCK + 1), file('f', 0), file('b', 5000), file('g', 0)],
        pieceLength: BLOCK,
      }),
    );
    for (const name of ['e', 'f', 'g'])
      assert.equal(leech.fileAt(`folder/${name}`)?.length, 0, name);
  });

  // --- a full disk

  scenario('space for five blocks: it stops in state error, full, and never becomes a seed', () => {
    const scene = new Scene();
    const content = plainContent(11, 2 * BLOCK);
    const seed = scene.engine({ content, holds: 'all' });
    const leech = scene.engine({ content, space: 5 * BLOCK });
    leech.meet(seed);
    scene.run(600_000);
    assert.equal(leech.state, 'error');
    assert.equal(leech.torrent.fault, 'full');
    assert.equal(leech.of('complete').length, 0);
    assert.equal(leech.session.connectionCount, 0);
    assert(leech.disk.space.used <= 5 * BLOCK);
    assert(leech.verified <= 2);
    assert(seed.complete);
  });

  for (const [title, pieces, pieceLength] of [
    ['space comes back: it goes on by itself, keeps what was saved and finishes', 11, 2 * BLOCK],
    ['space comes back in the middle of a large piece: it finishes by itself', 4, 16 * BLOCK],
  ] as const) {
    scenario(title, () => {
      const scene = new Scene();
      const content = plainContent(pieces, pieceLength);
      const seed = scene.engine({ content, holds: 'all' });
      const leech = scene.engine({ content, space: content.bytes.length / 2 + BLOCK });
      leech.meet(seed);
      assert(scene.until(() => leech.state === 'error', 10_000));
      leech.disk.setSpace(Infinity);
      const before = leech.of('piece-verified').length;
      const states = leech.states.length;
      scene.finish([leech], 65_000);
      assert.deepEqual(leech.states.slice(states), ['opening', 'checking', 'active']);
      assert(leech.holdsTruth);
      const found = leech.of('check-progress').at(-1)?.event.verified ?? 0;
      assert(found >= before, `${found} found of ${before} that were verified`);
      assert.equal(leech.of('piece-verified').length, before + pieces - found);
    });
  }

  // --- every operation fails once

  scenario(
    'whichever operation fails first: no bug, no false byte, and started again it finishes',
    () => {
      let total = 0;
      const kinds = new Set<string>();
      for (let which = 0; ; which++) {
        const failed = failingOnce(which);
        if (failed === null) break;
        kinds.add(failed);
        total++;
      }
      assert(total > 100, `only ${total} operations`);
      assert.deepEqual(
        [...kinds].sort(),
        [
          'connect',
          'http',
          'resolve',
          'segment',
          'store-close',
          'store-hash',
          'store-open',
          'store-read',
          'store-write',
        ],
        'every kind has failed',
      );
    },
  );
});

/** One transfer in which the `which`th operation fails. Returns its kind; null: there were not so many. */
function failingOnce(which: number): string | null {
  let asked = 0;
  let failed: string | null = null;
  const fails = (kind: string): boolean => {
    if (asked++ !== which) return false;
    failed = kind;
    return true;
  };
  const faults: Partial<Faults> = {
    store: (_host, { kind }) => (fails(kind) ? { type: 'fault', fault: 'io' } : null),
    connect: () => (fails('connect') ? 'refused' : null),
    segment: () => (fails('segment') ? { type: 'reset' } : null),
    http: () => (fails('http') ? 'refused' : null),
    resolve: () => (fails('resolve') ? 'failed' : null),
  };
  const scene = new Scene({ faults });
  const content = plainContent(12, 2 * BLOCK);
  const web = scene.web('10.2.0.1');
  web.answer = () => body(reply({ interval: 60, peers: ['10.0.0.1'] }));
  const tiers = [['http://10.2.0.1/announce'], ['udp://tracker.sim:6969/announce']];
  const seed = scene.engine({ content, holds: 'all', existing: 'check', tiers });
  const leech = scene.engine({ content, tiers: [...tiers].reverse() });
  for (let tries = 0; tries < 3 && !(seed.complete && leech.complete); tries++) {
    scene.until(() => seed.complete && leech.complete, 120_000);
    for (const engine of [seed, leech]) if (engine.state === 'error') engine.start();
  }
  scene.finish([seed, leech], 1000);
  assert(leech.holdsTruth);
  for (const engine of [seed, leech]) engine.stop();
  scene.run(10_000);
  return failed;
}
