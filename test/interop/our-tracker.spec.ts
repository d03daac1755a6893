/**
 * Our tracker among the real clients: transmission, aria2, libtorrent, qBittorrent, webtorrent and ours find each other
 * through it, over HTTP and over UDP, and libtorrent over IPv6 too; magnet links that name it alone, to ours and from ours; all
 * get every byte, and those that scrape are counted.
 *
 * Nobody is dialled, and the tracker is the program as it is shipped: a finished download proves announce, answer and list.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'mocha';
import { differences } from '../support/compare-files.ts';
import { awkwardFiles, type MadeTorrent, makeTorrent } from '../support/make-torrent.ts';
import { aria2 } from '../support/peers/aria2.ts';
import { loopback6 } from '../support/peers/host.ts';
import { libtorrent } from '../support/peers/libtorrent.ts';
import type { PeerKind } from '../support/peers/peer.ts';
import { qbittorrent } from '../support/peers/qbittorrent.ts';
import type { Scene } from '../support/peers/scene.ts';
import { swarmwright } from '../support/peers/swarmwright.ts';
import { TrackerProgram } from '../support/peers/tracker-program.ts';
import { transmission } from '../support/peers/transmission.ts';
import { webtorrent } from '../support/peers/webtorrent.ts';
import { describeOn, downloadMillisMax, linkTo } from './exchange.ts';

const kinds = [transmission, aria2, libtorrent, qbittorrent, webtorrent, swarmwright];

function make(scene: Scene, seed: number, announce: string): Promise<MadeTorrent> {
  const pieceLength = 128 * 1024;
  const files = awkwardFiles(pieceLength).slice(0, 3);
  const spec = { seed, name: 'interop torrent', pieceLength, announce, files };
  return makeTorrent(spec, scene.content('origin'), join(scene.folder, 'test.torrent'));
}

async function swarm(
  scene: Scene,
  tracker: TrackerProgram,
  torrent: MadeTorrent,
  seedKind: PeerKind,
  leechKinds: readonly PeerKind[],
  magnet: { readonly magnet?: string } = {},
): Promise<void> {
  const seed = scene.add(await seedKind.start(await scene.task('seed', torrent, 'seed')));
  await seed.listening();
  await tracker.until('knows the seed', async () => {
    const counts = await tracker.counts(torrent.infoHash);
    return counts.complete === 1 ? { found: true } : { pending: JSON.stringify(counts) };
  });
  const leeches = await Promise.all(
    leechKinds.map(async (kind) => {
      const task = await scene.task(kind.name, torrent, 'leech');
      return { kind, peer: scene.add(await kind.start({ ...task, ...magnet })) };
    }),
  );
  await Promise.all(leeches.map(({ peer }) => peer.listening()));
  await Promise.all(leeches.map(({ peer }) => peer.complete(downloadMillisMax)));
  for (const { kind } of leeches) {
    const emptyFilesMayBeMissing = kind.skipsEmptyFiles;
    const found = await differences(torrent, scene.content(kind.name), { emptyFilesMayBeMissing });
    assert.deepEqual(found, [], `${kind.name} has other bytes`);
  }
  await tracker.until('sees everybody complete', async () => {
    const counts = await tracker.counts(torrent.infoHash);
    const all = counts.complete === leechKinds.length + 1 && counts.incomplete === 0;
    return all ? { found: true } : { pending: JSON.stringify(counts) };
  });
}

describeOn('interop with our tracker', 'lan', kinds, (scene) => {
  for (const [i, scheme] of (['http', 'udp'] as const).entries()) {
    it(`six clients find each other over ${scheme}, and say goodbye`, async () => {
      const tracker = scene().add(await TrackerProgram.start(scene().host('tracker')));
      const torrent = await make(scene(), 501 + i, tracker.announce(scheme));
      await swarm(scene(), tracker, torrent, swarmwright, kinds);
      const { events, [scheme]: counters, peers } = await tracker.figures();
      assert.equal(peers, 7);
      assert.ok(counters['announces']! >= 13, `${counters['announces']!} announces`);
      assert.ok(events['started']! >= 7 && events['completed']! >= 6, JSON.stringify(events));
      // Our own scrapes come over HTTP; over UDP only clients scrape.
      if (scheme === 'udp') assert.ok(counters['scrapes']! >= 1, 'somebody scraped over UDP');
      const ending = await tracker.stop('SIGINT');
      assert.deepEqual([ending.code, ending.killed], [0, false]);
    });
  }
});

describeOn('interop with our tracker over IPv6', 'loopback', [libtorrent], (scene) => {
  for (const [i, scheme] of (['http', 'udp'] as const).entries()) {
    it(`libtorrent finds libtorrent over ${scheme}`, async () => {
      const tracker = scene().add(await TrackerProgram.start(loopback6));
      const torrent = await make(scene(), 511 + i, tracker.announce(scheme));
      const six: PeerKind = {
        ...libtorrent,
        start: async (task) => {
          await mkdir(task.content, { recursive: true });
          return libtorrent.start({ ...task, host: loopback6 });
        },
      };
      await swarm(scene(), tracker, torrent, six, [six]);
      const { [scheme]: counters } = await tracker.figures();
      assert.ok(counters['announces']! >= 3, `${counters['announces']!} announces`);
    });
  }
});

const magnetKinds = [libtorrent, aria2, transmission];

describeOn('magnets through our tracker', 'lan', [...magnetKinds, swarmwright], (scene) => {
  for (const [i, kind] of magnetKinds.entries()) {
    for (const [scheme, seedKind, leechKind] of [
      ['http', swarmwright, kind],
      ['udp', kind, swarmwright],
    ] as const) {
      it(`from ${seedKind.name} to ${leechKind.name}, over ${scheme}`, async () => {
        const tracker = scene().add(await TrackerProgram.start(scene().host('tracker')));
        const torrent = await make(scene(), 521 + i, tracker.announce(scheme));
        const magnet = await linkTo(torrent);
        await swarm(scene(), tracker, torrent, seedKind, [leechKind], { magnet });
      });
    }
  }
});
