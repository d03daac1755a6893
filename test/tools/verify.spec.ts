/** What lies on disk against what a torrent says: a verdict for each file, ranges, a map; v1, v2 and hybrids alike. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { verifyShape } from '../../src/cli/tools/json-shapes.ts';
import { encode } from '../../src/protocol/bencode/encode.ts';
import { createTorrent, verifyTorrent } from '../../src/tools/index.ts';
import type { TorrentVersion, Verification } from '../../src/tools/index.ts';
import { dict } from '../support/bencode.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { BLOCK, contentOf, fileV2, treeOf, v2Torrent } from '../support/v2-torrent.ts';

const LENGTHS = { a: 3 * BLOCK + 5, b: 7, c: 0, 'd/e': 2 * BLOCK } as const;
const formats = ['v1', 'v2', 'hybrid'] as const;

describe('tools: verify', function () {
  this.timeout(30_000);
  const folder = tempFolder();
  const file = (name: string): string => folder('t', name);

  async function made(format: TorrentVersion): Promise<Uint8Array> {
    for (const [name, length] of Object.entries(LENGTHS)) {
      mkdirSync(dirname(file(name)), { recursive: true });
      writeFileSync(file(name), contentOf(length));
    }
    const options = { format, pieceLength: BLOCK, creationDate: null };
    return (await createTorrent(folder('t'), options)).bytes;
  }
  const flip = (name: string, at: number): void => {
    const bytes = readFileSync(file(name));
    bytes[at]! ^= 1;
    writeFileSync(file(name), bytes);
  };
  const verdictsOf = ({ files }: Verification): Record<string, string> =>
    Object.fromEntries(files.map(({ path, verdict }) => [path.slice(2), verdict]));
  const good = { a: 'ok', b: 'ok', c: 'ok', 'd/e': 'ok' };

  for (const format of formats) {
    it(`${format}: all in order, found by folder, by name, and under another name`, async () => {
      const torrent = await made(format);
      for (const path of [folder(), folder('t')]) {
        const found = await verifyTorrent(torrent, path);
        assert.equal(found.ok, true);
        assert.deepEqual(verdictsOf(found), good);
        assert.equal(found.map, '1'.repeat(found.pieces));
        assert.equal(found.goodPieces, found.pieces);
      }
      renameSync(folder('t'), folder('renamed'));
      assert.equal((await verifyTorrent(torrent, folder('renamed'))).ok, true);
    });

    it(`${format}: wrong bytes are found where they are`, async () => {
      const torrent = await made(format);
      flip('a', BLOCK + 3);
      const found = await verifyTorrent(torrent, folder());
      assert.deepEqual(verdictsOf(found), { ...good, a: 'bad' });
      assert.deepEqual(found.files[0]!.bad, [{ start: BLOCK, end: 2 * BLOCK }]);
      assert.equal(found.map.indexOf('0'), 1);
      assert.equal(found.goodPieces, found.pieces - 1);
    });

    it(`${format}: missing, too short, too long, empty ones too`, async () => {
      const torrent = await made(format);
      rmSync(file('c'));
      truncateSync(file('d/e'), BLOCK);
      const found = await verifyTorrent(torrent, folder());
      assert.equal(found.ok, false);
      assert.equal(verdictsOf(found)['c'], 'missing');
      assert.equal(verdictsOf(found)['d/e'], 'wrong-size');
      assert.deepEqual([found.files[3]!.length, found.files[3]!.actual], [2 * BLOCK, BLOCK]);
      assert.equal(found.files[3]!.unverified.at(-1)?.end, 2 * BLOCK);
      await made(format);
      writeFileSync(file('d/e'), Buffer.concat([contentOf(2 * BLOCK), Buffer.from('x')]));
      const long = await verifyTorrent(torrent, folder());
      assert.deepEqual(verdictsOf(long), { ...good, 'd/e': 'wrong-size' });
      assert.equal(long.goodPieces, long.pieces);
    });

    it(`${format}: nothing there`, async () => {
      const torrent = await made(format);
      rmSync(folder('t'), { recursive: true });
      const found = await verifyTorrent(torrent, folder());
      assert.deepEqual(Object.values(verdictsOf(found)), [
        'missing',
        'missing',
        'missing',
        'missing',
      ]);
      assert.equal(found.map, '0'.repeat(found.pieces));
      rmSync(folder(), { recursive: true });
      assert.equal((await verifyTorrent(torrent, folder())).ok, false);
    });

    it(`${format}: one flipped byte anywhere is found, and nothing else is blamed but who shares the piece`, async () => {
      const torrent = await made(format);
      const names = ['a', 'b', 'd/e'] as const;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...names), fc.nat(), async (name, draw) => {
          const at = draw % LENGTHS[name];
          flip(name, at);
          const found = await verifyTorrent(torrent, folder());
          flip(name, at);
          assert.equal(found.goodPieces, found.pieces - 1);
          const hit = found.files.filter(({ bad }) =>
            bad.some(({ start, end }) => start <= at && at < end),
          );
          assert.ok(hit.some(({ path }) => path === `t/${name}`));
          if (format !== 'v1') {
            assert.deepEqual(verdictsOf(found), { ...good, [name]: 'bad' });
          }
        }),
        { numRuns: 25 },
      );
    });
  }

  it('v1: a piece that two files share cannot be checked without one of them', async () => {
    const torrent = await made('v1');
    rmSync(file('b'));
    const found = await verifyTorrent(torrent, folder());
    assert.deepEqual(verdictsOf(found), {
      a: 'unverified',
      b: 'missing',
      c: 'ok',
      'd/e': 'unverified',
    });
    assert.deepEqual(found.files[0]!.unverified, [{ start: 3 * BLOCK, end: 3 * BLOCK + 5 }]);
  });

  it('v2 without layers: a file of several pieces is right or wrong as a whole', async () => {
    const torrent = v2Torrent(
      treeOf([
        ['a', fileV2(3 * BLOCK)],
        ['b', fileV2(7)],
      ]),
    );
    for (const [name, length] of [
      ['a', 3 * BLOCK],
      ['b', 7],
    ] as const) {
      mkdirSync(folder('temp'), { recursive: true });
      writeFileSync(folder('temp', name), contentOf(length));
    }
    assert.equal((await verifyTorrent(torrent, folder())).map, '1111');
    writeFileSync(folder('temp', 'a'), contentOf(3 * BLOCK).fill(1, 0, 1));
    assert.equal((await verifyTorrent(torrent, folder())).map, '0001');
  });

  it('a hybrid must be right by both hashes', async () => {
    const torrent = Buffer.from(await made('hybrid'));
    const at = torrent.indexOf('6:pieces');
    torrent[at + 12]! ^= 1;
    assert.equal((await verifyTorrent(torrent, folder())).goodPieces, 6);
  });

  it('padding is never asked of the disk', async () => {
    const torrent = await made('hybrid');
    assert.ok(!existsSync(file('.pad')));
    assert.equal((await verifyTorrent(torrent, folder())).files.length, 4);
  });

  it('on the command line: verdicts, map, JSON, exit codes', async () => {
    writeFileSync(folder('x.torrent'), await made('v2'));
    const fine = await runHere('verify', folder('x.torrent'), folder());
    assert.equal(fine.code, EXIT.done);
    assert.equal(fine.stdout.toString().split('\n')[0], `ok\t49157\t49157\t-\t-\tt/a`);
    assert.match(fine.stderr, /^7 of 7 pieces are right\n$/);
    flip('a', 0);
    flip('a', 2 * BLOCK);
    rmSync(file('b'));
    const wrong = await runHere('verify', folder('x.torrent'), folder());
    assert.equal(wrong.code, EXIT.verify);
    assert.deepEqual(wrong.stdout.toString().split('\n').slice(0, 2), [
      'bad\t49157\t49157\t0-16383,32768-49151\t-\tt/a',
      'missing\t7\t-\t-\t0-6\tt/b',
    ]);
    assert.match(wrong.stderr, /4 of 7 pieces are right; not in order: 2 of 4 files/);
    const map = await runHere('verify', folder('x.torrent'), folder(), '--map', '-q');
    assert.equal(map.stdout.toString(), '0101011\n');
    assert.equal(map.stderr, '');
    const json = await runHere('verify', folder('x.torrent'), folder(), '--json');
    const told = verifyShape.parse(JSON.parse(json.stdout.toString())) as Verification;
    assert.equal(told.ok, false);
    writeFileSync(folder('bad.torrent'), encode(dict({ info: 7 })));
    assert.equal((await runHere('verify', folder('bad.torrent'))).code, EXIT.badTorrent);
    assert.equal((await runHere('verify', folder('none.torrent'))).code, EXIT.read);
    assert.match((await runHere('verify', 'x', '--schema')).stdout.toString(), /verify --json/);
  });
});
