/**
 * Selections that are remembered between clients, with what lies in the part file (S-68, F-21; features: file selection).
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import {
  appendFile,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { AddOptions, Client, Torrent } from '../../src/client/index.ts';
import { differences } from '../support/compare-files.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { smallPieceLength, smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
/** The indexes of `smallTorrent`. */
const [ONE, A, B, TAIL] = [0, 1, 3, 4] as const;

describe('remembered selections', () => {
  const folder = tempFolder();
  let made: MadeTorrent;

  const client = (): Promise<Client> =>
    createClient({ host: HOST, stateFolder: folder('state'), spotChecks: 0 });
  const add = (next: Client, options: AddOptions = {}): Promise<Torrent> =>
    next.add(folder('t.torrent'), { path: folder('copy'), paused: true, ...options });
  const partFile = (): string => folder('copy', `.${made.name}.parts`);
  const prioritiesOf = ({ files }: Torrent): number[] => files.map(({ priority }) => priority);

  /** A client that has everything. */
  async function seeded(): Promise<Client> {
    made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const seed = await createClient({ host: HOST });
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    return seed;
  }

  /** Fetches what `options` select, and is remembered. Returns the pieces held. */
  async function fetched(seed: Client, options: AddOptions): Promise<number> {
    await using leech = await client();
    const torrent = await add(leech, { ...options, peers: [`${HOST}:${seed.port}`] });
    torrent.start();
    await torrent.completed();
    return torrent.pieces.count;
  }

  /** Starts again, nobody there. Returns what it wants and holds, and how often its check told of progress. */
  async function again(
    options: AddOptions = {},
  ): Promise<[wanted: number[], held: number, checks: number]> {
    await using next = await client();
    const torrent = await add(next, options);
    let checks = 0;
    torrent.on('checked', () => checks++);
    torrent.start();
    await torrent.started();
    return [prioritiesOf(torrent), torrent.pieces.count, checks];
  }

  it('hold in the next client, and what they share with other files is not hashed again', async () => {
    await using seed = await seeded();
    const held = await fetched(seed, { priorities: [0, 0, 0, 5, 0], firstLast: true });
    assert.ok(existsSync(partFile()));
    for (let life = 0; life < 2; life++) {
      assert.deepEqual(await again(), [[0, 0, 0, 5, 0], held, 0]);
    }
    const [wanted, still, checks] = await again({ select: [TAIL] });
    assert.deepEqual(
      [wanted, still, checks],
      [[0, 0, 0, 0, 1], held, 0],
      'unless others are named',
    );
    assert.deepEqual((await again())[0], [0, 0, 0, 0, 1], 'and these are remembered');
  });

  it('are remembered as they are changed, and nothing that is there is fetched twice', async () => {
    await using seed = await seeded();
    const peers = [`${HOST}:${seed.port}`];
    const held = await fetched(seed, { select: [B] });
    {
      await using leech = await client();
      const torrent = await add(leech, { peers });
      const before = torrent.received;
      torrent.start();
      await torrent.completed();
      assert.equal(torrent.received, before);
      torrent.select([ONE, B]);
      torrent.setPriority(TAIL, 3);
      await torrent.completed();
    }
    const [wanted, more, checks] = await again();
    assert.deepEqual([wanted, checks], [[1, 0, 0, 1, 3], 0]);
    assert.ok(more > held);
    {
      await using leech = await client();
      const torrent = await add(leech, { peers, select: ['**'] });
      torrent.start();
      await torrent.completed();
      assert.ok(torrent.received <= made.length, `${torrent.received} bytes in all lives`);
    }
    assert.deepEqual(await again(), [[1, 1, 1, 1, 1], made.pieces, 0]);
    assert.deepEqual(await differences(made, folder('copy')), []);
    assert.equal(existsSync(partFile()), false);
  });

  describe('F-21: what was done to the part file meanwhile is noticed', () => {
    // B and the files around it share two pieces.
    const meddlings: readonly [string, () => Promise<void>, lost: number, hashed: boolean][] = [
      ['touched', () => utimes(partFile(), new Date(), new Date(1_000_000_000_000)), 0, true],
      ['longer', () => appendFile(partFile(), 'more'), 0, true],
      ['cut', () => truncate(partFile(), 4096), 2, true],
      ['deleted', () => rm(partFile()), 2, false],
    ];
    for (const [what, meddle, lost, hashed] of meddlings) {
      it(`${what}: ${lost} pieces lost`, async () => {
        await using seed = await seeded();
        const held = await fetched(seed, { select: [B] });
        await meddle();
        const [wanted, left, checks] = await again();
        assert.deepEqual([wanted, left], [[0, 0, 0, 1, 0], held - lost]);
        assert.equal(checks > 0, hashed);
      });
    }

    it('a file that somebody made beside it is hashed', async () => {
      await using seed = await seeded();
      const held = await fetched(seed, { select: [B] });
      const { size } = await stat(folder('src', made.files[A]!.path));
      await writeFile(folder('copy', made.files[A]!.path), new Uint8Array(size));
      const [, left, checks] = await again();
      assert.ok(checks > 0);
      assert.equal(left, held - 1, 'what it shares with B is in its place, and wrong there');
    });
  });

  it('leave their part file behind, unless that alone is removed with the torrent', async () => {
    await using seed = await seeded();
    await fetched(seed, { select: [B] });
    await using next = await client();
    await (await add(next)).remove();
    assert.deepEqual((await readdir(folder('copy'))).sort(), [`.${made.name}.parts`, made.name]);
    const before = await readFile(folder('copy', made.files[B]!.path));
    await (await add(next)).remove({ data: 'part-file' });
    assert.deepEqual(await readdir(folder('copy')), [made.name]);
    assert(before.equals(await readFile(folder('copy', made.files[B]!.path))), 'its files stay');
  });

  it('go with the data that is removed, and the part file with them, where it is one', async () => {
    await using seed = await seeded();
    for (const mine of [false, true]) {
      await fetched(seed, { select: [B] });
      assert.ok((await stat(partFile())).size > smallPieceLength);
      await using next = await client();
      const torrent = await add(next);
      if (mine) await writeFile(partFile(), 'SWPARTS1, said somebody');
      await torrent.remove({ data: true });
      assert.deepEqual(await readdir(folder('copy')), mine ? [`.${made.name}.parts`] : []);
      if (mine) assert.match(await readFile(partFile(), 'utf8'), /somebody/);
      assert.deepEqual(prioritiesOf(await add(next)), [1, 1, 1, 1, 1], 'nothing is remembered');
    }
  });
});
