/**
 * Streams of files on real sockets while the torrent downloads (features: streaming with deadlines; W-rows on `stream`).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { createClient, hasCode } from '../../src/client/index.ts';
import type { AddOptions, Client, Torrent } from '../../src/client/index.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { smallPieceLength, smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
/** Seeds allow nothing fast: what is asked for before the unchoke would come in another order. */
const local = (): Promise<Client> => createClient({ host: HOST, config: { allowedFastMax: 0.5 } });
/** The indexes of `smallTorrent`. */
const [A, EMPTY, TAIL] = [1, 2, 4] as const;

describe('file streams', () => {
  const folder = tempFolder();

  async function scene(options: AddOptions = {}): Promise<{
    made: MadeTorrent;
    torrent: Torrent;
    truth: (index: number) => Buffer;
    [Symbol.asyncDispose](): Promise<void>;
  }> {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const [seed, leech] = [await local(), await local()];
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    const torrent = await leech.add(folder('t.torrent'), {
      path: folder('copy'),
      peers: [`${HOST}:${seed.port}`],
      paused: true,
      ...options,
    });
    return {
      made,
      torrent,
      truth: (index) => readFileSync(folder('src', made.files[index]!.path)),
      [Symbol.asyncDispose]: async () => {
        await leech.close();
        await seed.close();
      },
    };
  }

  async function failure(stream: Readable): Promise<Error> {
    const [error] = (await once(stream, 'error')) as [Error];
    return error;
  }

  it('give a range in the middle, whose pieces are asked for first and in order', async () => {
    await using here = await scene();
    const { torrent, truth } = here;
    const [start, end] = [300_123, 500_321];
    const stream = torrent.files[A]!.stream({ start, end });
    const events = torrent.events();
    torrent.start();
    assert((await buffer(stream)).equals(truth(A).subarray(start, end + 1)));
    await torrent.completed();
    await torrent.destroy();
    const begun: { index: number; reason: string }[] = [];
    for await (const event of events) if (event.type === 'piece-begun') begun.push(event);
    const at = torrent.files[A]!.offset;
    const first = Math.floor((at + start) / smallPieceLength);
    const last = Math.floor((at + end) / smallPieceLength);
    const wanted = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    assert.deepEqual(
      begun.slice(0, wanted.length).map(({ index }) => index),
      wanted,
    );
    assert.deepEqual(
      new Set(begun.map(({ reason }) => reason).slice(0, wanted.length)),
      new Set(['deadline']),
    );
    assert(begun.length > wanted.length, 'and the rest after them');
  });

  it('give whole files, several at once, while and after it downloads', async () => {
    await using here = await scene();
    const { torrent, truth } = here;
    const early = [A, TAIL, A, EMPTY].map((index) => buffer(torrent.files[index]!.stream()));
    torrent.start();
    const read = await Promise.all(early);
    assert.deepEqual(
      read.map((bytes, i) => bytes.equals(truth([A, TAIL, A, EMPTY][i]!))),
      [true, true, true, true],
    );
    await torrent.completed();
    const { received } = torrent;
    assert((await buffer(torrent.files[TAIL]!.stream())).equals(truth(TAIL)));
    assert.equal(torrent.received, received, 'from the disk');
  });

  it('make a file wanted, and no other', async () => {
    await using here = await scene({ select: [EMPTY] });
    const { torrent, truth, made } = here;
    torrent.start();
    await torrent.completed();
    const stream = torrent.files[TAIL]!.stream({ start: 10 });
    assert.equal(torrent.done, false);
    assert((await buffer(stream)).equals(truth(TAIL).subarray(10)));
    await torrent.completed();
    assert.equal(torrent.files[A]!.priority, 0);
    assert.equal(existsSync(folder('copy', made.files[A]!.path)), false);
  });

  it('end with an error when the torrent stops, is removed, or the client is closed', async () => {
    await using here = await scene();
    const { torrent } = here;
    const open = (): Promise<Error> => {
      const stream = torrent.files[A]!.stream();
      stream.resume();
      return failure(stream);
    };
    // Nobody is there to ask: they wait.
    torrent.downloading = false;
    torrent.start();
    await torrent.started();
    let ended = open();
    await torrent.stop();
    assert(hasCode(await ended, 'SWARMWRIGHT_TORRENT_STOPPED'));
    ended = open();
    await torrent.destroy();
    assert(hasCode(await ended, 'SWARMWRIGHT_TORRENT_STOPPED'));
    assert.throws(() => torrent.files[A]!.stream(), /removed/);

    await using client = await local();
    const other = await client.add(folder('t.torrent'), { path: folder('other') });
    const stream = other.files[A]!.stream();
    stream.resume();
    const [error] = await Promise.all([failure(stream), client.close()]);
    assert(
      hasCode(error, 'SWARMWRIGHT_TORRENT_STOPPED') || hasCode(error, 'SWARMWRIGHT_CLIENT_CLOSED'),
    );
  });

  it('are forgotten when they are destroyed: nobody waits for their pieces any more', async () => {
    await using here = await scene();
    const { torrent } = here;
    const stream = torrent.files[TAIL]!.stream();
    stream.destroy();
    await once(stream, 'close');
    const events = torrent.events();
    torrent.start();
    await torrent.completed();
    await torrent.destroy();
    for await (const event of events) {
      if (event.type === 'piece-begun') assert.notEqual(event.reason, 'deadline');
    }
  });

  it('say so when the file was cut underneath, and the torrent goes on (F-21)', async () => {
    await using here = await scene();
    const { torrent, made } = here;
    torrent.start();
    await torrent.completed();
    truncateSync(folder('copy', made.files[TAIL]!.path), 1000);
    const stream = torrent.files[TAIL]!.stream({ start: 200_000 });
    stream.resume();
    assert(hasCode(await failure(stream), 'SWARMWRIGHT_STORE_MISSING'));
    assert.equal(torrent.state, 'active');
  });

  it('refuse ranges that do not lie in the file', async () => {
    await using here = await scene();
    const { files } = here.torrent;
    for (const range of [{ start: -1 }, { start: 0.5 }, { end: 700_001 }, { start: 5, end: 3 }]) {
      assert.throws(
        () => files[A]!.stream(range),
        (error) => hasCode(error, 'SWARMWRIGHT_BAD_OPTION'),
      );
    }
    assert.equal((await buffer(files[A]!.stream({ start: 700_001 }))).length, 0, 'none at the end');
  });
});
