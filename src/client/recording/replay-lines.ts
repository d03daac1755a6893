/**
 * The lines of a trace file, some at a time: a trace of hundreds of megabytes needs the memory of a few chunks.
 */
import { createReadStream } from 'node:fs';
import { LineReader } from '../../core/index.ts';
import { codedError } from '../errors.ts';

/** Bytes read at once. */
const CHUNK = 0x4_0000;

export interface LineBatch {
  readonly lines: readonly string[];
  /** In the last batch: the beginning of a line whose end is missing. */
  readonly rest: string;
}

/**
 * Rejects with `SWARMWRIGHT_FILE_MISSING` or `SWARMWRIGHT_FILE_UNREADABLE`. A line beyond all bounds ends the file: it is
 * given as `rest`.
 */
export async function* linesOf(path: string): AsyncGenerator<LineBatch, void, undefined> {
  let lines: string[] = [];
  const reader = new LineReader({ push: (line) => lines.push(line) });
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK });
  try {
    for await (const chunk of stream) {
      reader.push(chunk as string);
      if (reader.overlong) break;
      if (lines.length === 0) continue;
      const batch = lines;
      lines = [];
      yield { lines: batch, rest: '' };
    }
  } catch (error) {
    throw unreadableTrace(path, error);
  } finally {
    stream.destroy();
  }
  yield { lines, rest: reader.overlong ? 'a line that never ends' : reader.rest };
}

/** Why a trace cannot be read. */
export function unreadableTrace(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === undefined) return error as Error;
  if (code === 'ENOENT') {
    return codedError('SWARMWRIGHT_FILE_MISSING', `${path}: no such file`, error);
  }
  const what = code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'no permission' : code;
  return codedError('SWARMWRIGHT_FILE_UNREADABLE', `${path}: cannot be read: ${what}`, error);
}
