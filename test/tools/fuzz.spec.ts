/**
 * Torrents that chance has damaged, through everything that reads them: info, dump, edit, the plan of a verification. None may
 * throw, none may hang, nothing may be kept of them, and every refusal names a byte and, where there is one, the field. Inputs
 * follow from a seed value: FUZZ_SEED, and FUZZ_INPUTS for more of them. With those of the tracker
 * (`test/protocol/tracker/server/fuzz.spec.ts`) they are 1,200,000.
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
import { watchForHangs } from '../support/hang-watch.ts';
import { memoryInUse } from '../support/memory-in-use.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { BLOCK, contentOf, fileV2, layersOf, treeOf, v2Torrent } from '../support/v2-torrent.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_521);
const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 750_000);
/** Most bytes that may be in use beyond those at a quarter of the inputs: of seven bytes kept for each input there would be more. */
const GROWTH_MAX = 4 * 1024 * 1024;

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

/** Where inputs are made, one at a time. */
const PLACE = Buffer.alloc(Math.max(...CORPUS.map(({ length }) => length)) + 4 * TOKENS.length);
const ASIDE = Buffer.alloc(PLACE.length);

/** One to four changes: bytes flipped, put in, taken out, moved, doubled, or the end cut off. Good until the next call. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  PLACE.set(bytes);
  let end = bytes.length;
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(end + 1);
    const length = Math.min(random.below(12), end - at);
    switch (random.below(7)) {
      case 0:
        if (at < end) PLACE[at]! ^= 1 << random.below(8);
        break;
      case 1:
        if (at < end) PLACE[at] = TOKENS[random.below(TOKENS.length)]!;
        break;
      case 2: {
        const tokens = TOKENS.subarray(random.below(TOKENS.length));
        PLACE.copyWithin(at + tokens.length, at, end);
        PLACE.set(tokens, at);
        end += tokens.length;
        break;
      }
      case 3:
        PLACE.copyWithin(at, at + length, end);
        end -= length;
        break;
      case 4:
        PLACE.copyWithin(at + length, at, end);
        end += length;
        break;
      case 5:
        PLACE.copy(ASIDE, 0, 0, at);
        PLACE.copyWithin(0, at, end);
        ASIDE.copy(PLACE, end - at, 0, at);
        break;
      default:
        end = at;
    }
  }
  return PLACE.subarray(0, end);
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

  it(`${INPUTS} inputs from seed ${SEED}: none throws or hangs, every refusal says where, nothing grows`, async () => {
    const random = createRandom(SEED);
    const met = { accepted: 0, refused: 0, v2: 0, edited: 0, dumped: 0, faults: 0, judged: 0 };
    let before = 0;
    await watchForHangs((next) => {
      for (let i = 0; i < INPUTS; i++) {
        if (i === INPUTS >> 2) before = memoryInUse();
        next();
        const kind = random.below(8);
        const bytes = kind === 0 ? noise(random) : damaged(CORPUS[kind % CORPUS.length]!, random);
        try {
          meet(bytes, met);
        } catch (error) {
          const command = `FUZZ_SEED=${SEED} FUZZ_INPUTS=${i + 1}`;
          throw new Error(`input ${i} (${command}): ${Buffer.from(bytes).toString('base64')}`, {
            cause: error,
          });
        }
      }
    });
    const grown = memoryInUse() - before;
    assert.ok(grown < GROWTH_MAX, `${grown} bytes more than after a quarter of the inputs`);
    for (const [what, count] of Object.entries(met))
      assert.ok(count > INPUTS / 1000, `${what}: ${count}`);
  });

  it('an input that hangs is found, and named by its number', async () => {
    const hanging = watchForHangs((next) => {
      for (let i = 0; i < 3; i++) next();
      for (;;);
    }, 50);
    await assert.rejects(hanging, /^Error: input 2 kept the processor for 50 ms$/);
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
        assert.match((error as Error).message, WHERE);
        refused++;
      }
    }
    assert.ok(verified > 50 && refused > 100, `${verified} verified, ${refused} refused`);
  });
});

/** Where a refusal says that it is. */
const WHERE = /\((?:info.*, |piece layers, )?byte \d+\)$/;

/** One input through everything. */
function meet(bytes: Uint8Array, met: Record<string, number>): void {
  const walk = new BencodeDump(bytes);
  let tokens = 0;
  for (let token = walk.next(); token !== null; token = walk.next()) {
    tokens++;
    if (token.kind !== 'fault') continue;
    assert.ok(token.offset <= bytes.length && token.reason !== '');
    met['faults']!++;
  }
  assert.ok(tokens <= bytes.length + 1);
  met['dumped']!++;
  const { metainfo, fault } = parseFullMetainfo(bytes, options);
  if (fault !== null) {
    assert.match(fault.detail, WHERE);
    assert.ok(fault.offset >= 0 && fault.offset <= bytes.length);
    met['refused']!++;
    return;
  }
  met['accepted']!++;
  if (metainfo.v2 !== null) met['v2']!++;
  read(metainfo);
  met['judged']!++;
  edit(bytes, metainfo);
  met['edited']!++;
}

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
