/**
 * Rows of the field's table of torrents that must be accepted, beyond those in `parse.spec.ts` and `v2.spec.ts`: what
 * is odd in a good torrent costs the odd part alone. And: no row that must be refused is without a test.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { parseFullMetainfo } from '../../../src/protocol/metainfo/parse-full.ts';
import type { FullMetainfo } from '../../../src/protocol/metainfo/types.ts';
import { bytesOf, digests, fileAt, multiTorrent, singleTorrent } from '../../support/bencode.ts';
import { packageRoot } from '../../support/peers/package-root.ts';
import { BLOCK, contentOf, fileV2, layersOf, treeOf, v2Torrent } from '../../support/v2-torrent.ts';

function good(bytes: Uint8Array): FullMetainfo {
  const { metainfo, fault } = parseFullMetainfo(bytes);
  assert.equal(fault, null, fault?.detail);
  return metainfo;
}

const webSeeds = (value: Parameters<typeof singleTorrent>[1]): readonly string[] =>
  good(singleTorrent({}, value)).extras.webSeeds;

describe('metainfo: accepted rows', () => {
  it('whitespace_url: a tracker is trimmed', () => {
    assert.deepEqual(good(singleTorrent({}, { announce: '\t udp://a:1/announce' })).tiers, [
      ['udp://a:1/announce'],
    ]);
  });

  it('url_list, url_list2, url_list3, empty_httpseed, httpseed: bad web seeds are ignored', () => {
    assert.deepEqual(webSeeds({ 'url-list': [''] }), []);
    assert.deepEqual(webSeeds({ 'url-list': [['http://a/']] }), []);
    assert.deepEqual(webSeeds({ 'url-list': 7 }), []);
    assert.deepEqual(webSeeds({ 'url-list': '' }), []);
    assert.deepEqual(webSeeds({ httpseeds: ['http://a/'] }), []);
  });

  it('url_seed, url_seed_multi, url_seed_multi_space: kept as they are written', () => {
    assert.deepEqual(webSeeds({ 'url-list': 'http://test.com/file' }), ['http://test.com/file']);
    assert.deepEqual(webSeeds({ 'url-list': ['http://test.com/a b'] }), ['http://test.com/a b']);
  });

  it('duplicate_web_seeds: each once', () => {
    const urls = ['http://a/', 'http://b/', 'http://a/', 'http://c/', 'http://b/'];
    assert.equal(webSeeds({ 'url-list': urls }).length, 3);
  });

  it('creation_date, no_creation_date, sample, base', () => {
    assert.equal(good(singleTorrent({}, { 'creation date': 1_234_567 })).creationDate, 1_234_567);
    assert.equal(good(singleTorrent()).creationDate, null);
    assert.equal(good(singleTorrent({}, { 'creation date': -1 })).creationDate, null);
  });

  it('dht_nodes, similar, similar2, collection, collection2', () => {
    const hash = new Uint8Array(20).fill(1);
    const { extras } = good(
      singleTorrent(
        { similar: [hash], collections: ['in'] },
        {
          similar: [hash],
          collections: ['out'],
          nodes: [['host', 6881]],
        },
      ),
    );
    assert.deepEqual(extras.nodes, [{ host: 'host', port: 6881 }]);
    assert.equal(extras.similar.length, 2);
    assert.deepEqual(extras.collections, ['out', 'in']);
  });

  it('large: 5,000 pieces; large_piece_size: 32767 blocks', () => {
    const large = singleTorrent({ length: 5000 * BLOCK, pieces: digests(5000) });
    assert.equal(good(large).v1?.pieceCount, 5000);
    const long = singleTorrent({ 'piece length': 32_767 * BLOCK, length: 7, pieces: digests(1) });
    assert.equal(good(long).pieceLength, 536_854_528);
  });

  it('empty-files-1 to 5, v2_empty_file: they take no piece', () => {
    const v1 = multiTorrent([
      { ...fileAt('a'), length: 0 },
      fileAt('b'),
      { ...fileAt('c'), length: 0 },
    ]);
    assert.deepEqual(
      good(v1).v1?.files.map((file) => file.offset),
      [0, 0, 1],
    );
    const tree = treeOf([
      ['a', fileV2(0)],
      ['b', fileV2(7)],
      ['c', fileV2(0)],
    ]);
    assert.deepEqual([good(v2Torrent(tree)).v2?.pieceCount, contentOf(0).length], [1, 0]);
  });

  it('pad_file, pad_file_no_path: padding by name and by attribute', () => {
    const named = multiTorrent([fileAt('a'), fileAt('_____padding_file_0_if you see this')]);
    assert.deepEqual(
      good(named).v1?.files.map((file) => file.padding),
      [false, true],
    );
    const bare = multiTorrent([fileAt('a'), { attr: 'p', length: 2124 }]);
    assert.deepEqual(good(bare).v1?.files[1]?.path.slice(1), ['.pad', '2124']);
  });

  it('symlink1, symlink2, symlink_zero_size, symlink_filtered_path, overlapping_symlinks: left out', () => {
    const link = { attr: 'l', path: ['l'], length: 0, 'symlink path': ['..', '..', 'x'] };
    assert.equal(
      good(multiTorrent([fileAt('a'), link, { ...link, path: ['m'] }])).v1?.files.length,
      1,
    );
  });

  it('long_name: 300 bytes are cut; invalid_name2: the name ".." is the info-hash', () => {
    const long = good(singleTorrent({ name: 'x'.repeat(300) }));
    assert.ok(Buffer.byteLength(long.name) <= 240);
    assert.match(good(singleTorrent({ name: '..' })).name, /^[0-9a-f]{40}$/);
  });

  it('empty_path, empty_path_multi, hidden_parent_path: inside the root', () => {
    const odd = multiTorrent([fileAt(''), fileAt('foo', '..', '..', '..', 'bar')]);
    for (const { path } of good(odd).v1?.files ?? []) {
      assert.equal(path[0], 'temp');
      assert.ok(!path.includes('..') && !path.includes(''));
    }
  });

  it('unordered: keys of info in any order, and the hash is over the bytes as they are', () => {
    const info = 'd6:pieces20:aaaaaaaaaaaaaaaaaaaa4:name1:a12:piece lengthi16384e6:lengthi5ee';
    assert.equal(Buffer.from(good(bytesOf(`d4:info${info}e`)).info).toString(), info);
  });

  it('v2, v2_only, v2_multipiece_file, v2_multiple_files: each half where it is', () => {
    const tree = treeOf([
      ['a', fileV2(3 * BLOCK)],
      ['b', fileV2(9)],
    ]);
    const layers = { 'piece layers': layersOf([3 * BLOCK]) };
    const files = [
      { length: 3 * BLOCK, path: ['a'] },
      { length: 9, path: ['b'] },
    ].map((file) => new Map(Object.entries(file)));
    const both = good(v2Torrent(tree, layers, { files, pieces: digests(4) }));
    assert.deepEqual([both.v1?.pieceCount, both.v2?.pieceCount], [4, 4]);
    assert.equal(good(v2Torrent(tree, layers)).v1, null);
  });

  it('every row that must be refused, B-01 to B-43, has a test', () => {
    const specs = ['parse.spec.ts', 'v2.spec.ts'].map((name) =>
      readFileSync(join(packageRoot, 'test/protocol/metainfo', name), 'utf8'),
    );
    const rows = Array.from({ length: 43 }, (_, i) => `B-${String(i + 1).padStart(2, '0')}`);
    const missing = rows.filter((row) => !specs.some((text) => text.includes(`'${row} `)));
    assert.deepEqual(missing, []);
  });
});
