/**
 * Claim: the last blocks do not wait for the slowest peer that holds a request for them.
 * Cohen 2003, section 2.4.4.
 *
 * Active when no wanted block is missing and the torrent is not complete: every block left is being asked of somebody.
 * Then a peer that has nearly run dry is asked for blocks that others were asked for: fewest requesters first. The
 * machine cancels the other requests when one is answered.
 *
 * What bounds the duplicates: the requesters per block, the duplicates per pick and per peer, and that a peer with
 * work of its own takes none. Blocks looked at per pick are bounded too; the next pick goes on where this one stopped.
 * It never pushes a block that is missing or received.
 */
import type {
  Behavior,
  PeerView,
  PiecePicker,
  PickSink,
  TorrentView,
} from '../../protocol/index.ts';

export interface EndgameOptions {
  /** Most peers asked for one block: 2 to 16. Default 3. */
  readonly requestersMax?: number;
  /** A peer with so many requests out takes no duplicates, and none takes it above: 1 to 64. Default 4. */
  readonly outstandingMax?: number;
  /** Blocks looked at in one pick: 64 to 100,000 (at least one piece is always looked at whole). Default 1024. */
  readonly looksMax?: number;
}

export function endgame(options: EndgameOptions = {}): Behavior<PiecePicker> {
  const { requestersMax = 3, outstandingMax = 4, looksMax = 1024 } = options;
  return (torrent) => {
    /** Where among the pieces begun the next pick starts. */
    let from = 0;
    return {
      pieceChanged() {
        // Reads the torrent's own list of pieces begun.
      },
      allChanged() {
        from = 0;
      },
      pick(peer, room, _now, out) {
        if (torrent.missingTotal > 0 || torrent.complete || torrent.partialCount === 0) return 0;
        const most = Math.min(room, outstandingMax - peer.outstanding);
        if (most <= 0) return 0;
        const pieces = torrent.partialCount;
        if (from >= pieces) from = 0;
        const span = Math.min(pieces, Math.max(1, Math.floor(looksMax / torrent.blocksPerPiece)));
        let taken = 0;
        for (let requesters = 1; requesters < requestersMax && taken < most; requesters++) {
          for (let i = 0; i < span && taken < most; i++) {
            const piece = torrent.partialAt((from + i) % pieces);
            if (torrent.priority(piece) === 0 || !peer.mayRequest(piece)) continue;
            taken += takeAsked(torrent, peer, piece, requesters, most - taken, out);
          }
        }
        from += span;
        return taken;
      },
    };
  };
}

/** Pushes up to `room` blocks of the piece that exactly `requesters` others are asked for; returns how many. */
function takeAsked(
  torrent: TorrentView,
  peer: PeerView,
  piece: number,
  requesters: number,
  room: number,
  out: PickSink,
): number {
  const first = piece * torrent.blocksPerPiece;
  const end = first + torrent.blocksIn(piece);
  let taken = 0;
  for (let block = first; block < end && taken < room; block++) {
    if (torrent.requesters(block) !== requesters) continue;
    if (torrent.blockState(block) !== 'requested' || peer.asked(block)) continue;
    out.push(block, 'endgame');
    taken++;
  }
  return taken;
}
