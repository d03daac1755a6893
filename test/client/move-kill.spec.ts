/**
 * F-19 for moves, on real processes and files: a process that moves a torrent is killed before each change that it makes
 * to the file system, one per run, on one device and between two.
 *
 * After every death each place is added again with what is remembered of it: what is believed there is true (I-35), and
 * one of the places has all that there was before.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Torrent } from '../../src/client/index.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { otherDevice, removeFolder } from '../support/other-device.ts';
import { tempFolder } from '../support/temp-folder.ts';

const CHILD = fileURLToPath(new URL('move-kill-child.js', import.meta.url));
const PIECE = 32_768;
/** More changes than a move of two files makes. */
const STEPS_MAX = 60;
/** So many deaths there must be, or this proves nothing. */
const STEPS_MIN = 12;
/** Processes side by side: their start is most of the time. */
const LANES = 2;

const spec = {
  seed: 21,
  name: 'moved',
  pieceLength: PIECE,
  announce: null,
  files: [
    { path: ['first'], length: 10 * PIECE + 1 },
    { path: ['in', 'second'], length: 20 * PIECE },
  ],
};
/** The second file is not all there. */
const SECOND_HAS = 9 * PIECE;

describe('a process that dies while it moves a torrent (F-19, I-35)', function () {
  this.timeout(120_000);
  const folder = tempFolder();
  let device: string | null = null;
  before(async () => {
    device = await otherDevice();
  });
  after(() => removeFolder(device));

  async function bytesIn(place: string): Promise<(Buffer | null)[]> {
    return Promise.all(
      spec.files.map(({ path }) => readFile(join(place, spec.name, ...path)).catch(() => null)),
    );
  }

  /** By piece: whether its bytes are there and right. */
  async function truth(place: string, right: Buffer): Promise<boolean[]> {
    const found = Buffer.alloc(right.length);
    let offset = 0;
    for (const [i, bytes] of (await bytesIn(place)).entries()) {
      bytes?.copy(found, offset);
      offset += spec.files[i]!.length;
    }
    const pieces = Math.ceil(right.length / PIECE);
    return Array.from({ length: pieces }, (_, i) => {
      const [start, end] = [i * PIECE, (i + 1) * PIECE];
      return found.subarray(start, end).equals(right.subarray(start, end));
    });
  }

  const held = (torrent: Torrent): number[] =>
    Array.from({ length: torrent.pieces.length }, (_, i) => i).filter((i) => torrent.pieces.has(i));

  /** How many pieces a new client finds there; what it believes before it looks is true. */
  async function judge(made: MadeTorrent, place: string, state: string, right: Buffer) {
    const really = await truth(place, right);
    await using client = await createClient({
      stateFolder: state,
      listen: false,
      tracker: false,
      spotChecks: 0,
    });
    const torrent = await client.add(made.file, { path: place, paused: true, downloading: false });
    const believed = held(torrent);
    for (const piece of believed)
      assert.ok(really[piece], `piece ${piece} in ${place} is not right`);
    torrent.start();
    await torrent.started();
    const found = held(torrent);
    for (const piece of found) assert.ok(really[piece], `piece ${piece} in ${place} is not right`);
    return { believed: believed.length, found: found.length };
  }

  /** One life with one death. Returns whether it died. */
  async function dies(step: number, to: string): Promise<boolean> {
    const base = (...path: string[]): string => folder(`step ${step}`, ...path);
    const from = base('a');
    const state = base('state');
    const made = await makeTorrent(spec, from, base('t.torrent'));
    const right = Buffer.concat((await bytesIn(from)) as Buffer[]);
    await truncate(join(from, spec.name, 'in', 'second'), SECOND_HAS);
    const whole = (await truth(from, right)).filter(Boolean).length;
    const words = [CHILD, made.file, from, to, state, String(step)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    assert.ok(code === 0 || signal === 'SIGKILL', `it ended by itself with ${code}`);
    const old = await judge(made, from, state, right);
    const fresh = await judge(made, to, state, right);
    assert.equal(Math.max(old.found, fresh.found), whole, 'one of the places has everything');
    if (code === 0) assert.deepEqual([old.found, fresh.believed], [0, whole]);
    await rm(base(), { recursive: true });
    return code === null;
  }

  async function sweep(placeOf: (step: number) => string): Promise<void> {
    let next = 1;
    let deaths = 0;
    let over = false;
    const lane = async (): Promise<void> => {
      while (!over && next <= STEPS_MAX) {
        const step = next++;
        if (await dies(step, placeOf(step))) deaths++;
        else over = true;
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    assert.ok(over, 'it came to its end');
    assert.ok(deaths >= STEPS_MIN, `only ${deaths} deaths`);
  }

  it('on one device', () => sweep((step) => folder(`step ${step}`, 'b')));

  it('between devices', async function () {
    if (device === null) return this.skip();
    const there = device;
    await sweep((step) => join(there, `step ${step}`));
  });
});
