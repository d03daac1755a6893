/**
 * Every strategy of the catalogue on real sockets: a file goes from a seed to a leech, with the strategy on the side that
 * it is for.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { ReceiptBook, strategyCatalogue, tChainLike } from '../../src/behaviors/index.ts';
import type { StrategyEntry } from '../../src/behaviors/index.ts';
import { createClient } from '../../src/client/index.ts';
import type { Client, Torrent } from '../../src/client/index.ts';
import type { Behaviors } from '../../src/protocol/index.ts';
import { differences } from '../support/compare-files.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';

function behaviorsOf(entry: StrategyEntry): Partial<Behaviors> {
  switch (entry.kind) {
    case 'picker':
      return { picker: entry.make() };
    case 'choker':
    case 'seed-choker':
      return { choker: entry.make() };
    case 'pipelining':
      return { pipelining: entry.make() };
    case 'dialing':
      return { dialing: entry.make() };
    case 'disclosure':
      return { disclosure: entry.make() };
    case 'whole':
      return entry.make();
    default:
      return entry satisfies never;
  }
}

/** Resolves when the torrent has so many peers. */
async function meets(torrent: Torrent, count: number): Promise<void> {
  while (torrent.numPeers < count) await once(torrent, 'peer');
}

describe('strategies on real sockets', () => {
  const folder = tempFolder();
  let downloads = 0;

  it('each of them downloads a file, or gives one', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    for (const entry of strategyCatalogue) {
      const behaviors = behaviorsOf(entry);
      const tells = entry.kind === 'disclosure' && entry.breaks === undefined;
      const gives = entry.kind === 'seed-choker' || tells;
      await using seed = await createClient({ host: HOST, ...(gives ? { behaviors } : {}) });
      await using leech = await createClient({ host: HOST, ...(gives ? {} : { behaviors }) });
      await seed.seed(folder('t.torrent'), folder('src')).then((origin) => origin.started());
      const torrent = await leech.add(folder('t.torrent'), {
        path: folder('copy'),
        peers: [`${HOST}:${seed.port}`],
      });
      await torrent.completed({ signal: AbortSignal.timeout(30_000) });
      assert.deepEqual(await differences(made, folder('copy')), [], entry.name);
      await torrent.remove();
      await rm(folder('copy'), { recursive: true });
      downloads++;
    }
    assert.equal(downloads, strategyCatalogue.length);
    assert(downloads >= 25, `${downloads} strategies`);
  });

  it('three who share a book of T-Chain: the seed is paid by what its leeches give each other', async () => {
    const made = await smallTorrent(folder('chain'), folder('chain.torrent'), null, 2);
    const book = new ReceiptBook();
    const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
    const client = (host: string): Promise<Client> =>
      createClient({ host, choker: tChainLike({ credit: 16, interval: 1000 }, { book, host }) });
    await using seed = await client(hosts[0]!);
    await using one = await client(hosts[1]!);
    await using two = await client(hosts[2]!);
    await seed.seed(folder('chain.torrent'), folder('chain')).then((origin) => origin.started());
    const peers = [`${hosts[0]}:${seed.port}`, `${hosts[1]}:${one.port}`];
    const torrents: Torrent[] = [];
    for (const [i, leech] of [one, two].entries()) {
      const path = folder(`chain-${i}`);
      const from = { path, peers: peers.slice(0, i + 1), downloading: false };
      torrents.push(await leech.add(folder('chain.torrent'), from));
    }
    // Who is alone with the seed is given everything: nobody begins before all know each other.
    for (const torrent of torrents) await meets(torrent, 2);
    for (const torrent of torrents) torrent.downloading = true;
    for (const [i, torrent] of torrents.entries()) {
      await torrent.completed({ signal: AbortSignal.timeout(60_000) });
      assert.deepEqual(await differences(made, folder(`chain-${i}`)), []);
    }
    assert.equal(book.memberCount, 3);
    const given = hosts.slice(1).map((host) => book.standing(host).given);
    assert(Math.max(...given) > 0, `${given.join()} bytes`);
  });
});
