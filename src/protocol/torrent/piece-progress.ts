/**
 * The blocks of one piece that is under way, as the ledger keeps them: plain numbers, reused from piece to piece. The
 * invariants are the ledger's.
 */

export const MISSING = 0;
export const REQUESTED = 1;
export const RECEIVED = 2;
export const NOBODY = -1;

/** The blocks of one piece that is under way. */
export interface PieceProgress {
  piece: number;
  readonly states: Uint8Array;
  readonly requesters: Uint8Array;
  /** Which connection sent the block, or NOBODY, or EARLIER. */
  readonly senders: Float64Array;
  blocks: number;
  missing: number;
  received: number;
  /** Leases out, over all its blocks. */
  leases: number;
}

export function newProgress(blocksPerPiece: number): PieceProgress {
  return {
    piece: -1,
    states: new Uint8Array(blocksPerPiece),
    requesters: new Uint8Array(blocksPerPiece),
    senders: new Float64Array(blocksPerPiece),
    blocks: 0,
    missing: 0,
    received: 0,
    leases: 0,
  };
}
