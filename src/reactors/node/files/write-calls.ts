/**
 * How much of a piece one call writes, by the file system.
 *
 * Where a file system makes pages as large as the call (ext4, XFS), it takes memory for them from large free blocks, and these
 * are what the host of a virtual machine has taken back: the first touch of each costs ten times the copy. Small calls are served
 * from fragments that are warm. Measured on ext4, a leech of 2 GiB in pieces of 1 MiB: 3.3 CPU-s/GiB with whole pieces, 2.6
 * with 256 KiB a call, 1.5 with 64 KiB. In memory (tmpfs) pages are small whatever the call, and more calls are more work.
 *
 * It is about speed only: whatever is wrong here, all is written.
 */
import { statfs } from 'node:fs/promises';

/** Of one call where nothing is known of the file system. */
export const callBytesUsual = 65_536;
/** Types of file systems in memory, as Linux numbers them. */
const TMPFS = 0x0102_1994;
const RAMFS = 0x8584_58f6;

/** Bytes of one call below this folder; Infinity: all at once. */
export async function callBytesMaxOf(folder: string): Promise<number> {
  try {
    const { type } = await statfs(folder);
    return type === TMPFS || type === RAMFS ? Infinity : callBytesUsual;
  } catch {
    return callBytesUsual;
  }
}
