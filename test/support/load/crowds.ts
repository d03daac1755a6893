/**
 * Crowds for tests and benches of load: many peers on one torrent, and many torrents between two clients. All content is
 * zeros, so that the other side costs next to nothing.
 */
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createClient } from '../../../src/client/index.ts';
import type { Client } from '../../../src/client/index.ts';
import { rawPeer } from './raw-peer.ts';
import type { RawPeer } from './raw-peer.ts';
import { manyPieces, sparseTorrent } from './sparse-torrent.ts';
import type { SparsePlan } from './sparse-torrent.ts';

const HOST = '127.0.0.1';

/** What a crowd connects to. */
export interface Meeting {
  readonly port: number;
  /** 40 hexadecimal digits. */
  readonly infoHash: string;
  readonly pieces: number;
}

/** `count` bare peers that have everything, connected to a torrent. */
export async function crowd(
  { port, infoHash, pieces }: Meeting,
  count: number,
): Promise<RawPeer[]> {
  const peers: RawPeer[] = [];
  // A few at a time, as the backlog of a port is bounded.
  while (peers.length < count) {
    const some = Array.from({ length: Math.min(20, count - peers.length) }, (_, i) =>
      rawPeer(port, infoHash, `-XX0000-${peers.length + i}`),
    );
    for (const peer of await Promise.all(some)) {
      peer.seed(pieces);
      peers.push(peer);
    }
  }
  return peers;
}

/** `count` torrents of `pieces` pieces each. */
export function manyTorrents(count: number, pieces: number, pieceLength: number): SparsePlan[] {
  return Array.from({ length: count }, (_, i) => manyPieces(pieces, pieceLength, `torrent-${i}`));
}

/** A client that seeds them all from sparse files below `folder`. */
export async function seedAll(folder: string, plans: readonly SparsePlan[]): Promise<Client> {
  const client = await createClient({ host: HOST, tracker: false, maxConns: 2 * plans.length });
  for (const plan of plans) {
    const path = join(folder, plan.name);
    await mkdir(dirname(path), { recursive: true });
    await using file = await open(path, 'w');
    await file.truncate(plan.files[0]!.length);
    await client.add(sparseTorrent(plan), { path: folder, skipVerify: true });
  }
  await Promise.all(client.torrents.map((torrent) => torrent.started()));
  return client;
}

/** A client that wants them all, and knows whom to ask. */
export async function leechAll(
  folder: string,
  plans: readonly SparsePlan[],
  port: number,
): Promise<Client> {
  const config = { dialsPerSecondMax: 10_000, diallingMax: 200 };
  const maxConns = 2 * plans.length;
  const client = await createClient({ host: HOST, tracker: false, maxConns, config });
  const peers = [`${HOST}:${port}`];
  for (const plan of plans) await client.add(sparseTorrent(plan), { path: folder, peers });
  return client;
}
