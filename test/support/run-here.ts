/**
 * The command line without a process of its own: some hundred times faster, for tests that need no signals and no stdin.
 */
import { Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';

export interface RunEnding {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

class Heard extends Writable {
  readonly parts: Buffer[] = [];

  override _write(part: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.parts.push(typeof part === 'string' ? Buffer.from(part, encoding) : part);
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

/** Runs `swarmwright` to its end, in this process. */
export async function runHere(...words: string[]): Promise<RunEnding> {
  const stdout = new Heard();
  const stderr = new Heard();
  const streams = { stdout, stderr } as unknown as Parameters<typeof run>[1];
  const code = await run(words, streams);
  return { code, stdout: stdout.bytes, stderr: stderr.bytes.toString() };
}
