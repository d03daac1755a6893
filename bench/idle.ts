/**
 * What a torrent costs that nobody is interested in: 500 seeding torrents in one client on real files and sockets.
 *
 * Prints the share of one core that they take together and the memory that each one takes, beside the goals (under 1 %,
 * under 50 KB). `npm run bench:idle -- [--torrents N] [--pieces N] [--seconds N] [--json]`. Needs `--expose-gc`, which
 * the script sets. Memory is what stays alive: the heap and the buffers outside of it, after collection, less what the
 * client takes without a torrent.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createClient } from '../src/client/index.ts';
import { buildMetainfo } from '../src/protocol/index.ts';

const { values } = parseArgs({
  options: {
    torrents: { type: 'string', default: '500' },
    pieces: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.torrents);
const pieceCount = Number(values.pieces);
const seconds = Number(values.seconds);
const pieceLength = 262_144;

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Bytes alive. */
async function alive(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await wait(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function cpuShare(): Promise<number> {
  const before = process.cpuUsage();
  const from = performance.now();
  await wait(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - from);
}

function torrentFile(name: string, length: number, pieces: Uint8Array): Uint8Array {
  return buildMetainfo({
    name,
    files: [{ path: [], length, padding: false }],
    pieceLength,
    pieces,
    tiers: [],
    private: false,
    comment: null,
    createdBy: null,
    creationDate: null,
  });
}

const folder = await mkdtemp(join(tmpdir(), 'idle-'));
try {
  const client = await createClient({ host: '127.0.0.1', path: folder, tracker: false });
  const length = pieceCount * pieceLength;
  const pieces = new Uint8Array(pieceCount * 20);
  const empty = await alive();
  const idleShare = await cpuShare();
  for (let i = 0; i < count; i++) {
    const name = `torrent ${i}`;
    const file = await open(join(folder, name), 'w');
    await file.truncate(length);
    await file.close();
    pieces[0] = i & 255;
    pieces[1] = i >> 8;
    const torrent = await client.add(torrentFile(name, length, pieces), { skipVerify: true });
    await torrent.started();
  }
  const each = ((await alive()) - empty) / count;
  const share = await cpuShare();
  await client.close();
  const result = {
    torrents: count,
    pieces: pieceCount,
    cpuPercent: Number((share * 100).toFixed(3)),
    cpuPercentWithoutTorrents: Number((idleShare * 100).toFixed(3)),
    bytesPerTorrent: Math.round(each),
    ofThoseHashes: pieceCount * 20,
  };
  if (values.json) console.log(JSON.stringify(result));
  else {
    console.log(`${count} idle torrents of ${pieceCount} pieces`);
    console.log(`  CPU    ${result.cpuPercent} % of one core (goal: under 1 %)`);
    console.log(`         ${result.cpuPercentWithoutTorrents} % without a torrent`);
    console.log(`  memory ${result.bytesPerTorrent} bytes each (goal: under 50,000)`);
    console.log(`         of which ${result.ofThoseHashes} are hashes of pieces`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
