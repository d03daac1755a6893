/**
 * A peer named on the command line, no tracker anywhere: the one who dials and the one who is dialled, both ways round.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'mocha';
import { differences } from '../support/compare-files.ts';
import { awkwardFiles, makeTorrent, type MadeTorrent } from '../support/make-torrent.ts';
import { libtorrent, LibtorrentPeer } from '../support/peers/libtorrent.ts';
import type { Scene } from '../support/peers/scene.ts';
import { swarmwright, SwarmwrightPeer } from '../support/peers/swarmwright.ts';
import { describeOn, downloadMillisMax } from './exchange.ts';

describeOn('interop with a named peer', 'loopback', [libtorrent, swarmwright], (scene) => {
  it('we dial a seed named by --peer, with --no-tracker', async () => {
    const torrent = await trackerless(scene(), 501);
    const seedTask = await scene().task('seed', torrent, 'seed');
    const seed = scene().add(await libtorrent.start(seedTask));
    await seed.listening();
    const leechTask = await scene().task('leech', torrent, 'leech');
    const more = ['--no-tracker', '--peer', `${seed.address}:${seed.port}`];
    const options = { keepSeeding: false, more };
    const leech = scene().add(await SwarmwrightPeer.start(leechTask, options));
    await leech.complete(downloadMillisMax);
    assert.equal((await leech.ended).code, 0);
    assert.deepEqual(await differences(torrent, scene().content('leech')), []);
  });

  it('a seed dials us, and we never dialled anybody', async () => {
    const torrent = await trackerless(scene(), 502);
    const seedTask = await scene().task('seed', torrent, 'seed');
    const seed = scene().add(await LibtorrentPeer.start(seedTask, 'default'));
    await seed.listening();
    const leechTask = await scene().task('leech', torrent, 'leech');
    const options = { keepSeeding: false, more: ['--no-tracker'] };
    const leech = scene().add(await SwarmwrightPeer.start(leechTask, options));
    await leech.listening();
    seed.dial(leech.address, leech.port);
    await leech.complete(downloadMillisMax);
    assert.equal((await leech.ended).code, 0);
    assert.deepEqual(await differences(torrent, scene().content('leech')), []);
  });
});

async function trackerless(scene: Scene, seed: number): Promise<MadeTorrent> {
  const pieceLength = 128 * 1024;
  const files = awkwardFiles(pieceLength);
  const spec = { seed, name: 'no tracker', pieceLength, announce: null, files };
  return makeTorrent(spec, scene.content('origin'), join(scene.folder, 'test.torrent'));
}
