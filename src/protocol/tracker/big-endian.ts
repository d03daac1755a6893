/**
 * Unsigned integers in network order, as BEP 15 packs them. Callers check lengths first. 64-bit values are exact up to
 * 2^53; larger ones from outside lose their low bits, which nobody counts by.
 */

/** The 16 bits at `at`. */
export function readUint16(data: Uint8Array, at: number): number {
  return (data[at]! << 8) | data[at + 1]!;
}

/** The 32 bits at `at`. */
export function readUint32(data: Uint8Array, at: number): number {
  return ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0;
}

/** The 64 bits at `at`, exact up to 2^53. */
export function readUint64(data: Uint8Array, at: number): number {
  return readUint32(data, at) * 0x1_0000_0000 + readUint32(data, at + 4);
}

/** Writes the low 16 bits of `value`. */
export function writeUint16(data: Uint8Array, at: number, value: number): void {
  data[at] = value >>> 8;
  data[at + 1] = value;
}

/** Writes the low 32 bits of `value`. */
export function writeUint32(data: Uint8Array, at: number, value: number): void {
  data[at] = value >>> 24;
  data[at + 1] = value >>> 16;
  data[at + 2] = value >>> 8;
  data[at + 3] = value;
}

/** Writes a non-negative integer below 2^53 as 64 bits. */
export function writeUint64(data: Uint8Array, at: number, value: number): void {
  writeUint32(data, at, Math.floor(value / 0x1_0000_0000));
  writeUint32(data, at + 4, value % 0x1_0000_0000);
}
