/**
 * Torrents that chance has damaged, through everything that reads them: info, dump, edit, the plan of a verification. None may
 * throw, and every refusal names a byte and, where there is one, the field. Inputs follow from a seed value: FUZZ_SEED, and
 * FUZZ_INPUTS for more of them.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import type { Random } from '../../src/core/index.ts';
import { BencodeDump, editMetainfo, parseFullMetainfo } from '../../src/protocol/index.ts';
import type { FullMetainfo } from '../../src/protocol/index.ts';
import { describeTorrent, verifyTorrent } from '../../src/tools/index.ts';
import { sha256 } from '../../src/tools/torrent-source.ts';
import { readableRuns } from '../../src/tools/verify/readable-runs.ts';
import { contentOf as contentOfTorrent } from '../../src/tools/verify/segments.ts';
import { judge } from '../../src/tools/verify/verdicts.ts';
import { digests, fileAt, multiTorrent, singleTorrent } from '../support/bencode.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { BLOCK, contentOf, fileV2, layersOf, treeOf, v2Torrent } from '../support/v2-torrent.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_521);
const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 500_000);

const tree = treeOf([
  ['a', fileV2(2 * BLOCK + 5)],
  ['d', treeOf([['e', fileV2(9)]])],
]);
const layers = { 'piece layers': layersOf([2 * BLOCK + 5]) };
const CORPUS: readonly Uint8Array[] = [
  singleTorrent(
    { private: 1, source: 'S' },
    {
      announce: 'http://a/announce',
      'announce-list': [['http://a/announce'], ['udp://b:1']],
      comment: 'c',
      nodes: [['h', 1]],
    },
  ),
  multiTorrent([fileAt('a'), fileAt('b', '..', 'c'), { attr: 'p', length: 9 }], { name: 'n' }),
  v2Torrent(tree, layers),
  v2Torrent(
    tree,
    { ...layers, 'url-list': ['http://w/'] },
    {
      files: [
        { length: 2 * BLOCK + 5, path: ['a'] },
        { length: BLOCK - 5, path: ['.pad', '1'], attr: 'p' },
        { length: 9, path: ['d', 'e'] },
      ].map((file) => new Map<string, number | string | string[]>(Object.entries(file))),
      pieces: digests(4),
    },
  ),
];

/** Bytes that mean something in bencode. */
const TOKENS = Buffer.from('dlie0123456789:-');

/** One to four changes: bytes flipped, put in, taken out, moved, doubled, or the end cut off. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let result = Buffer.from(bytes);
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(result.length + 1);
    const [before, after] = [result.subarray(0, at), result.subarray(at)];
    const length = random.below(12);
    switch (random.below(7)) {
      case 0:
        if (at < result.length) result[at]! ^= 1 << random.below(8);
        break;
      case 1:
        if (at < result.length) result[at] = TOKENS[random.below(TOKENS.length)]!;
        break;
      case 2:
        result = Buffer.concat([before, TOKENS.subarray(random.below(TOKENS.length)), after]);
        break;
      case 3:
        result = Buffer.concat([before, after.subarray(length)]);
        break;
      case 4:
        result = Buffer.concat([before, after.subarray(0, length), after]);
        break;
      case 5:
        result = Buffer.concat([after, before]);
        break;
      default:
        result = before;
    }
  }
  return result;
}

function noise(random: Random): Uint8Array {
  const chosen = random.below(2) === 0;
  return Uint8Array.from({ length: random.below(200) }, () =>
    chosen ? TOKENS[random.below(TOKENS.length)]! : random.below(256),
  );
}

const options = { sha256 };

describe('tools: damaged torrents', function () {
  this.timeout(300_000);
  const folder = tempFolder();

  it(`${INPUTS} inputs from seed ${SEED}: none throws, every refusal says where`, () => {
    const random = createRandom(SEED);
    const met = { accepted: 0, refused: 0, v2: 0, edited: 0, dumped: 0, judged: 0 };
    for (let i = 0; i < INPUTS; i++) {
      const kind = random.below(8);
      const bytes = kind === 0 ? noise(random) : damaged(CORPUS[kind % CORPUS.length]!, random);
      try {
        const walk = new BencodeDump(bytes);
        let tokens = 0;
        for (let token = walk.next(); token !== null; token = walk.next()) tokens++;
        assert.ok(tokens <= bytes.length + 1);
        met.dumped++;
        const { metainfo, fault } = parseFullMetainfo(bytes, options);
        if (fault !== null) {
          assert.match(fault.detail, /\((?:info.*, |piece layers, )?byte \d+\)$/);
          assert.ok(fault.offset >= 0 && fault.offset <= bytes.length);
          met.refused++;
          continue;
        }
        met.accepted++;
        if (metainfo.v2 !== null) met.v2++;
        read(metainfo);
        met.judged++;
        edit(bytes, metainfo);
        met.edited++;
      } catch (error) {
        const command = `FUZZ_SEED=${SEED} FUZZ_INPUTS=${i + 1}`;
        throw new Error(`input ${i} (${command}): ${Buffer.from(bytes).toString('base64')}`, {
          cause: error,
        });
      }
    }
    for (const [what, count] of Object.entries(met))
      assert.ok(count > INPUTS / 1000, `${what}: ${count}`);
  });

  it('verified against a folder: no throw, and a verdict for each file', async () => {
    const random = createRandom(SEED + 1);
    mkdirSync(folder('temp', 'd'), { recursive: true });
    writeFileSync(folder('temp', 'a'), contentOf(2 * BLOCK + 5));
    writeFileSync(folder('temp', 'd', 'e'), contentOf(9));
    let verified = 0;
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      const bytes = damaged(CORPUS[random.below(CORPUS.length)]!, random);
      try {
        const { files, map, pieces } = await verifyTorrent(bytes, folder());
        assert.equal(map.length, pieces);
        assert.ok(files.length > 0);
        verified++;
      } catch (error) {
        assert.equal((error as { code?: unknown }).code, 'SWARMWRIGHT_BAD_TORRENT', String(error));
        refused++;
      }
    }
    assert.ok(verified > 50 && refused > 100, `${verified} verified, ${refused} refused`);
  });
});

function read(metainfo: FullMetainfo): void {
  const told = describeTorrent(metainfo);
  assert.ok(told.length > 0 && told.files.length > 0);
  for (const { path } of told.files) assert.ok(!path.split('/').includes('..'));
  const content = contentOfTorrent(metainfo);
  if (content.pieces > 10_000) return;
  const sizes = content.files.map(() => 0);
  const paths = content.files.map(() => '');
  assert.deepEqual(readableRuns(content, metainfo.pieceLength, sizes, paths).pieces, []);
  const states = Array.from({ length: content.pieces }, () => 'unread' as const);
  judge(content, metainfo.pieceLength, states, sizes, new Map());
}

/** An edit keeps what it was not asked to change, and gives what can be read again. */
function edit(bytes: Uint8Array, before: FullMetainfo): void {
  const same = editMetainfo(bytes, {});
  assert.ok(same !== null);
  const edited = editMetainfo(bytes, { comment: 'new', tiers: [['http://n/announce']] });
  const { metainfo, fault } = parseFullMetainfo(edited!, options);
  assert.equal(fault, null, fault?.detail);
  assert.equal(metainfo.comment, 'new');
  assert.deepEqual(metainfo.tiers, [['http://n/announce']]);
  assert.deepEqual(metainfo.info, before.info);
}
