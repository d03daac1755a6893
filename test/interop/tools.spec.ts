/**
 * Torrents across programs: ours are read alike by transmission-show, aria2 and libtorrent, made by libtorrent and mktorrent
 * they are ours to the byte or verified by ours, and the content of webtorrent-fixtures has the info-hashes it is known by.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'mocha';
import {
  createTorrent,
  describeTorrent,
  loadTorrent,
  verifyTorrent,
} from '../../src/tools/index.ts';
import type { CreatedTorrent, TorrentInfo, TorrentVersion } from '../../src/tools/index.ts';
import { packageRoot } from '../support/peers/package-root.ts';
import { libtorrent } from '../support/peers/libtorrent.ts';
import { programMissing, requireAll } from '../support/peers/requirements.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { contentOf } from '../support/v2-torrent.ts';

const formats = ['v1', 'v2', 'hybrid'] as const;
const PIECE = 32_768;
const LENGTHS = { 'a.bin': 300_000, 'b/c': 16_384, 'b/empty': 0, 'b/\u00e9': PIECE, z: 7 } as const;
const fixtures = join(packageRoot, '.build/fixtures/node_modules/webtorrent-fixtures/fixtures');

interface LibtorrentInfo {
  readonly v1: string | null;
  readonly v2: string | null;
  readonly name: string;
  readonly pieceLength: number;
  readonly length: number;
}

function askLibtorrent(...words: string[]): LibtorrentInfo {
  const script = join(packageRoot, 'test/support/peers/libtorrent-tools.py');
  const text = execFileSync('/usr/bin/python3', [script, ...words], { encoding: 'utf8' });
  return JSON.parse(text) as LibtorrentInfo;
}

const program = (name: string, install: string): Parameters<typeof requireAll>[1][number] => ({
  name,
  install: `apt-get install ${install}`,
  missing: () => programMissing(name),
});

describe('interop: torrents of other programs', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  function content(): string {
    for (const [name, length] of Object.entries(LENGTHS)) {
      mkdirSync(dirname(folder('made', name)), { recursive: true });
      writeFileSync(folder('made', name), contentOf(length));
    }
    return folder('made');
  }
  async function made(format: TorrentVersion): Promise<CreatedTorrent & { readonly file: string }> {
    const torrent = await createTorrent(content(), {
      ...{ format, pieceLength: PIECE, trackers: [['http://127.0.0.1:1/announce']] },
      ...{ private: true, comment: 'a comment', creationDate: 1_234_567 },
    });
    writeFileSync(folder('t.torrent'), torrent.bytes);
    return { ...torrent, file: folder('t.torrent') };
  }
  const infoOf = async (file: string): Promise<TorrentInfo> =>
    describeTorrent((await loadTorrent(file)).metainfo);

  describe('libtorrent', () => {
    before(function () {
      requireAll(this, [libtorrent]);
    });
    for (const format of formats) {
      it(`reads our ${format} as we do`, async () => {
        const { file, metainfo } = await made(format);
        const ours = describeTorrent(metainfo);
        assert.deepEqual(askLibtorrent('read', file), {
          ...{ v1: ours.infoHash, v2: ours.infoHashV2, name: 'made' },
          ...{ pieceLength: PIECE, length: ours.length },
        });
      });
      it(`its ${format} is read and verified by us, with the same info-hashes`, async () => {
        const theirs = askLibtorrent('make', content(), folder('lt'), format, String(PIECE));
        const ours = await infoOf(folder('lt'));
        assert.deepEqual([ours.infoHash, ours.infoHashV2], [theirs.v1, theirs.v2]);
        const found = await verifyTorrent(folder('lt'), folder());
        assert.equal(found.ok, true);
        assert.ok(found.pieces > 10);
      });
    }
    for (const format of ['v2', 'hybrid'] as const) {
      it(`makes the same ${format} of the same files: of a folder, a single file, a folder of one`, async () => {
        content();
        mkdirSync(folder('one'));
        writeFileSync(folder('one', 'x'), contentOf(PIECE + 1));
        for (const path of [folder('made'), folder('made', 'a.bin'), folder('one')]) {
          const theirs = askLibtorrent('make', path, folder('lt'), format, String(PIECE));
          const { metainfo } = await createTorrent(path, { format, pieceLength: PIECE });
          const ours = describeTorrent(metainfo);
          assert.deepEqual([ours.infoHash, ours.infoHashV2], [theirs.v1, theirs.v2], path);
        }
      });
    }
    it('makes the same v1 of a single file', async () => {
      const path = join(content(), 'a.bin');
      const theirs = askLibtorrent('make', path, folder('lt'), 'v1', String(PIECE));
      const { metainfo } = await createTorrent(path, { pieceLength: PIECE });
      assert.equal(describeTorrent(metainfo).infoHash, theirs.v1);
    });
  });

  describe('transmission-show', () => {
    before(function () {
      requireAll(this, [program('transmission-show', 'transmission-cli')]);
    });
    // Version 3 refuses v2 and hybrids, libtorrent's own among them.
    it('reads our v1 as we do', async () => {
      const { file, metainfo } = await made('v1');
      const shown = execFileSync('transmission-show', [file], { encoding: 'utf8' });
      const { infoHash } = describeTorrent(metainfo);
      assert.match(shown, new RegExp(`Hash: ${infoHash ?? ''}`));
      assert.match(shown, /Privacy: Private/);
      assert.match(shown, /Comment: a comment/);
      assert.match(shown, /http:\/\/127\.0\.0\.1:1\/announce/);
      for (const name of Object.keys(LENGTHS)) assert.ok(shown.includes(`made/${name}`), name);
    });
  });

  describe('aria2', () => {
    before(function () {
      requireAll(this, [program('aria2c', 'aria2')]);
    });
    // Version 1.36 has another info-hash for hybrids than everybody else, for libtorrent's own as well.
    for (const format of ['v1'] as const) {
      it(`reads our ${format} as we do`, async () => {
        const { file, metainfo } = await made(format);
        const shown = execFileSync('aria2c', ['--no-conf', '-S', file], { encoding: 'utf8' });
        assert.match(shown, new RegExp(`Info Hash: ${describeTorrent(metainfo).infoHash ?? ''}`));
        assert.match(shown, /Name: made/);
        assert.match(shown, /a\.bin/);
      });
    }
  });

  describe('mktorrent', () => {
    before(function () {
      requireAll(this, [program('mktorrent', 'mktorrent')]);
    });
    it('what it makes is verified by us, and is what we make of the same files', async () => {
      const words = ['-l', '15', '-d', '-a', 'http://127.0.0.1:1/announce', '-o', folder('mk')];
      execFileSync('mktorrent', [...words, content()], { stdio: 'ignore' });
      const theirs = await infoOf(folder('mk'));
      const found = await verifyTorrent(folder('mk'), folder());
      assert.equal(found.ok, true);
      assert.equal(found.pieces, theirs.pieces);
      const { metainfo } = await createTorrent(folder('made'), { pieceLength: PIECE });
      const ours = describeTorrent(metainfo);
      const paths = ({ files }: TorrentInfo): string[] => files.map(({ path }) => path);
      assert.deepEqual(paths(theirs).sort(), paths(ours).sort());
      if (paths(theirs).join() === paths(ours).join()) assert.equal(theirs.infoHash, ours.infoHash);
    });
  });

  describe('webtorrent-fixtures', () => {
    const known = [
      [
        'Leaves of Grass by Walt Whitman.epub',
        'leaves',
        'd2474e86c95b19b8bcfdb92bc12c9d44667cfa36',
      ],
      ['alice.txt', 'alice', '722fe65b2aa26d14f35b4ad627d20236e481d924'],
      ['folder', 'folder', 'b88da2caac6648e6c7d7687e3f89085f7e230e6b'],
      ['numbers', 'numbers', '89d97c2261a21b040cf11caa661a3ba7233bb7e6'],
      ['lots-of-numbers', 'lots-of-numbers', '114ead6243792ba56297edbb9a78dfba84d4fc00'],
    ] as const;
    const torrents = [
      ['bunny', 'af8f10f30bf9aefecf3686922bfa0d5bd290a395'],
      ['sintel', 'c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd'],
    ] as const;
    before(function () {
      requireAll(this, [
        {
          name: 'webtorrent-fixtures',
          install:
            'npm install --ignore-scripts --prefix .build/fixtures webtorrent-fixtures@2.0.3',
          missing: () => (existsSync(fixtures) ? null : 'it is not in .build/fixtures'),
        },
      ]);
    });
    for (const [path, torrent, infoHash] of known) {
      it(`${path}: read, verified and made anew with the known info-hash`, async () => {
        const file = join(fixtures, `${torrent}.torrent`);
        const told = await infoOf(file);
        assert.equal(told.infoHash, infoHash);
        const found = await verifyTorrent(file, fixtures);
        assert.equal(found.ok, true);
        const options = { pieceLength: told.pieceLength, sort: 'path' as const };
        const { metainfo } = await createTorrent(join(fixtures, path), options);
        assert.equal(describeTorrent(metainfo).infoHash, infoHash);
      });
    }
    for (const [torrent, infoHash] of torrents) {
      it(`${torrent}: read with the known info-hash`, async () => {
        const told = await infoOf(join(fixtures, `${torrent}.torrent`));
        assert.equal(told.infoHash, infoHash);
      });
    }
    it('the corrupt one is refused', async () => {
      const bytes = readFileSync(join(fixtures, 'corrupt.torrent'));
      await assert.rejects(loadTorrent(bytes), { code: 'SWARMWRIGHT_BAD_TORRENT' });
    });
  });
});
