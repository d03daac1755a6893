/**
 * The cases of `bench:load`: torrents that are big, and crowds. Each runs in a process of its own, with everything that it
 * needs below `folder`. What plays the other side is in the same process, so its turns are counted with ours, except for
 * the 200 peers.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dialing } from '../../src/behaviors/index.ts';
import { createClient } from '../../src/client/index.ts';
import { figureLine } from '../../src/cli/output/plain-report.ts';
import type { Torrent } from '../../src/client/index.ts';
import { leechAll, manyTorrents, seedAll } from '../../test/support/load/crowds.ts';
import { rawPeer } from '../../test/support/load/raw-peer.ts';
import {
  manyFiles,
  manyPieces,
  sparseContent,
  sparseTorrent,
} from '../../test/support/load/sparse-torrent.ts';
import type { LoopWatch } from './loop-watch.ts';

const HOST = '127.0.0.1';
const CROWD = fileURLToPath(new URL('./crowd-child.js', import.meta.url));
const PIECE = 16_384;
const BITFIELD = 5;
/** Milliseconds of the phases in which nothing is waited for. */
const LOOK = 1000;

export type LoadCase = (folder: string, watch: LoopWatch) => Promise<void>;

export const loadCases: Readonly<Record<string, LoadCase>> = {
  /** 2,000,000 pieces: 32 GB of zeros in one sparse file. */
  async pieces(folder, watch) {
    const bytes = sparseTorrent(manyPieces(2_000_000, PIECE));
    await mkdir(join(folder, 'seed'));
    await using file = await open(join(folder, 'seed', 'pieces'), 'w');
    await file.truncate(2_000_000 * PIECE);
    await transfer(folder, watch, bytes, true);
  },

  /** 100,000 files of 5000 bytes. */
  async files(folder, watch) {
    const plan = manyFiles(100_000, 5000, PIECE);
    await sparseContent(join(folder, 'seed'), plan);
    await transfer(folder, watch, sparseTorrent(plan), false);
  },

  /** 200 connected peers that give one torrent of 256 MiB. */
  async peers(folder, watch) {
    const pieces = 1024;
    const behaviors = { dialing: dialing({ connectionsMax: 200 }) };
    await using leech = await createClient({ host: HOST, tracker: false, behaviors });
    const bytes = sparseTorrent(manyPieces(pieces, 16 * PIECE));
    const torrent = await leech.add(bytes, { path: join(folder, 'leech'), downloading: false });
    await torrent.started();
    const args = [leech.port, torrent.infoHash, pieces, 200].map(String);
    const others = spawn(process.execPath, [CROWD, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await watch.phase('200 peers connect', () => once(others.stdout, 'data'));
    await watch.phase('all of it comes', async () => {
      torrent.downloading = true;
      await torrent.completed();
    });
    others.stdin.end();
    await once(others, 'close');
  },

  /** 500 torrents from one client to another, one port each. */
  async torrents(folder, watch) {
    const plans = manyTorrents(500, 3, PIECE);
    await mkdir(join(folder, 'seed'));
    await using seed = await watch.phase('500 are seeded', () =>
      seedAll(join(folder, 'seed'), plans),
    );
    await using leech = await watch.phase('500 are added', () =>
      leechAll(join(folder, 'leech'), plans, seed.port),
    );
    await watch.phase('all of them come', () =>
      Promise.all(leech.torrents.map((torrent) => torrent.completed())),
    );
    await watch.phase('all of them rest', () => sleep(LOOK));
  },
};

/** From a torrent's bytes to pieces from a seed, phase by phase. */
async function transfer(
  folder: string,
  watch: LoopWatch,
  bytes: Uint8Array,
  withHalf: boolean,
): Promise<void> {
  const path = join(folder, 'leech');
  await using seed = await createClient({ host: HOST, tracker: false });
  await using leech = await createClient({ host: HOST, tracker: false });
  const source = await watch.phase('load', () =>
    seed.add(bytes, { path: join(folder, 'seed'), skipVerify: true }),
  );
  await watch.phase('start, trusted', () => source.started());
  const torrent = await watch.phase('load again', () => leech.add(bytes, { path }));
  await watch.phase('start, checked', () => torrent.started());
  await watch.phase('rest', () => sleep(LOOK));
  await watch.phase('figures', async () => {
    for (let i = 0; i < 100; i++) {
      figureLine(torrent);
      await sleep(5);
    }
  });
  await watch.phase('500 pieces', async () => {
    await torrent.addPeer(`${HOST}:${seed.port}`);
    await verified(torrent, 500);
  });
  if (withHalf) {
    await watch.phase('a peer with half of it comes and leaves', async () => {
      const half = await rawPeer(leech.port, torrent.infoHash, 'half');
      half.say(BITFIELD, new Uint8Array(Math.ceil(torrent.pieces.length / 8)).fill(0xaa));
      while (torrent.availability === 1) await sleep(2);
      half.socket.destroy();
      while (torrent.availability > 1) await sleep(2);
    });
  }
  await watch.phase('stop', () => torrent.stop());
}

async function verified(torrent: Torrent, count: number): Promise<void> {
  while (torrent.pieces.count < count) await once(torrent, 'verified');
}
