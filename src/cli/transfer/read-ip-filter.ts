/**
 * The file of `--ip-filter`: read whole, bounded, told in one line when it cannot be read.
 */
import { open } from 'node:fs/promises';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';

/** Bytes. The largest public lists have some 30 MB. */
const FILTER_BYTES_MAX = 128 * 1024 * 1024;

/** Its text. What it says is judged by the client. */
export async function readIpFilter(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size <= FILTER_BYTES_MAX) return await file.readFile('utf8');
  } catch {
    throw refused('SWARMWRIGHT_FILE_MISSING', `${path}: cannot be read`);
  }
  throw refused(
    'SWARMWRIGHT_FILE_UNREADABLE',
    `${path}: larger than an IP filter may be (128 MiB)`,
  );
}

function refused(
  code: 'SWARMWRIGHT_FILE_MISSING' | 'SWARMWRIGHT_FILE_UNREADABLE',
  text: string,
): CommandError {
  return new CommandError(EXIT.read, code, text, 'check the path');
}
