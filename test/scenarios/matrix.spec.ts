/**
 * The transfer matrix: piece size × corruption × files × interruption × what the disk holds at first. 96 transfers.
 *
 * Without corruption every piece that was missing is verified exactly once, and the leech ends as a seed. With it (the
 * only seed's disk lies now and then) strictly fewer are, and it does not.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { BLOCK, contentOf } from './content.ts';
import type { Content } from './content.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';

/** Piece length in bytes, and pieces. */
const sizes = {
  normal: [2 * BLOCK, 31],
  odd: [2 * BLOCK + 321, 31],
  small: [BLOCK / 2, 33],
  large: [8 * BLOCK, 11],
} as const;
const disks = ['no files', 'full invalid files', 'partly valid files'] as const;

interface Row {
  readonly content: Content;
  readonly corrupt: boolean;
  readonly interrupted: boolean;
  readonly disk: (typeof disks)[number];
}

let passed = 0;

function contentFor(size: keyof typeof sizes, many: boolean): Content {
  const [pieceLength, pieces] = sizes[size];
  const length = pieceLength * pieces - 1000;
  const third = Math.floor(length / 3) + 7;
  const files = [third, 0, third, length - 2 * third].map((each, i) => ({
    name: `file ${i}`,
    length: each,
  }));
  return contentOf({ files: many ? files : [{ name: 'single', length }], pieceLength });
}

/** Every file is there in full length; `valid`: the first half of the bytes is right. */
function spoil(engine: Engine, valid: boolean): void {
  const { metainfo, bytes } = engine.content;
  const wrong = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) wrong[i] = bytes[i]! ^ 0x5a;
  if (valid) wrong.set(bytes.subarray(0, bytes.length / 2));
  for (const { path, offset, length } of metainfo.files) {
    engine.disk.replace(path.join('/'), wrong.subarray(offset, offset + length));
  }
}

function transfer({ content, corrupt, interrupted, disk }: Row): void {
  let reads = 0;
  const scene = new Scene({
    faults: {
      // The first host is the seed: from the ninth read on every sixth lies.
      store: (host, { kind }) =>
        corrupt && host === 0 && kind === 'store-read' && ++reads > 8 && reads % 6 === 3
          ? { type: 'flip', bit: 1001 }
          : null,
    },
  });
  const { pieceCount, length } = content.metainfo;
  const seed = scene.engine({ content, holds: 'all', up: length / 8 });
  const existing = disk === 'no files' ? 'none' : 'check';
  const leech = scene.engine({ content, existing, started: false });
  if (disk !== 'no files') spoil(leech, disk === 'partly valid files');
  leech.start();
  leech.meet(seed);
  scene.run(100);
  const found = leech.verified;
  const half = Math.floor(length / 2 / content.metainfo.pieceLength);
  assert.equal(found, disk === 'partly valid files' ? half : 0);
  if (interrupted) interrupt(scene, leech, seed, found);
  if (corrupt) {
    scene.run(60_000);
    leech.recount();
    assert(leech.of('piece-failed').length > 0, 'a lie was found out');
    assert(leech.verified < pieceCount, 'strictly fewer');
    assert(!leech.complete && leech.of('complete').length === 0);
  } else {
    scene.finish([leech], 88_000);
    assert.equal(leech.of('piece-failed').length, 0);
    assert(leech.holdsTruth);
    assert.equal(leech.of('complete').length, 1);
  }
  const verified = leech.of('piece-verified').map(({ event }) => event.index);
  if (!interrupted) assert.equal(new Set(verified).size, verified.length, 'each once');
  if (!corrupt && !interrupted) assert.equal(verified.length, pieceCount - found);
  passed++;
}

/** At seven more pieces the torrent is removed, and added again over what is on the disk. */
function interrupt(scene: Scene, leech: Engine, seed: Engine, found: number): void {
  const enough = (): boolean =>
    leech.verified >= found + Math.min(7, leech.content.metainfo.pieceCount - found - 1) ||
    leech.of('peer-banned').length > 0;
  assert(scene.until(enough, 60_000), `${leech.verified} pieces`);
  assert(!leech.complete);
  const held = leech.verified;
  leech.command({ type: 'remove-torrent', torrent: leech.id });
  assert(scene.until(() => leech.state === 'removed', 10_000));
  leech.add('check');
  leech.start();
  scene.run(0.001);
  assert(scene.until(() => leech.state === 'active', 10_000));
  assert(leech.verified >= held, `${leech.verified} found of ${held}`);
  leech.meet(seed);
}

describe('scenarios: the transfer matrix', () => {
  for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
    for (const disk of disks) {
      it(`${size} pieces, ${disk}: one file or many, with and without corruption and interruption`, () => {
        for (const many of [false, true]) {
          const content = contentFor(size, many);
          for (const corrupt of [false, true]) {
            for (const interrupted of [false, true]) {
              transfer({ content, corrupt, interrupted, disk });
            }
          }
        }
      });
    }
  }

  after(() => console.log(`      transfer matrix: ${passed} of 96 pass`));
});
