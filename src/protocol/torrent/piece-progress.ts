/**
 * The blocks of one piece that is under way, as plain numbers: what the ledger keeps for it, and reuses for the next.
 *
 * A record without rules: those are the ledger's.
 */

/** States of a block. */
export const MISSING = 0;
export const REQUESTED = 1;
export const RECEIVED = 2;
/** No connection. */
export const NOBODY = -1;

/** The blocks of one piece that is under way. */
export interface Progress {
  piece: number;
  readonly states: Uint8Array;
  readonly requesters: Uint8Array;
  /** Which connection sent the block, or NOBODY. */
  readonly senders: Float64Array;
  blocks: number;
  missing: number;
  received: number;
  /** Leases out, over all its blocks. */
  leases: number;
}

/** One of nothing yet. */
export function newProgress(blocksPerPiece: number): Progress {
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
