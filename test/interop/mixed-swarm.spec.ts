/**
 * One swarm of everybody: transmission, aria2, libtorrent, qBittorrent, webtorrent and two of ours download from a single seed of ours and
 * from each other, found through one tracker; all get every byte.
 *
 * Each client has an address of its own, as in the world. The torrent names the tracker over UDP.
 */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import { differences } from '../support/compare-files.ts';
import { aria2 } from '../support/peers/aria2.ts';
import { libtorrent } from '../support/peers/libtorrent.ts';
import { qbittorrent } from '../support/peers/qbittorrent.ts';
import { swarmwright } from '../support/peers/swarmwright.ts';
import { transmission } from '../support/peers/transmission.ts';
import { webtorrent } from '../support/peers/webtorrent.ts';
import { describeOn, downloadMillisMax } from './exchange.ts';

const leechKinds = [
  transmission,
  aria2,
  libtorrent,
  qbittorrent,
  webtorrent,
  swarmwright,
  swarmwright,
];

describeOn('interop in one mixed swarm', 'lan', leechKinds, (scene) => {
  it('everybody gets everything from a single seed of ours', async () => {
    const wish = { scheme: 'udp', seed: 401, pieceLength: 128 * 1024 } as const;
    const { tracker, torrent } = await scene().stage(wish);
    const { infoHash } = torrent;
    const task = await scene().task('seed', torrent, 'seed');
    const seed = scene().add(await swarmwright.start(task));
    await seed.listening();
    await tracker.until('the seed', infoHash, (counts) => counts.complete === 1);
    const leeches = await Promise.all(
      leechKinds.map(async (kind, place) => {
        const name = `${kind.name} ${place}`;
        const leechTask = await scene().task(name, torrent, 'leech');
        return { kind, name, peer: scene().add(await kind.start(leechTask)) };
      }),
    );
    await Promise.all(leeches.map(({ peer }) => peer.listening()));
    await Promise.all(leeches.map(({ peer }) => peer.complete(downloadMillisMax)));
    for (const { kind, name } of leeches) {
      const emptyFilesMayBeMissing = kind.skipsEmptyFiles;
      const folder = scene().content(name);
      const found = await differences(torrent, folder, { emptyFilesMayBeMissing });
      assert.deepEqual(found, [], `${name} has other bytes`);
    }
    const enough = { everybody: leechKinds.length + 1, downloaders: leechKinds.length };
    await tracker.until(
      'everybody complete',
      infoHash,
      (counts) => counts.complete === enough.everybody && counts.downloaded === enough.downloaders,
    );
  });
});
