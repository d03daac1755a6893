/**
 * Makes free memory equally good for every run.
 *
 * Virtual machines give memory that lies free back to their host, within seconds. Whoever then writes to it first, to a file
 * as well, pays for getting it again: measured 2.6 CPU-s/GiB where the write itself costs 0.2, and who it hits is chance. So
 * a child holds as much as a race will fill, and more, and lets go of it right before the race begins. Where memory is never given
 * back this changes nothing.
 *
 * Invariant: a child holds memory between races only. It is taken again as soon as a race has cleared its files, while it is still
 * warm: that costs a third of what taking it from the host does.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { freemem } from 'node:os';

const gibibyte = 1024 ** 3;
/** What else a race takes, and what the host takes back meanwhile. */
const spareBytes = 0.75 * gibibyte;
const spareShare = 0.25;

/** Says when it holds all, and ends with its input. */
const program = `
  const mebibytes = Number(process.argv[1]);
  const held = [];
  for (let at = 0; at < mebibytes; at += 256) held.push(Buffer.allocUnsafeSlow(256 << 20).fill(1));
  process.stdout.write('held');
  process.stdin.resume().once('end', () => process.exit(held.length >= 0 ? 0 : 1));
`;

export class WarmMemory {
  #child: ChildProcess | null = null;
  #ended: Promise<unknown> = Promise.resolve();
  #fills = -1;

  /** Holds what a race that fills `fills` bytes needs and some spare, at most half of what is free. */
  async hold(fills: number): Promise<void> {
    await this.release();
    const wanted = Math.min((1 + spareShare) * fills + spareBytes, freemem() / 2);
    const mebibytes = String(Math.floor(wanted / 1024 ** 2));
    const child = spawn(process.execPath, ['-e', program, '--', mebibytes], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    this.#ended = new Promise<void>((resolve) => {
      child.once('close', () => {
        process.off('exit', kill);
        resolve();
      });
    });
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        reject(new Error(`the memory could not be warmed: code ${String(code)}`));
      });
      child.stdout.once('data', () => {
        resolve();
      });
    });
    this.#child = child;
    this.#fills = fills;
  }

  /** Now the race that fills `fills` bytes begins. */
  async letGo(fills: number): Promise<void> {
    if (this.#child === null || this.#fills < fills) await this.hold(fills);
    await this.release();
  }

  /** Holds nothing any more. */
  async release(): Promise<void> {
    this.#child?.stdin?.end();
    this.#child = null;
    await this.#ended;
  }
}
