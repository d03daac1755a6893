/**
 * Sets of blocks within a piece as bytes: one bit per block, the first one in the highest bit, as a `bitfield` message
 * has pieces. Spare bits are zero; what is past the end of the bytes is not in the set.
 */

/** The blocks below `count` that `has` names. */
export function blockBits(count: number, has: (block: number) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(count / 8));
  for (let block = 0; block < count; block++) {
    if (has(block)) bits[block >> 3]! |= 0x80 >> (block & 7);
  }
  return bits;
}

export function hasBlock(bits: Uint8Array, block: number): boolean {
  return ((bits[block >> 3] ?? 0) & (0x80 >> (block & 7))) !== 0;
}
