/**
 * The law of disclosure: nothing is told that is not so, nobody is told twice, and in the end everybody who stays gets
 * everything, whether peers give to each other or keep what they have.
 *
 * Peers come, get pieces, go and say what they have by seed value; we begin with nothing, a part, or all. The costs are
 * counted in questions about two torrents of different size, for the same changes.
 */
import { createRandom } from '../../core/index.ts';
import type { Millis, Random } from '../../core/index.ts';
import { DisclosurePlay } from './disclosure-play.ts';
import { disclosureLawNames as LAWS } from './disclosure-subject.ts';
import type { DisclosureSubject } from './disclosure-subject.ts';
import { between, brokenLaws, describeLaws, eachSeed, insist, judgeBy } from './law.ts';
import type { BehaviorLaw, SyncRunner } from './law.ts';
import type { ModelPeer } from './model-torrent.ts';

const PLAYS = 200;
/** Pieces of the two torrents on which costs are compared. */
const FEW = 300;
const MANY = 4800;
/** Of many pieces it may ask so many times what it asks of few, and no more: 16 times would be a question per piece. */
const COST_RATIO_MAX = 4;
/** By then everybody must have everything: a week, when no strategy waits longer than an hour for anybody. */
const PATIENCE: Millis = 604_800_000;

const some = (random: Random, pieceCount: number, of: number): boolean[] =>
  Array.from({ length: pieceCount }, () => random.below(of) === 0);

const none = (pieceCount: number): boolean[] => new Array<boolean>(pieceCount).fill(false);

/** Drawn events in a small torrent. */
function live(subject: DisclosureSubject, random: Random, part: number): DisclosurePlay {
  const draws = random.fork('plan');
  const pieceCount = between(draws, 1, 12);
  const play = new DisclosurePlay(subject, pieceCount, random.fork('disclosure'));
  const held = draws.below(3);
  for (let piece = 0; piece < pieceCount; piece++) {
    if (held === 2 || (held === 1 && draws.below(2) === 0)) play.verify(piece);
  }
  for (let step = between(draws, 5, 10 + Math.round(80 * part)); step > 0; step--) {
    const peer = play.peers[draws.below(Math.max(1, play.peers.length))];
    const piece = draws.below(pieceCount);
    const kind = draws.below(10);
    if (kind < 2 || peer === undefined) {
      const has = some(draws, pieceCount, 2 + draws.below(4));
      const pieces = draws.below(3) === 0 ? none(pieceCount) : has;
      play.join(pieces, { speaks: draws.below(4) > 0, quiet: draws.below(3) === 0 });
    } else if (kind < 5) take(play, peer);
    else if (kind === 5) play.get(peer, piece);
    else if (kind === 6) play.verify(piece);
    else if (kind === 7) play.leave(peer);
    else play.wait(1000 * (1 + draws.below(90)));
  }
  return play;
}

/** The peer gets the next piece that it was told of. Returns whether there was one. */
function take(play: DisclosurePlay, peer: ModelPeer): boolean {
  const piece = play.wantedOf(peer);
  if (piece >= 0) play.get(peer, piece);
  return piece >= 0;
}

function keeps(name: string): BehaviorLaw<DisclosureSubject> {
  return {
    name,
    binds: () => true,
    check: (subject) => {
      let events = 0;
      eachSeed(PLAYS, (random, seed, part) => {
        const play = live(subject, random, part);
        events += play.peers.length;
        insist(!play.violations.has(name), name, () => `${seed}, ${play.violations.get(name)!}`);
      });
      insist(events > 0, name, () => 'no peer stayed: nothing was judged');
    },
  };
}

const same: BehaviorLaw<DisclosureSubject> = {
  name: LAWS.same,
  binds: () => true,
  check: (subject) => {
    eachSeed(60, (random, seed, part) => {
      const [first, second] = [0, 1].map(() => live(subject, random, part).told.join());
      insist(first === second, LAWS.same, () => seed);
    });
  },
};

/** Peers take what they are told of, and of each other where they share, until all have all or nothing moves any more. */
function finish(play: DisclosurePlay, shares: boolean): boolean {
  const lacks = (): boolean => play.peers.some((peer) => !play.isDone(peer));
  while (lacks() && play.now < PATIENCE) {
    let moved = false;
    for (const peer of play.peers) {
      moved = take(play, peer) || moved;
      if (!shares) continue;
      const piece = newsFor(play, peer);
      if (piece < 0) continue;
      play.get(peer, piece);
      moved = true;
    }
    if (moved) play.wait(100);
    else if (play.wakeAt === Infinity) return false;
    else play.wait(Math.max(100, play.wakeAt - play.now));
  }
  return !lacks();
}

/** A piece that the peer can have of another; -1: there is none. */
function newsFor(play: DisclosurePlay, peer: ModelPeer): number {
  for (let piece = 0; piece < play.torrent.pieceCount; piece++) {
    if (!play.owns(peer, piece) && play.peers.some((other) => play.owns(other, piece)))
      return piece;
  }
  return -1;
}

const finishes: BehaviorLaw<DisclosureSubject> = {
  name: LAWS.finishes,
  binds: () => true,
  check: (subject) => {
    eachSeed(90, (random, seed, part) => {
      const play = live(subject, random, part);
      if (play.peers.length === 0) play.join(none(play.torrent.pieceCount));
      for (let piece = 0; piece < play.torrent.pieceCount; piece++) play.verify(piece);
      const shares = random.below(2) === 0;
      insist(finish(play, shares), LAWS.finishes, () => {
        const left = play.peers.find((peer) => !play.isDone(peer))!;
        const how = shares ? 'who give to each other' : 'who give nothing to each other';
        return `${seed}: connection ${left.conn} has ${left.haveCount} of ${left.pieces.length}, among ${play.peers.length} ${how}`;
      });
    });
  },
};

const changes: BehaviorLaw<DisclosureSubject> = {
  name: LAWS.changes,
  binds: () => true,
  check: (subject) => {
    const few = questions(subject, FEW);
    const many = questions(subject, MANY);
    insist(many <= few * COST_RATIO_MAX, LAWS.changes, () => {
      return `${few} questions about ${FEW} pieces, ${many} about ${MANY}, for the same changes`;
    });
  },
};

/** What it asks about a complete torrent of so many pieces while three peers get 40 of them. */
function questions(subject: DisclosureSubject, pieceCount: number): number {
  const random = createRandom(1);
  const play = new DisclosurePlay(subject, pieceCount, random.fork('disclosure'));
  for (let piece = 0; piece < pieceCount; piece++) play.verify(piece);
  const peers = [0, 1, 2].map(() => play.join(none(pieceCount)));
  const count = (): number =>
    peers.reduce((sum, peer) => sum + peer.questions, play.torrent.questions);
  const before = count();
  for (let i = 0; i < 40; i++) {
    const peer = peers[i % peers.length]!;
    const piece = [...peer.told].find((each) => !peer.has(each)) ?? random.below(FEW);
    for (const each of i % 2 === 0 ? [peer] : peers) play.get(each, piece);
    play.wait(1000);
  }
  return count() - before + 1;
}

/** The laws of every disclosure. */
export const disclosureLaws: readonly BehaviorLaw<DisclosureSubject>[] = [
  keeps(LAWS.held),
  keeps(LAWS.there),
  keeps(LAWS.once),
  keeps(LAWS.wakes),
  same,
  finishes,
  changes,
];

/** Throws `LawBroken` unless the disclosure keeps every law. */
export function judgeDisclosure(subject: DisclosureSubject): void {
  judgeBy(disclosureLaws, subject);
}

/** One test per law. */
export function describeDisclosure(
  title: string,
  subject: DisclosureSubject,
  runner: SyncRunner,
): void {
  describeLaws(`${title} (law of disclosure)`, disclosureLaws, subject, runner);
}

/** The names of the laws that the disclosure breaks. */
export function brokenByDisclosure(subject: DisclosureSubject): readonly string[] {
  return brokenLaws(disclosureLaws, subject);
}
