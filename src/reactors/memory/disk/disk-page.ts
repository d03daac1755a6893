/**
 * The grain of a memory disk: what is allocated together, and what reaches the platter whole or not at all.
 */

/** Bytes. Unwritten parts of a file cost nothing, in steps of this. */
export const PAGE_BYTES = 16_384;
/** Bytes that a power cut never tears. */
export const SECTOR_BYTES = 512;
