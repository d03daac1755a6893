/** A torrent of which nothing is known yet, as behaviors see it: no pieces, and not complete. */
import type { TorrentView } from '../views.ts';

export const unknownTorrent: TorrentView = Object.freeze({
  pieceCount: 0,
  blocksPerPiece: 1,
  complete: false,
  downloading: true,
  seeding: true,
  verifiedCount: 0,
  seeds: 0,
  partialCount: 0,
  openCount: 0,
  deadlineCount: 0,
  missingTotal: 0,
  blocksIn: () => 0,
  has: () => false,
  priority: () => 0,
  availability: () => 0,
  blockState: () => 'missing' as const,
  requesters: () => 0,
  missingBlocks: () => 0,
  nextMissing: () => -1,
  partialAt: () => -1,
  openAt: () => -1,
  deadlinePiece: () => -1,
  deadlineAt: () => Infinity,
});
