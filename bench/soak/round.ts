/**
 * One round of churn between two clients that live on: a torrent is added to both, comes over, visitors come and go, some
 * without a word, and both forget it again.
 */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '../../src/client/index.ts';
import { rawPeer } from '../../test/support/load/raw-peer.ts';
import { manyPieces, sparseTorrent } from '../../test/support/load/sparse-torrent.ts';

export interface Stage {
  readonly folder: string;
  readonly seed: Client;
  readonly leech: Client;
  readonly announce: string;
}

const PIECE = 262_144;
const PIECES = 40;
/** Bytes that one round moves. */
export const roundBytes: number = PIECE * PIECES;

const VISITORS = 3;
const INTERESTED = 2;

export async function round(
  { folder, seed, leech, announce }: Stage,
  index: number,
): Promise<void> {
  const plan = manyPieces(PIECES, PIECE, `round-${index}`);
  const bytes = sparseTorrent(plan);
  const [from, to] = [join(folder, 'seed'), join(folder, 'leech')];
  await mkdir(from, { recursive: true });
  {
    await using file = await open(join(from, plan.name), 'w');
    await file.truncate(roundBytes);
  }
  const options = { announce: [announce] };
  // Half of them are hashed first, half are trusted.
  const source = await seed.add(bytes, { ...options, path: from, skipVerify: index % 2 === 0 });
  await source.started();
  const torrent = await leech.add(bytes, {
    ...options,
    path: to,
    peers: [`127.0.0.1:${seed.port}`],
  });
  await torrent.started();
  const visits = Array.from({ length: VISITORS }, (_, i) => visit(seed, source.infoHash, i));
  await torrent.completed();
  await Promise.all(visits);
  if (index % 5 === 0) {
    await torrent.stop();
    torrent.start();
    await torrent.started();
  }
  await leech.remove(torrent, { data: true });
  await seed.remove(source, { data: true });
}

/** Connects, says something, and is gone: by a reset, an end, or in the middle of a message. */
async function visit(client: Client, infoHash: string, kind: number): Promise<void> {
  const peer = await rawPeer(client.port, infoHash, `-XX0000-visit-${kind}`).catch(() => null);
  if (peer === null) return;
  const { socket } = peer;
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  peer.say(INTERESTED);
  if (kind === 0) socket.resetAndDestroy();
  else if (kind === 1) socket.end();
  else socket.end(Buffer.from([0, 0, 64, 9, 7, 0]));
  await gone;
}
