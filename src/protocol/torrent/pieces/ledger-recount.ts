/**
 * Recounts the books of a ledger from its pieces and blocks, for tests and simulations: whatever is kept incrementally must
 * equal what a plain count gives. Changes nothing.
 */
import { assert } from '../../../core/index.ts';
import type { OpenPieces } from './open-pieces.ts';
import { assertCounts } from './piece-progress.ts';
import type { Progress } from './piece-progress.ts';
import type { Geometry } from './geometry.ts';
import type { PieceSet } from './piece-set.ts';

/** What the ledger keeps and nobody else sees. */
export interface KeptBooks {
  readonly missingTotal: number;
  readonly wantedUnverified: number;
  readonly wantedLeft: number;
  readonly leasesOut: number;
  readonly partial: readonly number[];
  readonly progress: ReadonlyMap<number, Progress>;
  readonly open: OpenPieces;
}

/** What everybody sees of it. */
export interface RecountedLedger {
  readonly geometry: Geometry;
  readonly verified: PieceSet;
  priority(piece: number): number;
  missingBlocks(piece: number): number;
}

/** Throws where an invariant is broken. */
export function assertRecount(ledger: RecountedLedger, kept: KeptBooks): void {
  const { geometry, verified } = ledger;
  let missing = 0;
  let unverified = 0;
  let left = 0;
  for (let piece = 0; piece < geometry.pieceCount; piece++) {
    if (ledger.priority(piece) === 0) continue;
    missing += ledger.missingBlocks(piece);
    if (verified.has(piece)) continue;
    unverified++;
    left += geometry.pieceSize(piece);
  }
  assert(missing === kept.missingTotal, 'ledger: missingTotal differs from a recount');
  assert(unverified === kept.wantedUnverified, 'ledger: unverified differs from a recount');
  assert(left === kept.wantedLeft, 'ledger: wanted bytes differ from a recount');
  assert(kept.partial.length === kept.progress.size, 'ledger: partial list and map differ');
  let leases = 0;
  let open = 0;
  for (const piece of kept.partial) {
    const progress = kept.progress.get(piece);
    assert(progress?.piece === piece, 'ledger: partial without progress');
    assert(!verified.has(piece), 'ledger: a verified piece is partial');
    assertCounts(progress);
    assert(kept.open.has(progress) === progress.missing > 0, 'ledger: open is not the truth');
    if (progress.missing > 0) open++;
    leases += progress.leases;
  }
  assert(leases === kept.leasesOut, 'ledger: leases differ from a recount');
  assert(open === kept.open.count, 'ledger: a piece is open that is not partial');
}
