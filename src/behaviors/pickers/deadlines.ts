/**
 * Claim: who watches while it downloads does not wait for a piece that could have been asked for earlier.
 *
 * Pieces with a deadline first, soonest first, whole. A piece whose deadline has passed is late: its blocks may be asked
 * of one more peer although others have been asked, since one slow peer must not hold up the whole play. Everything
 * else is left to the pickers behind it in a `chain`.
 *
 * What bounds the duplicates: only late pieces, the requesters per block, and that nothing else with a deadline is
 * missing for this peer. Keeps no state; cost per pick: O(pieces with a deadline), none where there are none.
 */
import type {
  Behavior,
  PeerView,
  PiecePicker,
  PickSink,
  TorrentView,
} from '../../protocol/index.ts';
import { takeMissing } from './take-missing.ts';

export interface DeadlinesOptions {
  /** Most peers asked for one block of a late piece: 1 (no duplicates) to 16. Default 2. */
  readonly requestersMax?: number;
}

/** Pieces with a deadline, soonest first; nothing else. */
export function deadlines({ requestersMax = 2 }: DeadlinesOptions = {}): Behavior<PiecePicker> {
  return (torrent) => ({
    pieceChanged() {
      // Reads the torrent's own list.
    },
    allChanged() {
      // As above.
    },
    pick(peer, room, now, out) {
      let taken = 0;
      for (let i = 0; i < torrent.deadlineCount && taken < room; i++) {
        const piece = torrent.deadlinePiece(i);
        if (torrent.missingBlocks(piece) === 0 || !peer.mayRequest(piece)) continue;
        taken += takeMissing(torrent, piece, room - taken, 'deadline', out);
      }
      for (let i = 0; i < torrent.deadlineCount && taken < room; i++) {
        if (torrent.deadlineAt(i) > now) break;
        const piece = torrent.deadlinePiece(i);
        if (torrent.priority(piece) === 0 || !peer.mayRequest(piece)) continue;
        taken += takeLate(torrent, peer, piece, requestersMax, room - taken, out);
      }
      return taken;
    },
  });
}

/** The same picker, which leaves what has a deadline to `deadlines()` and is none the wiser. */
export function deadlinesFirst(
  picker: Behavior<PiecePicker>,
  options: DeadlinesOptions = {},
): Behavior<PiecePicker> {
  return (torrent, random) => {
    const first = deadlines(options)(torrent, random.fork('deadlines'));
    // Its own stream, untouched: a torrent without deadlines goes as it would without this.
    const rest = picker(torrent, random);
    return {
      pieceChanged(piece) {
        rest.pieceChanged(piece);
      },
      allChanged() {
        rest.allChanged();
      },
      manyCopiesChanged() {
        if (rest.manyCopiesChanged === undefined) rest.allChanged();
        else rest.manyCopiesChanged();
      },
      pick(peer, room, now, out) {
        const taken = torrent.deadlineCount === 0 ? 0 : first.pick(peer, room, now, out);
        return taken < room ? taken + rest.pick(peer, room - taken, now, out) : taken;
      },
    };
  };
}

/** Pushes up to `room` blocks of the piece that fewer than `requestersMax` others are asked for. */
function takeLate(
  torrent: TorrentView,
  peer: PeerView,
  piece: number,
  requestersMax: number,
  room: number,
  out: PickSink,
): number {
  const first = piece * torrent.blocksPerPiece;
  const end = first + torrent.blocksIn(piece);
  let taken = 0;
  for (let block = first; block < end && taken < room; block++) {
    if (torrent.blockState(block) !== 'requested') continue;
    if (torrent.requesters(block) >= requestersMax || peer.asked(block)) continue;
    out.push(block, 'late');
    taken++;
  }
  return taken;
}
