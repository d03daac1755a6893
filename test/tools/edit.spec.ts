/** Editing: what was asked for changes, every other byte stays. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { decode } from '../../src/protocol/bencode/decode.ts';
import { encode } from '../../src/protocol/bencode/encode.ts';
import { replaceEntries } from '../../src/protocol/bencode/replace-entries.ts';
import { editTorrent, magnetInfo, magnetOf } from '../../src/tools/index.ts';
import type { EditOptions } from '../../src/tools/index.ts';
import {
  anyValue,
  bytesOf,
  dict,
  digests,
  singleTorrent,
  tolerantRules,
} from '../support/bencode.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { BLOCK, fileV2, treeOf, v2Torrent } from '../support/v2-torrent.ts';

const INFO = 'd6:lengthi5e4:name1:a3:oddi7e12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae';
/** Keys out of order, and one that nobody knows. */
const ODD = bytesOf(`d7:unknownd1:xi1ee4:info${INFO}8:announce17:http://a/announce7:comment3:olde`);

const edited = async (bytes: Uint8Array, options: EditOptions): Promise<string> =>
  Buffer.from((await editTorrent(bytes, options)).bytes).toString('latin1');

describe('tools: edit', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  it('changes one value and leaves every other byte, in whatever order they are', async () => {
    const before = Buffer.from(ODD).toString('latin1');
    assert.equal(await edited(ODD, { comment: 'new!' }), before.replace('3:old', '4:new!'));
    assert.equal(await edited(ODD, { comment: null }), before.replace('7:comment3:old', ''));
    const made = await edited(ODD, { createdBy: 'me' });
    assert.equal(made, before.replace('d7:unknown', 'd10:created by2:me7:unknown'));
    const { changed, infoChanged } = await editTorrent(ODD, { comment: 'old' });
    assert.deepEqual([changed, infoChanged], [false, false]);
  });

  it('says when the info-hash changes, and keeps unknown keys of info', async () => {
    const named = await editTorrent(ODD, { name: 'b' });
    assert.equal(named.infoChanged, true);
    assert.equal(
      Buffer.from(named.metainfo.info).toString('latin1'),
      INFO.replace('4:name1:a', '4:name1:b'),
    );
    const secret = await editTorrent(ODD, { private: true, source: 'S' });
    assert.equal(
      Buffer.from(secret.metainfo.info).toString('latin1'),
      INFO.replace(/e$/, '7:privatei1e6:source1:Se'),
    );
    const open = await editTorrent(secret.bytes, { private: false, source: null });
    assert.deepEqual(open.bytes, new Uint8Array(ODD));
  });

  it('trackers: replaced, added, removed; a list only where there are several', async () => {
    const a = 'http://a/announce';
    const b = 'udp://b:1';
    const two = await editTorrent(ODD, { addTrackers: [[b]] });
    assert.deepEqual(two.metainfo.tiers, [[a], [b]]);
    assert.equal(two.infoChanged, false);
    const one = await editTorrent(two.bytes, { removeTrackers: [a] });
    assert.deepEqual(one.metainfo.tiers, [[b]]);
    assert.ok(!Buffer.from(one.bytes).toString('latin1').includes('announce-list'));
    const none = await editTorrent(two.bytes, { tiers: [] });
    assert.deepEqual(none.metainfo.tiers, []);
    await assert.rejects(
      editTorrent(ODD, { removeTrackers: [b] }),
      /not a tracker of this torrent/,
    );
    const seeds = await editTorrent(ODD, {
      addWebSeeds: ['http://w/', 'http://v/'],
      removeWebSeeds: [],
    });
    assert.deepEqual(seeds.metainfo.extras.webSeeds, ['http://w/', 'http://v/']);
    await assert.rejects(editTorrent(ODD, { removeWebSeeds: ['http://x/'] }), /not a web seed/);
  });

  it('lints judge what is changed, not what was there', async () => {
    const bad = singleTorrent({ private: 1 }, { 'url-list': 'gopher://x' });
    await editTorrent(bad, { comment: 'fine' });
    for (const [options, lint] of [
      [{ tiers: [['ftp://a']] }, 'bad-tracker'],
      [{ tiers: [] }, 'private-without-tracker'],
      [{ addWebSeeds: ['ftp://a/'] }, 'bad-web-seed'],
      [{ name: 'con' }, 'unportable-names'],
    ] as const) {
      await assert.rejects(editTorrent(bad, options), new RegExp(`\\[${lint}: `));
      await editTorrent(bad, { ...options, allow: [lint] });
    }
    await assert.rejects(editTorrent(ODD, { source: 'S' }), /public-source/);
    await assert.rejects(editTorrent(ODD, { name: 'a/b' }), /not a name/);
  });

  it('renames a single file of v2 in its tree as well, and .utf-8 doubles', async () => {
    const v2 = v2Torrent(treeOf([['temp', fileV2(BLOCK)]]));
    const { metainfo } = await editTorrent(v2, { name: 'new' });
    assert.deepEqual(
      metainfo.v2?.files.map((file) => file.path),
      [['new']],
    );
    const double = singleTorrent({ 'name.utf-8': 'temp' }, { comment: 'a', 'comment.utf-8': 'a' });
    const changed = (await editTorrent(double, { name: 'x', comment: 'y' })).metainfo;
    assert.deepEqual([changed.name, changed.comment], ['x', 'y']);
  });

  it('any dictionary, any changes: as decoding, changing and comparing entry by entry has it', () => {
    const key = fc.stringMatching(/^[a-e]{0,2}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, anyValue), { selector: ([name]) => name }),
        fc.uniqueArray(fc.tuple(key, fc.option(anyValue)), { selector: ([name]) => name }),
        fc.boolean(),
        (entries, changes, shuffled) => {
          const order = shuffled ? [...entries].reverse() : entries;
          const text = order.map(([name, value]) => Buffer.concat([encode(name), encode(value)]));
          const before = Buffer.concat([Buffer.from('d'), ...text, Buffer.from('e')]);
          const { value } = decode(before, tolerantRules);
          const given = changes.map(
            ([name, to]) => [name, to === null ? null : encode(to)] as const,
          );
          const after = decode(replaceEntries(value!, new Map(given)), tolerantRules);
          assert.equal(after.fault, null);
          const expected = new Map(
            entries.map(([name, to]) => [name, Buffer.from(encode(to)).toString('hex')]),
          );
          for (const [name, to] of given) {
            if (to === null) expected.delete(name);
            else expected.set(name, Buffer.from(to).toString('hex'));
          }
          const found = new Map(
            [...after.value.asDict()!].map(([name, to]) => [
              name,
              Buffer.from(to.span).toString('hex'),
            ]),
          );
          assert.deepEqual(new Map([...found].sort()), new Map([...expected].sort()));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('on the command line: in place, to a file, and a word about the info-hash', async () => {
    writeFileSync(folder('t.torrent'), ODD);
    const quiet = await runHere(
      'edit',
      folder('t.torrent'),
      '-c',
      'hello',
      '--add-tracker',
      'http://b/announce,udp://c:1',
    );
    assert.equal(quiet.code, EXIT.done, quiet.stderr);
    assert.equal(quiet.stderr, '');
    const loud = await runHere(
      'edit',
      folder('t.torrent'),
      '-o',
      folder('u.torrent'),
      '--name',
      'n',
      '--no-tracker',
      '--no-comment',
      '--json',
    );
    assert.match(loud.stderr, /^the info-hash changes: .* [0-9a-f]{40} -> [0-9a-f]{40}\n$/);
    const told = JSON.parse(loud.stdout.toString()) as {
      infoChanged: boolean;
      trackers: string[][];
      comment: null;
    };
    assert.deepEqual([told.infoChanged, told.trackers, told.comment], [true, [], null]);
    const same = await runHere('edit', folder('t.torrent'));
    assert.equal(same.stderr, 'nothing changes\n');
    assert.equal((await runHere('edit', folder('t.torrent'), '-t', 'ftp://x')).code, EXIT.usage);
    assert.equal((await runHere('edit', 'http://127.0.0.1:1/t')).code, EXIT.usage);
    const tiers = await runHere(
      'edit',
      folder('t.torrent'),
      '-o',
      '-',
      '-t',
      'http://x/announce',
      '-t',
      'http://y/announce',
    );
    assert.match(
      tiers.stdout.toString('latin1'),
      /announce-listll17:http:\/\/x\/announceel17:http:\/\/y\/announceee/,
    );
    assert.match(readFileSync(folder('t.torrent'), 'latin1'), /5:hello/);
  });
});

describe('tools: magnet', () => {
  const folder = tempFolder();

  it('the link of a torrent and what it says, back and forth', async () => {
    const torrent = singleTorrent(
      { name: 'a b' },
      { announce: 'http://t/announce', 'url-list': 'http://w/' },
    );
    const link = await magnetOf(torrent, { peers: ['192.0.2.1:5'], select: [0] });
    const told = magnetInfo(link);
    assert.match(told.infoHash, /^[0-9a-f]{40}$/);
    assert.deepEqual(
      [told.name, told.trackers, told.webSeeds, told.peers, told.selected, told.dropped],
      ['a b', ['http://t/announce'], ['http://w/'], ['192.0.2.1:5'], [{ first: 0, last: 0 }], 0],
    );
    assert.deepEqual(magnetInfo(await magnetOf(torrent, { withoutTrackers: true })).trackers, []);
    await assert.rejects(magnetOf(torrent, { select: [1] }), /has 1 files, and no number 2/);
  });

  it('v2 alone has a link for others, and both hashes stand in that of a hybrid', async () => {
    const tree = treeOf([['temp', fileV2(BLOCK)]]);
    assert.match(
      await magnetOf(v2Torrent(tree)),
      /^magnet:\?xt=urn:btmh:1220[0-9a-f]{64}&dn=temp$/,
    );
    const hybrid = v2Torrent(tree, {}, { length: BLOCK, pieces: digests(1) });
    assert.match(
      await magnetOf(hybrid),
      /^magnet:\?xt=urn:btih:[0-9a-f]{40}&xt=urn:btmh:1220[0-9a-f]{64}&dn=temp$/,
    );
  });

  it('on the command line', async () => {
    writeFileSync(
      folder('t'),
      encode(
        dict({ info: dict({ name: 'n', length: 5, 'piece length': 16_384, pieces: digests(1) }) }),
      ),
    );
    const { stdout } = await runHere('magnet', folder('t'), '--select', '1');
    const link = stdout.toString().trim();
    assert.match(link, /&so=0$/);
    const back = await runHere('magnet', link);
    assert.match(back.stdout.toString(), /^info-hash\t[0-9a-f]{40}\nname\tn\nfiles\t1-1\n$/);
    const bad = await runHere('magnet', 'magnet:?dn=x');
    assert.equal(bad.code, EXIT.badTorrent);
    assert.equal((await runHere('magnet', folder('t'), '--select', '0')).code, EXIT.usage);
  });
});
