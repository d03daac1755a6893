import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { scan } from '../../../src/protocol/bencode/scan.ts';
import { buildMetainfo } from '../../../src/protocol/metainfo/build.ts';
import type { MetainfoPlan } from '../../../src/protocol/metainfo/build.ts';
import { parseMetainfo } from '../../../src/protocol/metainfo/parse.ts';
import { pieceLengthFor } from '../../../src/protocol/metainfo/piece-length.ts';
import { digests, strictRules } from '../../support/bencode.ts';

const single: MetainfoPlan = {
  name: 'a.iso',
  files: [{ path: [], length: 5, padding: false }],
  pieceLength: 16_384,
  pieces: digests(1),
  tiers: [],
  private: false,
  comment: null,
  createdBy: null,
  creationDate: null,
};

const file = fc.record({
  path: fc.array(fc.stringMatching(/^[a-z0-9é日][a-z0-9.é日]{0,5}[a-z0-9]$/), {
    minLength: 1,
    maxLength: 3,
  }),
  length: fc.nat(100_000),
  padding: fc.boolean(),
});

const plan: fc.Arbitrary<MetainfoPlan> = fc
  .record({
    name: fc.stringMatching(/^[a-z]{3,9}$/).filter((name) => !/^(con|prn|aux|nul)$/.test(name)),
    files: fc.oneof(
      fc.integer({ min: 1, max: 10 ** 6 }).map((length) => [{ path: [], length, padding: false }]),
      fc.array(file, { minLength: 1, maxLength: 8 }),
    ),
    pieceLength: fc.constantFrom(16_384, 65_536, 100_000),
    tiers: fc.uniqueArray(fc.webUrl({ validSchemes: ['http', 'https'] }), { maxLength: 4 }),
    private: fc.boolean(),
    comment: fc.option(fc.string({ unit: 'grapheme' })),
    createdBy: fc.option(fc.string()),
    creationDate: fc.option(fc.nat()),
  })
  .filter(({ files }) => files.some(({ length }) => length > 0))
  .map((parts) => {
    const total = parts.files.reduce((sum, { length }) => sum + length, 0);
    const tiers = parts.tiers.map((url) => [url]);
    return { ...parts, tiers, pieces: digests(Math.ceil(total / parts.pieceLength)) };
  });

describe('metainfo/build', () => {
  it('writes a single file as BEP 3 has it, canonical to the byte', () => {
    const bytes = buildMetainfo({ ...single, tiers: [['http://a/']], comment: 'c', private: true });
    const pieces = Buffer.from(digests(1)).toString('latin1');
    assert.equal(
      Buffer.from(bytes).toString('latin1'),
      'd8:announce9:http://a/7:comment1:c' +
        `4:infod6:lengthi5e4:name5:a.iso12:piece lengthi16384e6:pieces20:${pieces}7:privatei1eee`,
    );
  });

  it('BEP 12: announce is the first of the list', () => {
    const text = Buffer.from(
      buildMetainfo({ ...single, tiers: [[], ['http://a/', 'udp://b:1'], ['http://c/']] }),
    ).toString('latin1');
    assert.ok(
      text.startsWith('d8:announce9:http://a/13:announce-listll9:http://a/9:udp://b:1el9:'),
    );
  });

  it('what is built is canonical and parses back to the plan', () => {
    let paths = 0;
    fc.assert(
      fc.property(plan, (given) => {
        const bytes = buildMetainfo(given);
        assert.equal(scan(bytes, 0, strictRules).fault, null);
        const { metainfo, fault } = parseMetainfo(bytes);
        assert.equal(fault, null);
        assert.equal(metainfo.name, given.name);
        assert.equal(metainfo.pieceLength, given.pieceLength);
        assert.deepEqual(metainfo.pieces, given.pieces);
        assert.deepEqual(metainfo.tiers, given.tiers);
        assert.deepEqual(
          [metainfo.private, metainfo.comment, metainfo.createdBy, metainfo.creationDate],
          [given.private, given.comment, given.createdBy, given.creationDate],
        );
        assert.deepEqual(
          metainfo.files.map(({ length, padding }) => ({ length, padding })),
          given.files.map(({ length, padding }) => ({ length, padding })),
        );
        const wanted = given.files.map((entry) => [given.name, ...entry.path].join('/'));
        if (new Set(wanted).size < wanted.length) return; // renamed: see distinct-paths
        for (const [index, { path, padding }] of metainfo.files.entries()) {
          if (padding || wanted.some((other) => other.startsWith(`${wanted[index]!}/`))) continue;
          assert.equal(path.join('/'), wanted[index]);
          paths++;
        }
      }),
      { numRuns: 500 },
    );
    assert.ok(paths > 500, `only ${paths} paths compared`);
  });

  it('equal plans give equal info-hashes, whatever stands outside info', () => {
    const hash = (other: Partial<MetainfoPlan>): Uint8Array | undefined =>
      parseMetainfo(buildMetainfo({ ...single, ...other })).metainfo?.infoHash;
    assert.deepEqual(hash({ comment: 'x', tiers: [['http://a']] }), hash({}));
    assert.notDeepEqual(hash({ private: true }), hash({}));
  });

  it('asserts on a plan that does not add up', () => {
    const bug = { code: 'SWARMWRIGHT_BUG' };
    const bad: Partial<MetainfoPlan>[] = [
      { name: '' },
      { pieceLength: 0 },
      { pieces: digests(2) },
      { files: [] },
      { files: [{ path: [], length: 0, padding: false }], pieces: digests(0) },
      { files: [{ path: ['a', ''], length: 5, padding: false }] },
      {
        files: [
          { path: ['a'], length: -5, padding: false },
          { path: ['b'], length: 10, padding: false },
        ],
      },
    ];
    for (const change of bad) assert.throws(() => buildMetainfo({ ...single, ...change }), bug);
  });
});

describe('metainfo/piece-length', () => {
  it('is a power of two with some two thousand pieces', () => {
    const MiB = 2 ** 20;
    for (const [total, length] of [
      [0, 16_384],
      [1, 16_384],
      [32 * MiB, 16_384],
      [32 * MiB + 1, 32_768],
      [1024 * MiB, 512 * 1024],
      [32_768 * MiB, 16 * MiB],
      [100_000 * MiB, 16 * MiB],
      [16 * MiB * 2_097_152, 16 * MiB],
      [16 * MiB * 2_097_152 + 1, 32 * MiB],
    ] as const) {
      assert.equal(pieceLengthFor(total), length, `for ${total}`);
    }
  });
});
