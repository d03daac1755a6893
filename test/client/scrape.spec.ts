/** `torrent.scrape()` against a real tracker on the loopback, over both transports (BEP 48, 15). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import { createTracker } from '../../src/tracker/index.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';

describe('client: scrape', () => {
  const folder = tempFolder();

  for (const transport of ['http', 'udp'] as const) {
    it(`a paused torrent is told how many seeds and leeches there are, over ${transport}`, async () => {
      const tracker = await createTracker();
      const url = transport === 'http' ? tracker.url : tracker.udpUrl!;
      await smallTorrent(folder('src'), folder('t.torrent'), url);
      await using seed = await createClient({ host: HOST });
      await using looker = await createClient({ host: HOST });
      const origin = await seed.seed(folder('t.torrent'), folder('src'));
      await new Promise((resolve) => origin.once('announce', resolve));
      const torrent = await looker.add(folder('t.torrent'), { path: folder('x'), paused: true });
      const heard: unknown[] = [];
      torrent.on('scrape', (scrape) => heard.push(scrape.seeds));
      const [one, two] = await Promise.all([torrent.scrape(), torrent.scrape()]);
      assert.deepEqual([one.seeds, one.leeches, one.completed], [1, 0, 0]);
      assert.equal(two, one, 'one question for both');
      assert.deepEqual(heard, [1]);
      assert.equal(torrent.state, 'stopped');
      assert.equal(tracker.torrents, 1, 'the looker is no peer');
      await seed.close();
      await looker.close();
      await tracker.close();
    });
  }

  it('says why it cannot, without the secrets of the URL; ends with the torrent', async () => {
    await smallTorrent(
      folder('src'),
      folder('t.torrent'),
      'http://127.0.0.1:1/announce?k=secret77',
    );
    await using client = await createClient({ host: HOST });
    const torrent = await client.add(folder('t.torrent'), { path: folder('x'), paused: true });
    await assert.rejects(torrent.scrape(), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'SWARMWRIGHT_TRACKER_FAILED');
      assert.equal(error.message, 'http://127.0.0.1:1: connection refused');
      return true;
    });
    const giveUp = AbortSignal.abort(new Error('enough'));
    await assert.rejects(torrent.scrape({ signal: giveUp }), /enough/);
    await torrent.destroy();
    await assert.rejects(torrent.scrape(), { code: 'SWARMWRIGHT_TORRENT_REMOVED' });
  });
});
