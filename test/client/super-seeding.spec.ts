/**
 * `superSeeding` on real sockets: who asks for it shows one piece at a time, and can end it while it runs.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import { differences } from '../support/compare-files.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';

describe('super-seeding', () => {
  const folder = tempFolder();

  it('gives a whole torrent to leeches that know each other, and to one alone', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await createClient({ host: HOST });
    const origin = await seed.seed(folder('t.torrent'), folder('src'), { superSeeding: true });
    await origin.started();
    await using first = await createClient({ host: HOST });
    await using second = await createClient({ host: HOST });
    const signal = AbortSignal.timeout(60_000);
    for (const [i, client] of [first, second].entries()) {
      const peers = [`${HOST}:${seed.port}`, ...(i === 0 ? [] : [`${HOST}:${first.port}`])];
      const torrent = await client.add(folder('t.torrent'), { path: folder(`copy ${i}`), peers });
      await torrent.completed({ signal });
      assert.deepEqual(await differences(made, folder(`copy ${i}`)), []);
    }
  });

  it('tells all that it hid when it is switched off', async () => {
    await smallTorrent(folder('src 2'), folder('t2.torrent'), null, 2);
    await using seed = await createClient({ host: HOST, superSeeding: true });
    const origin = await seed.seed(folder('t2.torrent'), folder('src 2'));
    await origin.started();
    await using leech = await createClient({ host: HOST });
    const torrent = await leech.add(folder('t2.torrent'), {
      path: folder('copy 2'),
      peers: [`${HOST}:${seed.port}`],
      downloading: false,
    });
    await torrent.started();
    await new Promise<void>((resolve) => {
      origin.on('peer', () => resolve());
      if (origin.peers.length > 0) resolve();
    });
    origin.setBehaviors({ superSeeding: false });
    torrent.downloading = true;
    await torrent.completed({ signal: AbortSignal.timeout(60_000) });
  });

  it('is true or false', async () => {
    await assert.rejects(createClient({ superSeeding: 'yes' as unknown as boolean }), {
      code: 'SWARMWRIGHT_BAD_OPTION',
    });
  });
});
