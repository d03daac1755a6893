/**
 * The record of one piece that is under way: its blocks, who is asked for them, who sent them.
 *
 * Arrays as long as a full piece, so that a record serves one piece after another. Holds no rule: `ledger.ts` does.
 */

/** In `senders`: no connection sent the block. */
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

/** A record for pieces of up to so many blocks. */
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
