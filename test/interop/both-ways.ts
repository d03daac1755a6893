/**
 * The four exchanges between ours and one real client: it downloads from our seed and we from its, over an HTTP tracker
 * (BEP 3, 23) and a UDP tracker (BEP 15).
 *
 * Beyond the bytes it holds our side to its word: a finished download ends with code 0, a stopped seed is gone from the
 * tracker within 3 s of the signal (`stopped` was announced, nobody had to kill it).
 */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { PeerKind } from '../support/peers/peer.ts';
import type { Place, Scene } from '../support/peers/scene.ts';
import { swarmwright, SwarmwrightPeer } from '../support/peers/swarmwright.ts';
import { describeOn, exchange } from './exchange.ts';

/** What a user is promised after Ctrl-C, in milliseconds. */
const stopMillisMax = 3000;

/** Ours as a person downloads with it: it ends when it has everything. */
const downloadOnly: PeerKind = {
  ...swarmwright,
  start: (task) => SwarmwrightPeer.start(task, { keepSeeding: false, more: [] }),
};

/** Defines the suite for one real client. `seed` is the seed value of its torrents. */
export function describeBothWays(kind: PeerKind, place: Place, seed: number): void {
  describeOn(`interop with ${kind.name} (${place})`, place, [swarmwright, kind], (scene) => {
    for (const scheme of ['http', 'udp'] as const) {
      it(`downloads from our seed, found over ${scheme}`, async () => {
        const wish = { scheme, seed, pieceLength: 64 * 1024 };
        const done = await exchange(scene(), wish, swarmwright, kind);
        await stopsLikeAGoodPeer(scene(), done);
      });
      it(`is a seed that we download from, found over ${scheme}`, async () => {
        const wish = { scheme, seed: seed + 1, pieceLength: 256 * 1024 };
        const { leech } = await exchange(scene(), wish, kind, downloadOnly);
        assert.ok(leech instanceof SwarmwrightPeer);
        assert.equal((await leech.ended).code, 0, 'a finished download ends with code 0');
      });
    }
  });
}

async function stopsLikeAGoodPeer(
  scene: Scene,
  { tracker, torrent, seed }: Awaited<ReturnType<typeof exchange>>,
): Promise<void> {
  const before = await tracker.counts(torrent.infoHash);
  const ending = await seed.stop();
  assert.equal(ending.killed, false, 'it went by itself');
  assert.ok(ending.millis < stopMillisMax, `it took ${ending.millis} ms to stop`);
  const oneLess = before.complete - 1;
  const gone = `our seed gone from ${scene.folder}`;
  await tracker.until(gone, torrent.infoHash, (counts) => counts.complete === oneLess);
}
