/**
 * F-19 on real processes and files: a download is killed (SIGKILL) at 200 moments and goes on in place each time.
 *
 * After every death the resume file is read as the next process will read it, and each piece and block that it claims is
 * compared with the bytes on disk (I-35: claimed ⊆ true). What the next process believes after its start is compared as
 * well. When a download has come to its end, all bytes are, and it begins anew until there were deaths enough.
 *
 * The moments are drawn from a seed value, which is printed; KILL_SEED sets it. They are moments of a real process, so
 * the same seed asks for the same and does not get exactly the same.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import type { Random } from '../../src/core/index.ts';
import { createClient } from '../../src/client/index.ts';
import { ResumeFile } from '../../src/client/resume/resume-file.ts';
import { resumePath } from '../../src/client/resume/resume-path.ts';
import { BLOCK_LENGTH, parseMetainfo } from '../../src/protocol/index.ts';
import type { Metainfo, ResumeState } from '../../src/protocol/index.ts';
import { differences } from '../support/compare-files.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const KILLS = 200;
/** Downloads side by side: the start of a process is most of the time, and there is more than one core. */
const LANES = 4;
const PIECE = 32_768;
const CHILD = fileURLToPath(new URL('kill-child.js', import.meta.url));

/** One life of the downloading process. */
class Life {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  #over = false;
  text = '';

  constructor(words: readonly string[]) {
    const { env } = process;
    this.#child = spawn(process.execPath, [CHILD, ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
    });
    this.#child.stdin.on('error', () => undefined); // it may be dead already
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      for (const look of [...this.#waiting]) look();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        this.#over = true;
        for (const look of [...this.#waiting]) look();
        resolve(code);
      });
    });
  }

  go(): void {
    this.#child.stdin.write('go\n');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Resolves when it has said `word` so often, or is over. */
  async says(word: string, times = 1): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!this.#over && this.text.split(word).length <= times) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** What the deaths of all lanes came to, so that none of this proves nothing. */
const tally = { kills: 0, finished: 0, claims: 0, blocks: 0, believed: 0, spared: 0, early: 0 };

/** One place in which a torrent is downloaded again and again. */
class Lane {
  readonly #random: Random;
  readonly #folder: string;
  readonly #state: string;
  readonly #metainfo: Metainfo;
  readonly #made: MadeTorrent;
  readonly #words: readonly string[];
  readonly #lives = new Set<Life>();

  constructor(random: Random, base: string, made: MadeTorrent, metainfo: Metainfo, peer: string) {
    this.#random = random;
    this.#folder = join(base, 'data');
    this.#state = join(base, 'state');
    this.#made = made;
    this.#metainfo = metainfo;
    this.#words = [made.file, this.#folder, this.#state, peer];
  }

  /** Until all lanes together have killed enough; then the last download comes to its end. */
  async run(): Promise<void> {
    try {
      let life = this.#begin();
      for (let truth = await this.#truth(); tally.kills < KILLS; truth = await this.#truth()) {
        tally.kills++;
        const next = this.#begin();
        await life.says('up');
        life.go();
        await this.#moment(life);
        life.kill();
        const code = await life.ended;
        this.#judgeBelieved(life, truth);
        if (code === 0) {
          tally.kills--;
          await this.#startOver();
        } else assert.equal(code, null, `it ended by itself: ${life.text}`);
        life = next;
      }
      life.go();
      assert.equal(await life.ended, 0, life.text);
      await this.#startOver();
    } finally {
      for (const life of this.#lives) life.kill();
    }
  }

  #begin(): Life {
    const life = new Life(this.#words);
    this.#lives.add(life);
    return life;
  }

  /** Some die while they start, most after some progress and a little more. */
  async #moment(life: Life): Promise<void> {
    if (this.#random.below(8) === 0) {
      await delay(this.#random.below(40));
      return;
    }
    await life.says('some', 1 + this.#random.below(10));
    const more = this.#random.below(4);
    if (more > 0) await delay(more);
  }

  /** Which pieces are true on disk; and what is claimed is among them. */
  async #truth(): Promise<Set<number>> {
    const { pieceCount, pieceLength, pieces, length } = this.#metainfo;
    const disk = await this.#read();
    const right = new Set<number>();
    for (let piece = 0; piece < pieceCount; piece++) {
      const end = Math.min((piece + 1) * pieceLength, length);
      const digest = createHash('sha1')
        .update(disk.subarray(piece * pieceLength, end))
        .digest();
      if (digest.equals(pieces.subarray(piece * 20, piece * 20 + 20))) right.add(piece);
    }
    const claim = await this.#claim();
    if (claim !== null) this.#judgeClaim(claim, right, disk);
    return right;
  }

  async #claim(): Promise<ResumeState | null> {
    const content = join(this.#folder, this.#made.name);
    const file = new ResumeFile(resumePath(this.#state, this.#made.infoHash, content));
    const fileCount = this.#metainfo.files.length;
    return file.read({ ...this.#metainfo, fileCount });
  }

  #judgeClaim(claim: ResumeState, right: ReadonlySet<number>, disk: Uint8Array): void {
    for (let piece = 0; piece < this.#metainfo.pieceCount; piece++) {
      if (!hasBit(claim.verified, piece)) continue;
      assert.ok(right.has(piece), `piece ${piece} is claimed and not true on disk`);
      tally.claims++;
    }
    for (const { piece, blocks } of claim.partial) {
      for (let block = 0; block * BLOCK_LENGTH < PIECE; block++) {
        if (!hasBit(blocks, block)) continue;
        const at = piece * PIECE + block * BLOCK_LENGTH;
        const end = Math.min(at + BLOCK_LENGTH, truth.length);
        if (at >= end) continue;
        const same = Buffer.compare(disk.subarray(at, end), truth.subarray(at, end)) === 0;
        assert.ok(same, `block ${block} of piece ${piece} is claimed and not true on disk`);
        tally.blocks++;
      }
    }
  }

  #judgeBelieved(life: Life, right: ReadonlySet<number>): void {
    const found = /^ready ([0-9a-f]*) (\d+)$/m.exec(life.text);
    if (found === null) {
      tally.early++;
      return;
    }
    const bits = Buffer.from(found[1]!, 'hex');
    let held = 0;
    for (let piece = 0; piece < this.#metainfo.pieceCount; piece++) {
      if (!hasBit(bits, piece)) continue;
      held++;
      assert.ok(right.has(piece), `piece ${piece} is believed and not true on disk`);
    }
    tally.believed += held;
    if (held > 0 && Number(found[2]) === 0) tally.spared++;
  }

  async #startOver(): Promise<void> {
    tally.finished++;
    assert.deepEqual(await differences(this.#made, this.#folder), []);
    const all = await this.#truth();
    assert.equal(all.size, this.#metainfo.pieceCount);
    await rm(this.#folder, { recursive: true });
    await rm(this.#state, { recursive: true });
  }

  /** All files end to end; what is missing is zeros. */
  async #read(): Promise<Uint8Array> {
    const disk = new Uint8Array(this.#metainfo.length);
    for (const { path, offset, length } of this.#metainfo.files) {
      const data = await readFile(join(this.#folder, ...path)).catch(() => new Uint8Array(0));
      disk.set(data.subarray(0, length), offset);
    }
    return disk;
  }
}

let truth: Uint8Array = new Uint8Array(0);

function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
}

describe('kill -9', function () {
  this.timeout(300_000);
  const folder = tempFolder();

  it(`F-19: at ${KILLS} moments of a download: claims only what is on disk, and finishes`, async () => {
    const seedValue = Number(process.env['KILL_SEED'] ?? 1 + (Date.now() % 1_000_000));
    console.log(`      KILL_SEED=${seedValue}`);
    const files = [
      { path: ['first'], length: 3 * PIECE + 77 },
      { path: ['in', 'second'], length: 2_000_001 },
      { path: ['in', 'empty'], length: 0 },
      { path: ['in', 'third'], length: 70_000 },
      { path: ['last'], length: 2_500_003 },
    ];
    const spec = { seed: 6, name: 'killed', pieceLength: PIECE, announce: null, files };
    const made = await makeTorrent(spec, folder('src'), folder('t.torrent'));
    const { metainfo } = parseMetainfo(await readFile(made.file));
    assert.ok(metainfo !== null);
    truth = Buffer.concat(
      await Promise.all(files.map(({ path }) => readFile(folder('src', 'killed', ...path)))),
    );
    await using seed = await createClient({ host: '127.0.0.1' });
    const origin = await seed.seed(made.file, folder('src'));
    await origin.started();
    const random = createRandom(seedValue);
    const lanes = Array.from({ length: LANES }, (_, i) => {
      const peer = `127.0.0.1:${seed.port}`;
      return new Lane(random.fork(`lane ${i}`), folder(`${i}`), made, metainfo, peer).run();
    });
    const ends = await Promise.allSettled(lanes);
    console.log(`      ${JSON.stringify(tally)}`);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    assert.ok(tally.kills >= KILLS, `${tally.kills} kills`);
    assert.ok(tally.finished >= LANES, 'each lane came to its end at least once');
    assert.ok(tally.claims > 1000 && tally.believed > 1000, 'much was claimed, and believed');
    assert.ok(tally.blocks > 0, 'blocks of partial pieces were claimed');
  });
});
