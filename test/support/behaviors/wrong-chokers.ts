/** Chokers that are wrong on purpose, one law each: they show that the law suite can fail. */
import type { Random } from '../../../src/core/index.ts';
import type { Behavior, Choker, PeerView } from '../../../src/protocol/index.ts';

type Choose = (peers: readonly PeerView[], slots: number, random: Random) => readonly PeerView[];

function choker(choose: Choose, reason = 'because'): Behavior<Choker> {
  return (_torrent, random) => ({
    interval: 10_000,
    rechoke(peers, slots, _now, out) {
      for (const { conn } of choose(peers, slots, random)) out.push({ conn, reason });
    },
  });
}

const wanting = (peers: readonly PeerView[]): PeerView[] =>
  peers.filter((peer) => peer.peerInterested && !peer.isSeed);

export const generous: Behavior<Choker> = choker((peers) => wanting(peers));

export const blind: Behavior<Choker> = choker((peers, slots) => peers.slice(0, slots));

/** A new lottery at every call. */
export const nervous: Behavior<Choker> = choker((peers, slots, random) => {
  const order = random.shuffle(wanting(peers).map((_, i) => i));
  return order.slice(0, slots).map((i) => wanting(peers)[i]!);
});

export const silent: Behavior<Choker> = choker(
  (peers, slots) => wanting(peers).slice(0, slots),
  '',
);

/** First come, first served, for ever. */
export const loyal: Behavior<Choker> = choker((peers, slots) => wanting(peers).slice(0, slots));

/** Remembers across instances, as hidden randomness would. */
export function moody(): Behavior<Choker> {
  let mood = 0;
  return choker((peers) => (mood++ % 7 === 0 ? [] : wanting(peers).slice(0, 1)));
}

/** Never unchokes anybody. */
export const mean: Behavior<Choker> = choker(() => []);

const serving =
  (next: (waiting: readonly PeerView[], random: Random) => number): Behavior<Choker> =>
  (torrent, random) => ({
    ...loyal(torrent, random),
    nextServed: (waiting) => next(waiting, random),
  });

/** Serves one who does not wait. */
export const astray: Behavior<Choker> = serving((waiting) => waiting.length);

/** Changes its mind whenever it is asked. */
export const fickle: Behavior<Choker> = serving((waiting, random) => random.below(waiting.length));

/** Unchokes, and sends nothing. */
export const stingy: Behavior<Choker> = serving(() => -1);
