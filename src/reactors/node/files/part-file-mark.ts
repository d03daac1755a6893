/**
 * By what a part file is known: its name beside the content, and the mark and layout at its beginning. See `PartFile`.
 */
import { close } from 'node:fs';
import { promisify } from 'node:util';
import { openConfined } from './confined-open.ts';
import { readSome } from './file-io.ts';
import { hiddenName } from './hidden-name.ts';

const MARK = new TextEncoder().encode('SWPARTS1');
export const PART_HEADER_BYTES = 24;

const closeFile: (fd: number) => Promise<void> = promisify(close);

/** `.NAME.parts`. `name`: of the content beside which it lies. */
export function partFileName(name: string): string {
  return hiddenName(name, 'parts');
}

/** The first bytes of a part file for a store of `length` bytes that is filled in units of `unitBytes`. */
export function partHeader(unitBytes: number, length: number): Uint8Array {
  const header = new Uint8Array(PART_HEADER_BYTES);
  header.set(MARK);
  const view = new DataView(header.buffer);
  view.setBigUint64(8, BigInt(unitBytes));
  view.setBigUint64(16, BigInt(length));
  return header;
}

/** Whether the file of this name below `root` is a part file of this layout. Never rejects: what cannot be read is none. */
export async function isPartFile(
  root: string,
  name: string,
  unitBytes: number,
  length: number,
): Promise<boolean> {
  try {
    const fd = await openConfined(root, [name], 'read');
    try {
      const found = new Uint8Array(PART_HEADER_BYTES);
      await readSome(fd, found, 0);
      return partHeader(unitBytes, length).every((byte, i) => byte === found[i]);
    } finally {
      await closeFile(fd);
    }
  } catch {
    return false;
  }
}
