/**
 * A first seed of ours with a short uplink, and transmission, aria2 and libtorrent as its leeches: with `--super-seeding`
 * all of them finish, and it sends less than without. And a super seed of libtorrent's with a single leech of ours.
 */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import { differences } from '../support/compare-files.ts';
import { aria2 } from '../support/peers/aria2.ts';
import { libtorrent, LibtorrentPeer } from '../support/peers/libtorrent.ts';
import { swarmwright, SwarmwrightPeer } from '../support/peers/swarmwright.ts';
import { transmission } from '../support/peers/transmission.ts';
import type { Scene } from '../support/peers/scene.ts';
import { waitUntil } from '../support/peers/wait-until.ts';
import { describeOn, downloadMillisMax } from './exchange.ts';

const leechKinds = [transmission, aria2, libtorrent];

/** Copies of the content that the seed sent until all had everything. */
async function copies(scene: Scene, name: string, words: readonly string[]): Promise<number> {
  const { tracker, torrent } = await scene.stage({
    scheme: 'http',
    seed: 601,
    pieceLength: 131_072,
  });
  const more = ['--max-upload', '3M', ...words];
  const task = await scene.task('seed', torrent, 'seed');
  const seed = scene.add(await SwarmwrightPeer.start(task, { keepSeeding: true, more }));
  await seed.listening();
  await tracker.until('the seed', torrent.infoHash, ({ complete }) => complete === 1);
  const leeches = await Promise.all(
    leechKinds.map(async (kind) => {
      const own = `${kind.name} ${name}`;
      return {
        kind,
        own,
        peer: scene.add(await kind.start(await scene.task(own, torrent, 'leech'))),
      };
    }),
  );
  await Promise.all(leeches.map(({ peer }) => peer.listening()));
  await Promise.all(leeches.map(({ peer }) => peer.complete(downloadMillisMax)));
  for (const { kind, own } of leeches) {
    const emptyFilesMayBeMissing = kind.skipsEmptyFiles;
    const found = await differences(torrent, scene.content(own), { emptyFilesMayBeMissing });
    assert.deepEqual(found, [], `${own} has other bytes`);
  }
  const figure = (): number => Number(seed.said('progress')?.['uploaded']);
  const before = figure();
  // Figures come once a second: two that are the same are the last.
  let last = -1;
  await waitUntil(
    'the figures of the seed settle',
    () => {
      const settled = figure() === last && last >= before;
      last = figure();
      return settled ? { found: true } : { pending: String(last) };
    },
    { millis: 30_000, interval: 2500 },
  );
  await seed.stop();
  for (const { peer } of leeches) await peer.stop();
  return last / Number(seed.said('progress')?.['length']);
}

describeOn('interop with a super seed', 'lan', [swarmwright, ...leechKinds], (scene) => {
  it('transmission, aria2 and libtorrent finish, and it sends less than by telling all', async () => {
    const own = await copies(scene(), 'super', ['--super-seeding']);
    const usual = await copies(scene(), 'open', []);
    console.log(
      `      a super seed sent ${own.toFixed(2)} copies, by telling all ${usual.toFixed(2)}`,
    );
    assert(own < usual, `${own} copies, or ${usual}`);
  });

  it("a leech of ours gets everything of libtorrent's, with nobody else there to show what it got", async () => {
    const { tracker, torrent } = await scene().stage({
      scheme: 'http',
      seed: 602,
      pieceLength: 131_072,
    });
    const task = await scene().task('their seed', torrent, 'seed');
    const seed = scene().add(await LibtorrentPeer.start(task, 'super_seed'));
    await seed.listening();
    await tracker.until('the seed', torrent.infoHash, ({ complete }) => complete === 1);
    const leech = scene().add(
      await swarmwright.start(await scene().task('our leech', torrent, 'leech')),
    );
    await leech.complete(downloadMillisMax);
    assert.deepEqual(await differences(torrent, scene().content('our leech')), []);
  });
});
