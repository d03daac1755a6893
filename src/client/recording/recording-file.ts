/**
 * Lines to a file, without holding up the session for long and without growing: what is on its way to the disk is
 * bounded, and above the bound the next chunk is written before `push` returns. That is the back-pressure: a machine
 * cannot wait for its own trace.
 *
 * Every chunk has its own place in the file, so chunks may land in any order. Invariant: the chunks that have landed,
 * are on their way or are still gathered make up the file without a gap. The first error ends the file and is told once;
 * the file then ends with the last whole line before the first byte that is missing. When the process is ended on the
 * spot, what is missing is written then.
 */
import { close, ftruncate, ftruncateSync, open, write, writeSync } from 'node:fs';
import process from 'node:process';

/** Bytes gathered before they are written. */
const CHUNK = 0x1_0000;
/** Bytes on their way to the disk above which `push` waits. */
const UNDER_WAY_MAX = 0x80_0000;

interface Chunk {
  readonly data: Buffer;
  readonly position: number;
}

/** What writes: a test may put a full disk in its place. @internal */
export interface FileCalls {
  readonly write: (
    fd: number,
    data: Buffer,
    from: number,
    length: number,
    position: number,
    done: (error: Error | null, written: number) => void,
  ) => void;
  readonly writeSync: (
    fd: number,
    data: Buffer,
    from: number,
    length: number,
    position: number,
  ) => number;
}

export class RecordingFile {
  readonly path: string;
  readonly #fd: number;
  readonly #failed: (error: Error) => void;
  readonly #calls: FileCalls;
  readonly #underWay = new Set<Chunk>();
  readonly #atExit = (): void => this.#rescue();
  #lines: string[] = [];
  #gathered = 0;
  #position = 0;
  #bytesUnderWay = 0;
  #broken = false;
  /** Where the file ends because bytes are missing there; Infinity: nowhere. */
  #cutAt = Infinity;
  #ended: Promise<void> | null = null;
  #landed: () => void = () => undefined;

  private constructor(path: string, fd: number, failed: (error: Error) => void, calls: FileCalls) {
    this.path = path;
    this.#fd = fd;
    this.#failed = failed;
    this.#calls = calls;
    process.once('exit', this.#atExit);
  }

  /** Makes the file, or empties it. Rejects where that cannot be done; `failed` hears what fails afterwards. */
  static async open(
    path: string,
    failed: (error: Error) => void,
    calls: FileCalls = { write, writeSync },
  ): Promise<RecordingFile> {
    const fd = await new Promise<number>((resolve, reject) => {
      open(path, 'w', (error, opened) => (error === null ? resolve(opened) : reject(error)));
    });
    return new RecordingFile(path, fd, failed, calls);
  }

  /** Takes a line, without its end. */
  push(line: string): void {
    if (this.#broken || this.#ended !== null) return;
    this.#lines.push(line);
    this.#gathered += line.length + 1;
    if (this.#gathered >= CHUNK) this.#send();
  }

  /** Resolves when everything is in the file and the file is closed; also where it failed before. */
  async end(): Promise<void> {
    this.#ended ??= this.#finish();
    await this.#ended;
  }

  async #finish(): Promise<void> {
    if (!this.#broken && this.#lines.length > 0) this.#send();
    await new Promise<void>((resolve) => {
      this.#landed = resolve;
      if (this.#underWay.size === 0) resolve();
    });
    process.off('exit', this.#atExit);
    if (this.#cutAt < Infinity) {
      await new Promise<void>((resolve) => {
        ftruncate(this.#fd, this.#cutAt, () => resolve());
      });
    }
    await new Promise<void>((resolve) => {
      close(this.#fd, (error) => {
        if (error) this.#fail(error);
        resolve();
      });
    });
  }

  #take(): Chunk {
    const data = Buffer.from(`${this.#lines.join('\n')}\n`);
    const chunk = { data, position: this.#position };
    this.#position += data.length;
    this.#lines = [];
    this.#gathered = 0;
    return chunk;
  }

  #send(): void {
    const chunk = this.#take();
    if (this.#bytesUnderWay >= UNDER_WAY_MAX) {
      this.#writeNow(chunk);
      return;
    }
    this.#underWay.add(chunk);
    this.#bytesUnderWay += chunk.data.length;
    this.#write(chunk, 0);
  }

  #write(chunk: Chunk, from: number): void {
    const { data, position } = chunk;
    this.#calls.write(
      this.#fd,
      data,
      from,
      data.length - from,
      position + from,
      (error, written) => {
        if (error === null && from + written < data.length) {
          this.#write(chunk, from + written);
          return;
        }
        this.#underWay.delete(chunk);
        this.#bytesUnderWay -= data.length;
        if (error !== null) this.#missing(chunk, from, error);
        if (this.#underWay.size === 0) this.#landed();
      },
    );
  }

  #writeNow(chunk: Chunk): void {
    const { data, position } = chunk;
    let from = 0;
    try {
      while (from < data.length) {
        from += this.#calls.writeSync(this.#fd, data, from, data.length - from, position + from);
      }
    } catch (error) {
      this.#missing(chunk, from, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The chunk could not be written from there on. */
  #missing({ data, position }: Chunk, from: number, error: Error): void {
    const whole = from === 0 ? 0 : data.lastIndexOf(0x0a, from - 1) + 1;
    this.#cutAt = Math.min(this.#cutAt, position + whole);
    this.#fail(error);
  }

  #fail(error: Error): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#lines = [];
    this.#failed(error);
  }

  /** The process ends now: chunks on their way may not arrive, so they are written once more, in the same places. */
  #rescue(): void {
    for (const chunk of this.#underWay) this.#writeNow(chunk);
    if (this.#lines.length > 0) this.#writeNow(this.#take());
    if (this.#cutAt === Infinity) return;
    try {
      ftruncateSync(this.#fd, this.#cutAt);
    } catch {
      // A device has no length.
    }
  }
}
