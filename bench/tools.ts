/**
 * How fast torrents are made and verified, beside mktorrent, transmission-create and libtorrent, each as a process of its
 * own over the same content, which lies in the page cache.
 *
 * `npm run bench:tools` takes 4 GiB, with `--quick` 512 MiB; `--json` prints one JSON object. Rounds are interleaved, the
 * best of each counts. A ratio is our speed through that of the fastest other.
 */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync, appendFileSync } from 'node:fs';
import { createCipheriv } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { contestants, secondsOf } from './tools/contestants.ts';
import type { Contestant, Scene } from './tools/contestants.ts';

const MIB = 1_048_576;
const PIECE_BITS = 20;

function makeContent(path: string, mebibytes: number): void {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  const zeros = Buffer.alloc(8 * MIB);
  writeFileSync(path, '');
  for (let at = 0; at < mebibytes; at += 8) appendFileSync(path, cipher.update(zeros));
}

interface Figure {
  readonly task: Contestant['task'];
  readonly name: string;
  readonly seconds: number;
  readonly mebibytesPerSecond: number;
}

function measure(scene: Scene, mebibytes: number, rounds: number): readonly Figure[] {
  const best = new Map<Contestant, number>();
  const present = contestants.filter(({ name, missing }) => {
    const absent = missing();
    if (absent) process.stderr.write(`${name} is not here\n`);
    return !absent;
  });
  for (let round = 0; round < rounds; round++) {
    for (const task of ['create v1', 'create hybrid', 'verify v1'] as const) {
      // What is verified is a torrent of v1: ours, made here.
      if (task === 'verify v1') {
        rmSync(scene.torrent, { force: true });
        secondsOf(contestants.find((each) => each.task === 'create v1')!.words(scene));
      }
      for (const each of present.filter((one) => one.task === task)) {
        if (task !== 'verify v1') rmSync(scene.torrent, { force: true });
        const seconds = secondsOf(each.words(scene));
        best.set(each, Math.min(seconds, best.get(each) ?? Infinity));
      }
    }
  }
  return [...best].map(([{ task, name }, seconds]) => {
    return { task, name, seconds, mebibytesPerSecond: mebibytes / seconds };
  });
}

function ratio(figures: readonly Figure[], task: Figure['task']): number | null {
  const speeds = figures.filter((figure) => figure.task === task);
  const ours = speeds.find(({ name }) => name === 'swarmwright')?.mebibytesPerSecond;
  const others = speeds.filter(({ name }) => name !== 'swarmwright');
  if (ours === undefined || others.length === 0) return null;
  return ours / Math.max(...others.map(({ mebibytesPerSecond }) => mebibytesPerSecond));
}

function main(): void {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
    },
  });
  const mebibytes = values.quick ? 512 : 4096;
  const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(root, 'swarmwright-bench-'));
  try {
    const scene = {
      content: join(folder, 'content'),
      torrent: join(folder, 't.torrent'),
      pieceBits: PIECE_BITS,
    };
    makeContent(scene.content, mebibytes);
    if (statSync(scene.content).size !== mebibytes * MIB)
      throw new Error('no room for the content');
    const figures = measure(scene, mebibytes, Number(values.rounds));
    const ratios = {
      createVsFastest: ratio(figures, 'create v1'),
      hybridVsLibtorrent: ratio(figures, 'create hybrid'),
      verifyVsLibtorrent: ratio(figures, 'verify v1'),
    };
    if (values.json) process.stdout.write(`${JSON.stringify({ mebibytes, ...ratios, figures })}\n`);
    else print(figures, ratios);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(figures: readonly Figure[], ratios: Readonly<Record<string, number | null>>): void {
  for (const { task, name, seconds, mebibytesPerSecond } of figures) {
    const speed = `${mebibytesPerSecond.toFixed(0).padStart(6)} MiB/s`;
    process.stdout.write(
      `${task.padEnd(14)} ${name.padEnd(20)} ${seconds.toFixed(2).padStart(7)} s ${speed}\n`,
    );
  }
  for (const [name, value] of Object.entries(ratios)) {
    process.stdout.write(`${name.padEnd(35)} ${value === null ? '-' : value.toFixed(2)}\n`);
  }
}

main();
