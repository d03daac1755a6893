/**
 * File selection on real sockets and files: what is not wanted is neither fetched nor made (B-43 of the features).
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createClient, hasCode } from '../../src/client/index.ts';
import type { AddOptions, Client, Torrent } from '../../src/client/index.ts';
import { differences } from '../support/compare-files.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { smallPieceLength, smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
/** Seeds allow nothing fast: what is asked for before the unchoke would come in another order. */
const local = (): Promise<Client> => createClient({ host: HOST, config: { allowedFastMax: 0.5 } });
/** The indexes of `smallTorrent`. */
const [ONE, A, EMPTY, B, TAIL] = [0, 1, 2, 3, 4] as const;

describe('file selection', () => {
  const folder = tempFolder();

  /** Files below `copy`, as their paths inside it. */
  function made(): string[] {
    if (!existsSync(folder('copy'))) return [];
    return readdirSync(folder('copy'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder('copy').length + 1))
      .sort();
  }

  async function seeded(): Promise<{
    torrent: MadeTorrent;
    seed: Client;
    [Symbol.asyncDispose](): Promise<void>;
  }> {
    const torrent = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const seed = await local();
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    return { torrent, seed, [Symbol.asyncDispose]: () => seed.close() };
  }

  const add = (leech: Client, seed: Client, options: AddOptions): Promise<Torrent> =>
    leech.add(folder('t.torrent'), {
      path: folder('copy'),
      peers: [`${HOST}:${seed.port}`],
      ...options,
    });

  function assertSame(torrent: MadeTorrent, index: number): void {
    const { path } = torrent.files[index]!;
    const copy = readFileSync(folder('copy', path));
    assert(copy.equals(readFileSync(folder('src', path))), `${path} differs`);
  }

  it('fetches the selected file alone; what it shares with others is in the part file', async () => {
    await using scene = await seeded();
    const { torrent, seed } = scene;
    await using leech = await local();
    const got = await add(leech, seed, { select: ['odd/deep/*'] });
    await got.completed();
    assert.equal(got.done, true);
    assert.equal(got.progress, 1);
    assert.equal(got.wantedDownloaded, got.wantedLength);
    assert(got.received < 4 * smallPieceLength, 'nothing else was fetched');
    assert.equal(got.length - got.downloaded > 900_000, true, 'left counts the others');
    assert.deepEqual(
      got.files.map(({ priority }) => priority),
      [0, 0, 0, 1, 0],
    );
    await got.destroy();
    assertSame(torrent, B);
    const { name } = torrent;
    assert.deepEqual(made(), [`.${name}.parts`, join(name, 'odd', 'deep', 'b.bin')]);
  });

  it('fetches the rest when it is selected later, and is done again', async () => {
    await using scene = await seeded();
    const { torrent, seed } = scene;
    await using leech = await local();
    const got = await add(leech, seed, { select: [B] });
    let done = 0;
    got.on('done', () => done++);
    await got.completed();
    assert.equal(done, 1);
    const before = got.received;
    got.setPriority(TAIL, 7);
    assert.equal(got.done, false);
    await got.completed();
    assertSame(torrent, TAIL);
    assert.equal(existsSync(folder('copy', torrent.name, 'one')), false);
    got.select(['**']);
    await got.completed();
    assert.equal(done, 3);
    assert.equal(got.received - before, torrent.length - before, 'no byte twice');
    await got.destroy();
    assert.deepEqual(await differences(torrent, folder('copy')), []);
    assert.equal(
      made().some((path) => path.endsWith('.parts')),
      false,
      'the part file is gone',
    );
  });

  it('makes an empty file when it is selected, and is done with it', async () => {
    await using scene = await seeded();
    const { torrent, seed } = scene;
    await using leech = await local();
    const got = await add(leech, seed, { select: ['empty'] });
    await got.completed();
    assert.equal(got.files[EMPTY]!.priority, 1);
    assert.equal(got.wantedLength, 0);
    await got.destroy();
    assert.deepEqual(made(), [join(torrent.name, 'odd', 'empty')]);
  });

  it('is done after a check without a file that is not wanted and shares nothing, and without a part file', async () => {
    const files = ['a', 'b'].map((name) => ({ path: [name], length: 2 * smallPieceLength }));
    const spec = { seed: 5, name: 'aligned', pieceLength: smallPieceLength, announce: null, files };
    await makeTorrent(spec, folder('copy'), folder('t.torrent'));
    await rm(folder('copy', 'aligned', 'b'));
    await using client = await local();
    const torrent = await client.add(folder('t.torrent'), { path: folder('copy'), select: ['a'] });
    await torrent.completed();
    assert.equal(torrent.pieces.count, 2);
    await torrent.destroy();
    assert.deepEqual(made(), [join('aligned', 'a')]);
  });

  it('keeps what a selection of an earlier run has fetched, in the files and beside them', async () => {
    await using scene = await seeded();
    const { torrent, seed } = scene;
    for (const select of [[B], [ONE, B], undefined]) {
      await using leech = await local();
      const got = await add(leech, seed, { select });
      await got.completed();
      if (select === undefined) assert(got.received <= torrent.length - 3 * smallPieceLength);
      if (select?.length === 2) assert(got.received <= smallPieceLength);
    }
    assert.deepEqual(await differences(torrent, folder('copy')), []);
    assert.equal(
      made().some((path) => path.endsWith('.parts')),
      false,
    );
  });

  it('a deselected file that was begun stays as it is, and is gone on with', async () => {
    await using scene = await seeded();
    const { torrent, seed } = scene;
    await using leech = await local();
    const got = await add(leech, seed, { sequential: true });
    await new Promise<void>((resolve) => got.once('verified', () => resolve()));
    got.select([TAIL]);
    await got.completed();
    const begun = got.files[A]!.downloaded;
    assert(begun > 0);
    got.select([A, TAIL]);
    assert(got.files[A]!.downloaded >= begun);
    await got.completed();
    await got.destroy();
    assertSame(torrent, A);
    assertSame(torrent, TAIL);
  });

  it('sets priorities at once: the file that is wanted most comes first', async () => {
    await using scene = await seeded();
    const { seed } = scene;
    await using leech = await local();
    const got = await add(leech, seed, { priorities: [1, 0, 1, 0, 7], firstLast: true });
    const order: number[] = [];
    const events = got.events();
    await got.completed();
    await got.destroy();
    for await (const event of events) if (event.type === 'piece-begun') order.push(event.index);
    const tail = got.files[TAIL]!;
    const first = Math.floor(tail.offset / smallPieceLength);
    const last = Math.floor((tail.offset + tail.length - 1) / smallPieceLength);
    assert.deepEqual(new Set(order.slice(0, 2)), new Set([first, last]), 'the ends first');
    assert.equal(order.length, last - first + 2, 'and one piece of the first file');
  });

  it('refuses what is no file or no priority, and takes nothing of it', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using client = await local();
    const wrong: AddOptions[] = [
      { select: [5] },
      { select: [-1] },
      { select: [0.5] },
      { select: ['*.nothing'] },
      { priorities: [8] },
      { priorities: [1, 1, 1, 1, 1, 1] },
    ];
    for (const options of wrong) {
      await assert.rejects(
        client.add(await readFile(folder('t.torrent')), { ...options, path: folder('copy') }),
        (error) => hasCode(error, 'SWARMWRIGHT_BAD_OPTION'),
      );
    }
    const torrent = await client.add(folder('t.torrent'), { path: folder('copy'), paused: true });
    assert.throws(() => torrent.setPriority(0, -1), /priority/);
    assert.throws(() => torrent.select([0, 99]), /no file 99/);
    assert.deepEqual(
      torrent.files.map(({ priority }) => priority),
      [1, 1, 1, 1, 1],
    );
  });
});
