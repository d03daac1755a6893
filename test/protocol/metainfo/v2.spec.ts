/**
 * BitTorrent v2 and hybrids (BEP 52): rows B-21 to B-43 of the field's table of torrents that must be refused, the rows
 * that must be accepted, and hash trees against the plainest recursion.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import type { BencodeInput } from '../../../src/protocol/bencode/encode.ts';
import type { MetainfoFaultCode } from '../../../src/protocol/metainfo/fault.ts';
import { leavesOfPiece, merkleRoot, rootOfLayer } from '../../../src/protocol/metainfo/merkle.ts';
import { parseFullMetainfo } from '../../../src/protocol/metainfo/parse-full.ts';
import { parseMetainfo } from '../../../src/protocol/metainfo/parse.ts';
import { sha256 } from '../../../src/protocol/metainfo/sha256.ts';
import type { FullMetainfo } from '../../../src/protocol/metainfo/types.ts';
import { bytesOf, dict, digests } from '../../support/bencode.ts';
import type { Fields } from '../../support/bencode.ts';
import {
  BLOCK,
  contentOf,
  fileV2,
  hashesOf,
  layersOf,
  treeOf,
  v2Torrent,
} from '../../support/v2-torrent.ts';

/** Three blocks and a bit: a file of four pieces. */
const LONG = 3 * BLOCK + 5;

function good(bytes: Uint8Array): FullMetainfo {
  const { metainfo, fault } = parseFullMetainfo(bytes);
  assert.equal(fault, null, fault?.detail);
  return metainfo;
}

const long = (changes: Fields = {}): BencodeInput => treeOf([['a', fileV2(LONG, changes)]]);
const rootOfLong = hashesOf(contentOf(LONG), BLOCK).root;
const layerOfLong = hashesOf(contentOf(LONG), BLOCK).layer!;
const layer = (key: Uint8Array, value: BencodeInput): Fields => ({
  'piece layers': new Map([[key, value]]),
});

/** A hybrid of files `a` (LONG) and `b` (7 bytes) with these v1 files. */
function hybrid(files: readonly Fields[], tree?: BencodeInput): Uint8Array {
  const total = files.reduce((sum, { length }) => sum + Number(length), 0);
  const v1 = { files: files.map(dict), pieces: digests(Math.ceil(total / BLOCK)) };
  const both = treeOf([
    ['a', fileV2(LONG)],
    ['b', fileV2(7)],
  ]);
  return v2Torrent(tree ?? both, { 'piece layers': layersOf([LONG]) }, v1);
}

const pad = (length: number): Fields => ({ attr: 'p', length, path: ['.pad', String(length)] });
const aligned = [{ length: LONG, path: ['a'] }, pad(4 * BLOCK - LONG), { length: 7, path: ['b'] }];

const REFUSED: [string, Uint8Array, MetainfoFaultCode][] = [
  [
    'B-21 v2_mismatching_metadata',
    hybrid([...aligned.slice(0, 2), { length: 7, path: ['c'] }]),
    'inconsistent',
  ],
  [
    'a hybrid with a file too many',
    hybrid([...aligned, { length: 1, path: ['c'] }]),
    'inconsistent',
  ],
  [
    'a hybrid with another length',
    hybrid([...aligned.slice(0, 2), { length: 8, path: ['b'] }]),
    'inconsistent',
  ],
  [
    'B-22 piece length 32,767',
    v2Torrent(long(), {}, { 'piece length': 32_767 }),
    'bad-piece-length',
  ],
  ['piece length 8192', v2Torrent(long(), {}, { 'piece length': 8192 }), 'bad-piece-length'],
  [
    'B-23 v2_invalid_file',
    v2Torrent(treeOf([['a', dict({ length: 7, 'pieces root': digests(2).subarray(0, 32) })]])),
    'bad-file-tree',
  ],
  ['B-24 v2_deep_recursion', bytesOf(`d4:infod9:file tree${'d1:a'.repeat(4000)}`), 'bad-bencoding'],
  [
    'B-25 v2_non_multiple_piece_layer',
    v2Torrent(long(), layer(rootOfLong, new Uint8Array(513))),
    'bad-piece-layer',
  ],
  [
    'B-26 v2_piece_layer_invalid_file_hash',
    v2Torrent(long(), layer(new Uint8Array(33).fill(1), layerOfLong)),
    'bad-piece-layer',
  ],
  ['B-27 v2_invalid_piece_layer', v2Torrent(long(), layer(rootOfLong, 7)), 'bad-piece-layer'],
  [
    'B-28 v2_invalid_piece_layer_root',
    v2Torrent(
      long(),
      layer(
        rootOfLong,
        layerOfLong.map((byte) => byte ^ 1),
      ),
    ),
    'bad-piece-layer',
  ],
  [
    'B-29 v2_unknown_piece_layer_entry',
    v2Torrent(long(), { 'piece layers': layersOf([LONG, 5 * BLOCK]) }),
    'bad-piece-layer',
  ],
  [
    'B-30 v2_invalid_piece_layer_size',
    v2Torrent(long(), layer(rootOfLong, new Uint8Array(256))),
    'bad-piece-layer',
  ],
  ['B-31 v2_bad_file_alignment', hybrid([aligned[0]!, aligned[2]!]), 'inconsistent'],
  [
    'B-32 v2_unordered_files',
    bytesOf(
      `d4:infod9:file treed1:bd0:d6:lengthi0eee1:ad0:d6:lengthi0eeee12:meta versioni2e4:name1:t12:piece lengthi16384eee`,
    ),
    'bad-file-tree',
  ],
  ['B-33 v2_overlong_integer', bytesOf('d4:infod12:meta versioni02eee'), 'bad-bencoding'],
  [
    'B-34 v2_missing_file_root_invalid_symlink',
    v2Torrent(treeOf([['a', dict({ '': dict({ length: 64, attr: 'l' }) })]])),
    'bad-pieces-root',
  ],
  ['a file without a root', v2Torrent(long({ 'pieces root': undefined })), 'bad-pieces-root'],
  ['B-35 v2_large_file', v2Torrent(long({ length: 17_592_186_028_032 })), 'too-many-pieces'],
  [
    'B-36 v2_large_offset',
    v2Torrent(
      treeOf(
        Array.from({ length: 600 }, (_, i) => [
          String(1000 + i),
          dict({ '': dict({ length: 2 ** 44, 'pieces root': rootOfLong }) }),
        ]),
      ),
    ),
    'bad-length',
  ],
  [
    'B-37 v2_piece_size',
    v2Torrent(long(), {}, { 'piece length': 2 ** 31 - 1 }),
    'bad-piece-length',
  ],
  ['B-38 v2_invalid_pad_file', v2Torrent(long({ attr: 'p' })), 'bad-padding'],
  ['B-39 v2_zero_root', v2Torrent(long({ 'pieces root': new Uint8Array(32) })), 'bad-pieces-root'],
  [
    'B-40 v2_zero_root_small',
    v2Torrent(treeOf([['a', fileV2(7, { 'pieces root': new Uint8Array(32) })]])),
    'bad-pieces-root',
  ],
  [
    'B-41 v2_empty_filename',
    v2Torrent(treeOf([['', dict({ '': dict({ length: 0 }) })]])),
    'bad-file-tree',
  ],
  [
    'B-43 v2_invalid_root_hash',
    v2Torrent(long({ 'pieces root': rootOfLong.map((byte) => byte ^ 1) }), {
      'piece layers': layersOf([LONG]),
    }),
    'bad-piece-layer',
  ],
  ['a version 3', v2Torrent(long(), {}, { 'meta version': 3 }), 'bad-version'],
  ['no file tree', v2Torrent('tree'), 'bad-file-tree'],
  ['an empty tree', v2Torrent(treeOf([])), 'no-files'],
  ['empty files alone', v2Torrent(treeOf([['a', fileV2(0)]])), 'empty'],
  [
    'a file that is a folder too',
    v2Torrent(
      treeOf([['a', new Map([...(fileV2(7) as Map<string, BencodeInput>), ['b', fileV2(7)]])]]),
    ),
    'bad-file-tree',
  ],
  [
    'a layer of a file of one piece',
    v2Torrent(
      treeOf([['a', fileV2(7)]]),
      layer(hashesOf(contentOf(7), BLOCK).root, new Uint8Array(32)),
    ),
    'bad-piece-layer',
  ],
];

describe('metainfo v2', () => {
  for (const [row, bytes, code] of REFUSED) {
    it(`refuses ${row}: ${code}`, () => {
      const { fault } = parseFullMetainfo(bytes);
      assert.equal(fault?.code, code, fault?.detail);
      assert.match(fault.detail, /byte \d+\)$/);
      assert.ok(fault.offset >= 0 && fault.offset <= bytes.length);
      assert.equal(parseMetainfo(bytes).fault?.code, code);
    });
  }

  it('reads v2 alone: files, roots, layers, both orders of names', () => {
    const tree = treeOf([
      ['a', fileV2(LONG, { attr: 'x' })],
      [
        'd',
        treeOf([
          ['e', fileV2(0)],
          ['f', fileV2(BLOCK)],
        ]),
      ],
    ]);
    const { v1, v2, name } = good(v2Torrent(tree, { 'piece layers': layersOf([LONG]) }));
    assert.equal(v1, null);
    assert.ok(v2);
    assert.equal(name, 'temp');
    assert.deepEqual(
      v2.files.map((file) => [file.path.join('/'), file.length, file.layer?.length ?? null]),
      [
        ['temp/a', LONG, 128],
        ['temp/d/e', 0, null],
        ['temp/d/f', BLOCK, null],
      ],
    );
    assert.deepEqual(v2.files[0]!.piecesRoot, new Uint8Array(rootOfLong));
    assert.equal(v2.files[1]!.piecesRoot, null);
    assert.equal(v2.files[0]!.executable, true);
    assert.equal(v2.pieceCount, 5);
    assert.equal(v2.length, LONG + BLOCK);
  });

  it('a tree of one file with the name of the torrent is a single file', () => {
    const single = good(v2Torrent(treeOf([['temp', fileV2(7)]])));
    assert.deepEqual(
      single.v2?.files.map((file) => file.path),
      [['temp']],
    );
    const folder = good(v2Torrent(treeOf([['temp', treeOf([['temp', fileV2(7)]])]])));
    assert.deepEqual(
      folder.v2?.files.map((file) => file.path),
      [['temp', 'temp', 'temp']],
    );
  });

  it('v2_no_piece_layers: what a magnet gives has no layers', () => {
    assert.equal(good(v2Torrent(long())).v2?.files[0]?.layer, null);
  });

  it('v2_incomplete_piece_layer: another file may have one', () => {
    const tree = treeOf([
      ['a', fileV2(LONG)],
      ['b', fileV2(5 * BLOCK)],
    ]);
    const { v2 } = good(v2Torrent(tree, { 'piece layers': layersOf([LONG]) }));
    assert.deepEqual(
      v2?.files.map((file) => file.layer?.length ?? null),
      [128, null],
    );
  });

  it('files of equal content share a layer', () => {
    const tree = treeOf([
      ['a', fileV2(LONG)],
      ['b', fileV2(LONG)],
    ]);
    const { v2 } = good(v2Torrent(tree, { 'piece layers': layersOf([LONG]) }));
    assert.deepEqual(v2?.files[0]?.layer, v2?.files[1]?.layer);
  });

  it('v2_symlinks: left out, as in v1', () => {
    const link = dict({ '': dict({ attr: 'l', length: 0, 'symlink path': ['a'] }) });
    const { v2 } = good(
      v2Torrent(
        treeOf([
          ['a', fileV2(7)],
          ['l', link],
        ]),
      ),
    );
    assert.deepEqual(
      v2?.files.map((file) => file.path.at(-1)),
      ['a'],
    );
  });

  it('v2_invalid_filename: names are made safe', () => {
    const tree = treeOf([
      ['/', fileV2(7)],
      ['\\', fileV2(7)],
      ['\x82est', fileV2(7)],
    ]);
    const { v2 } = good(v2Torrent(tree));
    assert.deepEqual(
      v2?.files.map((file) => file.path.at(-1)),
      ['_', '_.1', '_est'],
    );
  });

  it('a hybrid has both halves, both hashes, and downloads as v1; v2_hybrid-missing-tailpad', () => {
    for (const files of [aligned, [...aligned, pad(BLOCK - 7)]]) {
      const bytes = hybrid(files);
      const { v1, v2, info } = good(bytes);
      assert.deepEqual(v1?.infoHash, new Uint8Array(createHash('sha1').update(info).digest()));
      assert.deepEqual(v2?.infoHash, new Uint8Array(createHash('sha256').update(info).digest()));
      assert.deepEqual(parseMetainfo(bytes).metainfo, v1);
    }
  });

  it('a hybrid with a single file', () => {
    const tree = treeOf([['temp', fileV2(LONG)]]);
    const layers = { 'piece layers': layersOf([LONG]) };
    const { v1, v2 } = good(v2Torrent(tree, layers, { length: LONG, pieces: digests(4) }));
    assert.deepEqual(v1?.files[0]?.path, ['temp']);
    assert.deepEqual(v2?.files[0]?.path, ['temp']);
  });

  it('v2 alone is not transferred, and says that this comes later', () => {
    const { fault } = parseMetainfo(v2Torrent(long()));
    assert.equal(fault?.code, 'v2-only');
    assert.match(fault.detail, /the transfer of v2 comes later/);
  });

  it('reads extras and leaves bad ones out', () => {
    const similar = new Uint8Array(20).fill(7);
    const { extras } = good(
      v2Torrent(
        long(),
        {
          'url-list': ['http://a/', 7, '', 'gopher://x', ['http://b'], 'http://a/'],
          nodes: [['host', 1], ['host'], ['', 1], ['host', 70_000], 7],
          similar: [similar, 'short'],
        },
        { source: 'SRC', collections: ['c', 7] },
      ),
    );
    assert.deepEqual(extras, {
      webSeeds: ['http://a/'],
      nodes: [{ host: 'host', port: 1 }],
      source: 'SRC',
      similar: [similar],
      collections: ['c'],
    });
  });

  it('sha256 is SHA-256', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.deepEqual(
          sha256(bytes),
          new Uint8Array(createHash('sha256').update(bytes).digest()),
        );
      }),
    );
  });

  it('trees of any length and piece length agree with the plainest recursion', () => {
    const lengths = fc.oneof(
      fc.integer({ min: 1, max: 9 * BLOCK }),
      fc.integer({ min: 1, max: 9 }).map((blocks) => blocks * BLOCK),
    );
    fc.assert(
      fc.property(lengths, fc.constantFrom(1, 2, 4), (length, blocks) => {
        const pieceLength = blocks * BLOCK;
        const content = contentOf(length);
        const leaves: Uint8Array[] = [];
        for (let at = 0; at < length; at += BLOCK) {
          leaves.push(sha256(content.subarray(at, at + BLOCK)));
        }
        const pieces: Uint8Array[] = [];
        const width = leavesOfPiece(length, pieceLength);
        for (let at = 0; at < leaves.length; at += blocks) {
          const own = Buffer.concat(leaves.slice(at, at + blocks));
          pieces.push(merkleRoot(own, width, new Uint8Array(32), sha256));
        }
        const { root, layer: expected } = hashesOf(content, pieceLength);
        const layerOf = Buffer.concat(pieces);
        if (expected === null) assert.deepEqual(pieces[0], new Uint8Array(root));
        else {
          assert.deepEqual(layerOf, expected);
          assert.deepEqual(rootOfLayer(layerOf, pieceLength, sha256), new Uint8Array(root));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a tree as deep as the scan allows is read in one pass', () => {
    let tree: BencodeInput = fileV2(7);
    for (let i = 0; i < 94; i++) tree = treeOf([['d', tree]]);
    assert.equal(good(v2Torrent(tree)).v2?.files[0]?.path.length, 95);
    tree = treeOf([['d', treeOf([['d', treeOf([['d', treeOf([['d', tree]])]])]])]]);
    assert.equal(parseFullMetainfo(v2Torrent(tree)).fault?.code, 'bad-bencoding');
    assert.equal(parseFullMetainfo(encode('')).fault?.code, 'not-a-dictionary');
  });
});
