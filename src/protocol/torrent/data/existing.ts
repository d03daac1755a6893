/**
 * What whoever adds a torrent says of the data that is there already, and how a remembered download is put back into
 * the books. Nothing remembered is trusted further than it says: sets of a wrong size mean that everything is checked.
 */
import { hasBlock } from '../pieces/block-bits.ts';
import { noTimes } from '../clocks.ts';
import type { TorrentTimes } from '../clocks.ts';
import type { Doubts } from './doubts.ts';
import type { Ledger } from '../pieces/ledger.ts';
import { EARLIER } from '../pieces/piece-progress.ts';
import { PieceSet } from '../pieces/piece-set.ts';

/** Which blocks of an unverified piece are on disk. */
export interface PartialPiece {
  readonly piece: number;
  /** One bit per block, the first one in the highest bit; bits past the last block mean nothing. */
  readonly blocks: Uint8Array;
}

/** An earlier session's claims, as the application has judged them (by sizes and times of the files). */
export interface Resumed {
  readonly type: 'resume';
  /** As in a `bitfield` message: pieces that are held. They are not hashed, but for the samples. */
  readonly verified: Uint8Array;
  /** As in a `bitfield` message: pieces of which nothing is known until they are hashed. These are not held before. */
  readonly doubtful: Uint8Array;
  /** Held pieces that are hashed all the same; one that differs and nothing is believed. */
  readonly samples: readonly number[];
  /** Their blocks are asked of nobody; the piece is hashed when it is whole, as ever. */
  readonly partial: readonly PartialPiece[];
  /** Payload bytes received and sent by earlier sessions. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** What their clocks showed. */
  readonly times: TorrentTimes;
}

/**
 * What the store holds already: `check` hashes every piece first, `none` trusts that nothing is there, `all` that
 * everything is, and `Resumed` goes on where an earlier session was.
 */
export type Existing = 'check' | 'none' | 'all' | Resumed;

/** What an earlier session leaves to this one, beside pieces and blocks. */
export interface Legacy {
  /** Held pieces that are hashed before anything is told. */
  readonly samples: readonly number[];
  readonly downloaded: number;
  readonly uploaded: number;
  readonly times: TorrentTimes;
}

const NOTHING: Legacy = { samples: [], downloaded: 0, uploaded: 0, times: noTimes };

/** Enters what is held into an untouched ledger, and into `doubts` what must be hashed first. */
export function enterExisting(existing: Existing, ledger: Ledger, doubts: Doubts): Legacy {
  if (existing === 'check') doubts.addAll();
  if (typeof existing === 'string') return NOTHING;
  const { geometry } = ledger;
  const verified = PieceSet.fromWire(existing.verified, geometry.pieceCount);
  const doubtful = PieceSet.fromWire(existing.doubtful, geometry.pieceCount);
  if (verified === null || doubtful === null) {
    doubts.addAll();
    return NOTHING;
  }
  for (let piece = 0; piece < geometry.pieceCount; piece++) {
    if (doubtful.has(piece)) doubts.add(piece);
    else if (verified.has(piece)) ledger.verify(piece);
  }
  for (const { piece, blocks } of existing.partial) {
    if (geometry.isPiece(piece) && !ledger.verified.has(piece)) restore(ledger, piece, blocks);
  }
  doubts.settle(ledger.verified);
  const { downloaded, uploaded, times } = existing;
  const held = (piece: number): boolean => geometry.isPiece(piece) && ledger.verified.has(piece);
  return { samples: existing.samples.filter(held), downloaded, uploaded, times };
}

/** Enters everything as held, because somebody vouches for it. */
export function trustAll(ledger: Ledger, doubts: Doubts): void {
  for (let piece = 0; piece < ledger.geometry.pieceCount; piece++) {
    if (!ledger.verified.has(piece)) ledger.verify(piece);
  }
  doubts.settle(ledger.verified);
}

function restore(ledger: Ledger, piece: number, blocks: Uint8Array): void {
  const { geometry } = ledger;
  const first = geometry.indexOf(piece, 0);
  for (let block = 0; block < geometry.blocksIn(piece); block++) {
    if (hasBlock(blocks, block) && ledger.needs(first + block))
      ledger.receive(first + block, EARLIER);
  }
}
