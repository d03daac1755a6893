/** Which trackers hear of a torrent, against real ones on the loopback. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Torrent } from '../../src/client/index.ts';
import { createTracker } from '../../src/tracker/index.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';

/** Resolves when so many announces have been answered. */
async function answered(torrent: Torrent, count: number): Promise<void> {
  let heard = 0;
  for await (const event of torrent.events()) {
    if (event.type === 'announced' && ++heard === count) return;
  }
}

describe('client: trackers', () => {
  const folder = tempFolder();

  it('all that were asked for hear of a torrent, others when they are set, and one by its URL', async () => {
    const [one, two, three] = await Promise.all([0, 1, 2].map(() => createTracker()));
    await smallTorrent(folder('src'), folder('t.torrent'), one!.url);
    await using client = await createClient({ host: HOST });
    const options = { path: folder('src'), announce: [two!.url], allTiers: true, paused: true };
    const torrent = await client.add(folder('t.torrent'), options);
    const both = answered(torrent, 2);
    torrent.start();
    await both;
    assert.deepEqual([one!.torrents, two!.torrents, three!.torrents], [1, 1, 0]);
    // Two goodbyes and a greeting.
    const changed = answered(torrent, 3);
    torrent.setAnnounceReach({});
    torrent.setTrackers([[three!.url]]);
    await changed;
    assert.equal(three!.torrents, 1);
    const again = answered(torrent, 1);
    torrent.setTrackers([[three!.url], [one!.url]]);
    torrent.announce(one!.url);
    await again;
    assert.throws(() => torrent.setTrackers(['http://a/'] as never), {
      code: 'SWARMWRIGHT_BAD_OPTION',
    });
    assert.throws(() => torrent.setTrackers([['']]), { code: 'SWARMWRIGHT_BAD_OPTION' });
    await client.close();
    for (const tracker of [one!, two!, three!]) await tracker.close();
  });
});
