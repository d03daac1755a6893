/**
 * Magnet links between ours and the real clients (BEP 9): the leech knows the info-hash and a tracker, and gets metadata
 * and bytes from the seed. Once they have the metadata from us, and once we from them.
 */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import { aria2 } from '../support/peers/aria2.ts';
import { libtorrent } from '../support/peers/libtorrent.ts';
import type { PeerKind } from '../support/peers/peer.ts';
import type { Place } from '../support/peers/scene.ts';
import { swarmwright, SwarmwrightPeer } from '../support/peers/swarmwright.ts';
import { transmission } from '../support/peers/transmission.ts';
import { describeOn, exchange } from './exchange.ts';

function describeMagnets(kind: PeerKind, place: Place, seed: number): void {
  describeOn(`magnets with ${kind.name} (${place})`, place, [swarmwright, kind], (scene) => {
    // So small that the metadata has two pieces.
    const wish = { scheme: 'http', pieceLength: 16_384, magnet: true } as const;
    it('gets the metadata from our seed, and all else', async () => {
      await exchange(scene(), { ...wish, seed }, swarmwright, kind);
    });
    it('is a seed from which we get the metadata, and all else', async () => {
      const { leech } = await exchange(scene(), { ...wish, seed: seed + 1 }, kind, swarmwright);
      assert(leech instanceof SwarmwrightPeer);
      const told = leech.said('metadata');
      assert(Number(told?.['size']) > 16_384, JSON.stringify(told));
      assert.equal(told?.['received'], told?.['size']);
    });
  });
}

describeMagnets(libtorrent, 'loopback', 801);
describeMagnets(aria2, 'loopback', 811);
describeMagnets(transmission, 'lan', 821);
