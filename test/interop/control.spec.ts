/**
 * The control of the interop tests: the real clients among themselves, none of ours. When these fail, the machine, the
 * network or a driver is at fault, and a failure with ours means nothing yet.
 */
import { it } from 'mocha';
import { aria2 } from '../support/peers/aria2.ts';
import { libtorrent } from '../support/peers/libtorrent.ts';
import { transmission } from '../support/peers/transmission.ts';
import { describeOn, exchange } from './exchange.ts';

describeOn('interop control on loopback', 'loopback', [aria2, libtorrent], (scene) => {
  it('aria2 downloads from libtorrent, found over udp', async () => {
    await exchange(scene(), { scheme: 'udp', seed: 1, pieceLength: 64 * 1024 }, libtorrent, aria2);
  });
  it('libtorrent downloads from aria2, found over http', async () => {
    await exchange(
      scene(),
      { scheme: 'http', seed: 2, pieceLength: 256 * 1024 },
      aria2,
      libtorrent,
    );
  });
});

describeOn('interop control on a lan', 'lan', [libtorrent, transmission], (scene) => {
  it('transmission downloads from libtorrent, found over udp', async () => {
    const wish = { scheme: 'udp', seed: 3, pieceLength: 64 * 1024 } as const;
    await exchange(scene(), wish, libtorrent, transmission);
  });
  it('libtorrent downloads from transmission, found over http', async () => {
    const wish = { scheme: 'http', seed: 4, pieceLength: 128 * 1024 } as const;
    await exchange(scene(), wish, transmission, libtorrent);
  });
});
