/**
 * A client that has too little of what it needs: descriptors (F-24), memory (F-25). In a process of its own.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createClient } from '../../../src/client/index.ts';
import { parseMetainfo } from '../../../src/protocol/index.ts';
import { crowd } from '../../support/load/crowds.ts';
import { rawPeer } from '../../support/load/raw-peer.ts';
import {
  manyFiles,
  manyPieces,
  sparseContent,
  sparseTorrent,
} from '../../support/load/sparse-torrent.ts';
import { until } from '../../support/load/until.ts';

const HOST = '127.0.0.1';
const CHILD = fileURLToPath(new URL('./starved-child.js', import.meta.url));
/** The row's gigabyte in `npm run test:long`, half of it here: more than what 100 full pipelines could bring at once. */
const MEMORY_TORRENT_MIB = Number(process.env['MEMORY_TORRENT_MIB'] ?? 512);
const MEMORY_TORRENT_BYTES = MEMORY_TORRENT_MIB * 1_048_576;

/** A child that is spoken to in lines. */
class Starved {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly lines: string[] = [];
  errors = '';

  constructor(command: string, args: readonly string[], environment: Record<string, string> = {}) {
    this.#child = spawn(command, args, { env: { ...process.env, ...environment } });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(line));
    this.#child.stderr.on('data', (text: Buffer) => (this.errors += text.toString()));
  }

  /** The rest of the first line that begins with `word`, once it was said. */
  async told(word: string, millis = 60_000): Promise<string> {
    const found = (): string | undefined => this.lines.find((line) => line.startsWith(word));
    await until(word, () => found() !== undefined || this.#child.exitCode !== null, millis);
    const line = found();
    assert(line !== undefined, `it ended with ${this.#child.exitCode}: ${this.errors}`);
    return line.slice(word.length + 1);
  }

  ask(words: string): Promise<string> {
    this.#child.stdin.write(`${words}\n`);
    return this.told(words.split(' ')[0]!);
  }

  async end(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.stdin.write('end\n');
      await once(this.#child, 'close');
    }
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

describe('faults: too little of something', function () {
  this.timeout(30_000 + MEMORY_TORRENT_BYTES / 10_000);
  let folder = '';
  let child: Starved | null = null;
  beforeEach(async () => {
    // Where it is cheap to write, if there is such a place.
    const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    folder = await mkdtemp(join(root, 'swarmwright-test-'));
  });
  afterEach(async () => {
    child?.kill();
    child = null;
    await rm(folder, { recursive: true, force: true });
  });

  it('F-24: 64 descriptors, 300 files and 100 connections: it finishes, rests while it has to, and accepts again', async function () {
    if (process.platform === 'win32') this.skip();
    const plan = manyFiles(300, 40_000, 65_536);
    const bytes = sparseTorrent(plan);
    await writeFile(join(folder, 't.torrent'), bytes);
    await sparseContent(join(folder, 'seed'), plan);
    const { metainfo } = parseMetainfo(bytes);
    assert(metainfo !== null);
    const infoHash = Buffer.from(metainfo.infoHash).toString('hex');
    await using seed = await createClient({ host: HOST, tracker: false });
    const source = await seed.add(bytes, { path: join(folder, 'seed'), skipVerify: true });
    await source.started();
    const command = [
      '-c',
      'ulimit -n 1024 && SWARMWRIGHT_BALLAST=960 exec "$0" "$@"',
      process.execPath,
      CHILD,
    ];
    const args = [join(folder, 't.torrent'), join(folder, 'leech')];
    child = new Starved('sh', [...command, ...args, `${HOST}:${seed.port}`]);
    const port = Number(await child.told('port'));
    await child.told('active');
    // More than it has descriptors for, while files are written.
    const sockets = Array.from({ length: 100 }, (): Socket => {
      const socket = connect(port, HOST);
      socket.on('error', () => undefined);
      return socket.resume();
    });
    await child.told('complete');
    const written = await readdir(join(folder, 'leech'), { recursive: true });
    assert.equal(written.filter((name) => name.endsWith('.bin')).length, 300);
    // Nothing to do but to be unable to accept: a port that spins would use all of a core.
    const share = Number(await child.ask('idle 2000'));
    assert.ok(share < 0.5, `it used ${share} of a core for nothing`);
    for (const socket of sockets) socket.destroy();
    let back = 0;
    await until('it accepts again', () => {
      rawPeer(port, infoHash, '-XX0000-again').then(
        ({ socket }) => {
          back++;
          socket.destroy();
        },
        () => undefined,
      );
      return back > 0;
    });
    assert.equal(await child.ask('check'), String(metainfo.pieceCount), 'and everything is good');
    assert.deepEqual(
      child.lines.filter((line) => /^(failed|bug)/.test(line)),
      [],
    );
    assert.equal(await child.end(), 0);
  });

  /** Fetches `MEMORY_TORRENT_BYTES` from 100 peers with 128 MB of heap, and holds the most memory of the process. */
  async function fetchesWithin(rssMax: number, environment: Record<string, string>): Promise<void> {
    const pieceLength = 262_144;
    const pieces = MEMORY_TORRENT_BYTES / pieceLength;
    const bytes = sparseTorrent(manyPieces(pieces, pieceLength));
    await writeFile(join(folder, 't.torrent'), bytes);
    const { metainfo } = parseMetainfo(bytes);
    assert(metainfo !== null);
    const infoHash = Buffer.from(metainfo.infoHash).toString('hex');
    const args = ['--max-old-space-size=128', CHILD, join(folder, 't.torrent'), join(folder, 'l')];
    child = new Starved(process.execPath, args, environment);
    const port = Number(await child.told('port'));
    await child.told('active');
    const peers = await crowd({ port, infoHash, pieces }, 100);
    await child.told('complete', 20_000 + MEMORY_TORRENT_BYTES / 10_000);
    const rss = Number(await child.ask('rss')) * 1024;
    assert.ok(rss > 0 && rss <= rssMax, `${Math.round(rss / 1e6)} MB`);
    for (const { socket } of peers) socket.destroy();
  }

  it(`F-25: 128 MB of heap, 100 peers, ${MEMORY_TORRENT_MIB} MiB: it completes within 256 MB`, async () => {
    await fetchesWithin(256e6, {});
    assert.equal(await child?.end(), 0);
  });

  it('F-25: and within 256 MB while the disk is slower than the peers by far', async () => {
    await fetchesWithin(256e6, { SWARMWRIGHT_DISK_MIBS: '100' });
    const waited = Number(await child?.ask('waited'));
    assert.ok(waited >= MEMORY_TORRENT_BYTES / 262_144, `${waited} writes were slow`);
    assert.equal(await child?.end(), 0);
  });
});
