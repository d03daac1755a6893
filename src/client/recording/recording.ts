/**
 * Records what a client's machine hears and does, as a trace that can be replayed (`docs/trace.md`).
 *
 * A recording is a witness: whatever becomes of it, the session goes on. It begins with the first input and ends with
 * the client, closed in order; where its file fails, it ends there and says so once.
 */
import process from 'node:process';
import { Recorder, TraceWriter } from '../../core/index.ts';
import type { Machine, Sink } from '../../core/index.ts';
import { SessionTraceCodec, writeSessionHeader } from '../../protocol/index.ts';
import type { SessionEffect, SessionHeader, SessionInput } from '../../protocol/index.ts';
import { codedError } from '../errors.ts';
import type { CodedError } from '../errors.ts';
import { RecordingFile } from './recording-file.ts';
import { recordingNames } from './recording-names.ts';
import { VERSION } from '../version.ts';

/**
 * Where a trace goes: the path of a file, which is emptied first, or whatever takes lines (without their ends), such as
 * an array. Lines come in the middle of the machine's work: `push` must neither throw nor call the client.
 */
export type RecordTarget = string | Sink<string>;

type SessionMachine = Machine<SessionInput, SessionEffect>;

export class Recording {
  readonly #sink: Sink<string>;
  readonly #file: RecordingFile | null;
  #writer: TraceWriter<SessionInput, SessionEffect> | null = null;
  #failure: CodedError | null = null;
  #told: ((error: CodedError) => void) | null = null;

  private constructor(target: RecordTarget, file: RecordingFile | null) {
    this.#file = file;
    this.#sink = typeof target === 'string' ? file! : target;
  }

  /** Rejects with `SWARMWRIGHT_RECORD_FAILED` where the file cannot be made. */
  static async open(target: RecordTarget): Promise<Recording> {
    if (typeof target !== 'string') return new Recording(target, null);
    try {
      // Whatever fails, it fails after this: the file answers only when it is written to.
      const holder: { recording?: Recording } = {};
      const file = await RecordingFile.open(target, (error) => holder.recording?.fail(error));
      holder.recording = new Recording(target, file);
      return holder.recording;
    } catch (error) {
      throw failureOfRecording(target, error);
    }
  }

  /** The machine to drive in the place of `session`. `failed` hears once that the recording ended too early. */
  wrap(
    session: SessionMachine,
    header: Omit<SessionHeader, 'version' | 'node'>,
    failed: (error: CodedError) => void,
  ): SessionMachine {
    const names = recordingNames();
    const whole = { ...header, version: VERSION, node: process.version };
    this.#writer = new TraceWriter(
      this.#sink,
      new SessionTraceCodec(names),
      writeSessionHeader(whole, names),
    );
    this.#told = failed;
    if (this.#failure !== null) failed(this.#failure);
    return new Recorder(session, this.#writer);
  }

  /** Closes the trace; resolves when it is in its file. May be called again. */
  async end(): Promise<void> {
    this.#writer?.end();
    await this.#file?.end();
  }

  /** The file has failed. @internal */
  fail(error: Error): void {
    this.#writer?.abandon();
    this.#failure = failureOfRecording(this.#file?.path ?? '', error);
    this.#told?.(this.#failure);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the device failed',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such folder',
  EISDIR: 'it is a folder',
};

/** Why a trace could not be written to `path`. */
export function failureOfRecording(path: string, error: unknown): CodedError {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const what = WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  return codedError(
    'SWARMWRIGHT_RECORD_FAILED',
    `${path}: cannot record the session: ${what}`,
    error,
  );
}
