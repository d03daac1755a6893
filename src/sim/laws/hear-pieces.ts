/**
 * What a peer says that it has, in the books of who hears it. Bitfields that do not fit are told by `isBitfield`; an index out
 * of range means nothing.
 */
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';

export function hearHave(books: PeerBooks, link: LinkBook, piece: number): void {
  if (piece >= books.shape.pieceCount || link.has[piece] === 1) return;
  link.has[piece] = 1;
  link.hasCount++;
  if (books.lacks(piece)) link.wanted++;
  books.stir(link);
}

/** The right length, and no bit after the last piece. */
export function isBitfield(bits: Uint8Array, pieceCount: number): boolean {
  if (bits.length !== Math.ceil(pieceCount / 8)) return false;
  for (let piece = pieceCount; piece < bits.length * 8; piece++) {
    if (hasBit(bits, piece)) return false;
  }
  return true;
}

/** Whether a bitfield message names the piece. */
export function hasBit(bits: Uint8Array, piece: number): boolean {
  return (bits[piece >> 3]! & (0x80 >> (piece & 7))) !== 0;
}

/** `bits`: a bitfield's bytes, or all or none. */
export function setPieces(books: PeerBooks, link: LinkBook, bits: Uint8Array | boolean): void {
  link.hasCount = 0;
  link.wanted = 0;
  for (let piece = 0; piece < link.has.length; piece++) {
    const has = typeof bits === 'boolean' ? bits : hasBit(bits, piece);
    link.has[piece] = has ? 1 : 0;
    if (!has) continue;
    link.hasCount++;
    if (books.lacks(piece)) link.wanted++;
  }
  books.step.replaced = true;
  books.stir(link);
}
