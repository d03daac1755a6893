/** Disclosures that are wrong on purpose, one law each: they show that the law suite can fail. */
import type {
  Behavior,
  Disclosure,
  DisclosureEvent,
  PeerView,
  TorrentView,
} from '../../../src/protocol/index.ts';

type Reveal = (
  event: DisclosureEvent,
  tell: (peer: PeerView, piece: number) => void,
  peers: ReadonlySet<PeerView>,
) => void;

/** Shows everything at first, as far as `shows` likes it, and then what `reveal` says. */
function disclosure(
  shows: (torrent: TorrentView, piece: number) => boolean,
  reveal: (torrent: TorrentView) => Reveal,
): Behavior<Disclosure> {
  return (torrent) => {
    const peers = new Set<PeerView>();
    const more = reveal(torrent);
    return {
      open(peer, _now, out) {
        peers.add(peer);
        for (let piece = 0; piece < torrent.pieceCount; piece++) {
          if (shows(torrent, piece)) out.push(piece);
        }
      },
      reveal(event, _now, out) {
        if (event.type === 'left') peers.delete(event.peer);
        const tell = (peer: PeerView, piece: number): void => {
          out.push(peer.conn, piece);
        };
        more(event, tell, peers);
      },
      wakeAt: Infinity,
    };
  };
}

const held = (torrent: TorrentView, piece: number): boolean => torrent.has(piece);

const news: Reveal = (event, tell, peers) => {
  if (event.type !== 'verified') return;
  for (const peer of peers) if (!peer.has(event.piece)) tell(peer, event.piece);
};

/** Right: what the others are wrong against. */
export const frank: Behavior<Disclosure> = disclosure(held, () => news);

export const boastful: Behavior<Disclosure> = disclosure(
  () => true,
  () => news,
);

export const forgetful: Behavior<Disclosure> = disclosure(held, () => (event, tell, peers) => {
  news(event, tell, peers);
  if (event.type === 'has') tell(event.peer, event.piece);
});

/** Tells those who have left. */
export const haunted: Behavior<Disclosure> = disclosure(held, (torrent) => (event, tell, peers) => {
  news(event, tell, peers);
  if (event.type === 'left' && torrent.has(0) && !event.peer.has(0)) tell(event.peer, 0);
});

/** Keeps the last piece for itself. */
export const greedy: Behavior<Disclosure> = disclosure(
  (torrent, piece) => piece < torrent.pieceCount - 1 && torrent.has(piece),
  (torrent) => (event, tell, peers) => {
    if (event.type === 'verified' && event.piece === torrent.pieceCount - 1) return;
    news(event, tell, peers);
  },
);

/** Looks at every piece for every change. */
export const scans: Behavior<Disclosure> = disclosure(held, (torrent) => (event, tell, peers) => {
  news(event, tell, peers);
  for (let piece = 0; piece < torrent.pieceCount; piece++) torrent.availability(piece);
});

/** Wants to be asked again at once. */
export const restless: Behavior<Disclosure> = (torrent, random) => ({
  ...frank(torrent, random),
  wakeAt: 0,
});

/** Remembers across instances, as hidden randomness would. */
export function moody(): Behavior<Disclosure> {
  let mood = 0;
  return disclosure(
    (torrent, piece) => mood++ % 3 > 0 && torrent.has(piece),
    () => news,
  );
}
