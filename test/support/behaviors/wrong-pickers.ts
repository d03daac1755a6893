/** Pickers that are wrong on purpose, one law each: they show that the law suite can fail. */
import type { Behavior, PiecePicker, TorrentView } from '../../../src/protocol/index.ts';
import type { PickSink, PeerView } from '../../../src/protocol/index.ts';

type Pick = (torrent: TorrentView, peer: PeerView, room: number, out: PickSink) => number;

function picker(pick: Pick): Behavior<PiecePicker> {
  return (torrent) => ({
    pieceChanged: () => undefined,
    allChanged: () => undefined,
    pick: (peer, room, _now, out) => pick(torrent, peer, room, out),
  });
}

/** Offers every block that `want` likes to the sink, piece by piece, within the room. */
function scan(
  torrent: TorrentView,
  room: number,
  want: (piece: number, block: number) => boolean,
  push: (block: number) => void,
): number {
  let taken = 0;
  for (let piece = 0; piece < torrent.pieceCount; piece++) {
    for (let i = 0; i < torrent.blocksIn(piece) && taken < room; i++) {
      const block = piece * torrent.blocksPerPiece + i;
      if (!want(piece, block)) continue;
      push(block);
      taken++;
    }
  }
  return taken;
}

const isOpen = (torrent: TorrentView, peer: PeerView, piece: number, block: number): boolean =>
  torrent.priority(piece) > 0 && peer.mayRequest(piece) && torrent.blockState(block) === 'missing';

/** Right, and slow: what the others are wrong against. */
export const naive: Behavior<PiecePicker> = picker((torrent, peer, room, out) =>
  scan(
    torrent,
    room,
    (piece, block) => isOpen(torrent, peer, piece, block),
    (block) => out.push(block, 'naive'),
  ),
);

export const ignoresHaves: Behavior<PiecePicker> = picker((torrent, _peer, room, out) =>
  scan(
    torrent,
    room,
    (_piece, block) => torrent.blockState(block) === 'missing',
    (block) => out.push(block, 'anything'),
  ),
);

export const asksForHeld: Behavior<PiecePicker> = picker((torrent, peer, room, out) =>
  scan(
    torrent,
    room,
    (piece) => torrent.priority(piece) > 0 && peer.mayRequest(piece),
    (block) => out.push(block, 'again'),
  ),
);

export const doubles: Behavior<PiecePicker> = picker((torrent, peer, room, out) =>
  scan(
    torrent,
    room,
    (piece, block) =>
      isOpen(torrent, peer, piece, block) ||
      (torrent.priority(piece) > 0 &&
        peer.mayRequest(piece) &&
        torrent.blockState(block) === 'requested' &&
        !peer.asked(block)),
    (block) => out.push(block, 'always endgame'),
  ),
);

export const overflows: Behavior<PiecePicker> = picker((torrent, peer, room, out) =>
  scan(
    torrent,
    room + 1,
    (piece, block) => isOpen(torrent, peer, piece, block),
    (block) => out.push(block, 'one more'),
  ),
);

export const miscounts: Behavior<PiecePicker> = (torrent, random) => {
  const inside = naive(torrent, random);
  return { ...inside, pick: (...args) => inside.pick(...args) + 1 };
};

export const forgetsLast: Behavior<PiecePicker> = picker((torrent, peer, room, out) =>
  scan(
    torrent,
    room,
    (piece, block) => piece !== torrent.pieceCount - 1 && isOpen(torrent, peer, piece, block),
    (block) => out.push(block, 'not the last'),
  ),
);

export const silent: Behavior<PiecePicker> = picker((torrent, peer, room, out) =>
  scan(
    torrent,
    room,
    (piece, block) => isOpen(torrent, peer, piece, block),
    (block) => out.push(block, ''),
  ),
);

/** Right, and looks at every piece for every change. */
export const sorts: Behavior<PiecePicker> = (torrent, random) => ({
  ...naive(torrent, random),
  pieceChanged: () => {
    for (let piece = 0; piece < torrent.pieceCount; piece++) torrent.availability(piece);
  },
});

/** Remembers across instances, as hidden randomness would. */
export function moody(): Behavior<PiecePicker> {
  let mood = 0;
  return (torrent, random) => {
    const inside = naive(torrent, random);
    return {
      ...inside,
      pick: (peer, room, now, out) =>
        inside.pick(peer, room, now, { push: (block) => out.push(block, `mood ${mood++}`) }),
    };
  };
}
