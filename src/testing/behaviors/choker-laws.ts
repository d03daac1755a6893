/**
 * The law of chokers: anybody's choker is judged by the same.
 *
 * A crowd of model peers lives for some minutes of made-up time: peers come and go, gain and lose interest, change
 * their rates, are snubbed, become seeds. The choker is called at its interval and now and then between, as the
 * machine does when a slot is free, and what it says is carried out and judged. Each subject lives through it once for
 * all laws that look at single choices.
 */
import { createRandom } from '../../core/index.ts';
import type { Random } from '../../core/index.ts';
import { chokerLawNames as LAWS } from './choker-subject.ts';
import type { ChokerSubject } from './choker-subject.ts';
import { Crowd } from './crowd.ts';
import { between, brokenLaws, describeLaws, eachSeed, insist, judgeBy } from './law.ts';
import type { BehaviorLaw, SyncRunner } from './law.ts';

const LIVES = 100;

/** Four minutes. Of 100 seconds, up to 80 change something about somebody. */
function live(random: Random, part: number, subject: ChokerSubject): Crowd {
  const events = random.fork('events');
  const unrest = events.below(81);
  const crowd = new Crowd(subject, events.below(6), random.fork('choker'));
  for (let i = between(events, 1, 2 + Math.round(10 * part)); i > 0; i--) crowd.join();
  for (let second = 0; second < 240; second++) {
    crowd.now = second * 1000;
    if (events.below(100) < unrest) disturb(crowd, events);
    if (crowd.now % crowd.interval === 0 || events.below(8) === 0) crowd.rechoke();
    crowd.serve(2);
  }
  return crowd;
}

function disturb(crowd: Crowd, events: Random): void {
  const peer = crowd.peers[events.below(Math.max(1, crowd.peers.length))];
  const kind = events.below(13);
  if (kind === 0 || peer === undefined) crowd.join();
  else if (kind === 1) crowd.leave(peer);
  else if (kind === 2) crowd.slots = Math.max(0, crowd.slots - 1 + events.below(3));
  else if (kind === 3) peer.pieces[0] = events.below(4) === 0;
  else if (kind < 6) peer.snubbed = !peer.snubbed;
  else if (kind < 8) peer.peerInterested = !peer.peerInterested;
  else if (kind < 10) peer.downloaded += events.below(4) * 100_000;
  else peer.rateDown = events.below(4) * 10_000;
}

interface Seen {
  readonly flips: number;
  /** Law, and the first life that broke it. */
  readonly broken: ReadonlyMap<string, string>;
}

const seenOf = new WeakMap<ChokerSubject, Seen>();

function seen(subject: ChokerSubject): Seen {
  const known = seenOf.get(subject);
  if (known !== undefined) return known;
  const broken = new Map<string, string>();
  let flips = 0;
  eachSeed(LIVES, (random, name, part) => {
    const crowd = live(random, part, subject);
    flips += crowd.flips;
    for (const [law, what] of crowd.violations) {
      if (!broken.has(law)) broken.set(law, `${name}, ${what}`);
    }
  });
  const found = { flips, broken };
  seenOf.set(subject, found);
  return found;
}

const always = (): boolean => true;

/** `moves`: it can only be judged where somebody was choked or unchoked. */
function keeps(name: string, moves: boolean): BehaviorLaw<ChokerSubject> {
  return {
    name,
    binds: always,
    check: (subject) => {
      const { flips, broken } = seen(subject);
      insist(!broken.has(name), name, () => broken.get(name)!);
      insist(
        !moves || flips > 100,
        name,
        () => 'nobody was choked or unchoked: nothing was judged',
      );
    },
  };
}

const same: BehaviorLaw<ChokerSubject> = {
  name: LAWS.same,
  binds: always,
  check: (subject) => {
    eachSeed(30, (random, name, part) => {
      const [first, second] = [0, 1].map(() => {
        const { said, peers } = live(random, part, subject);
        const words = said.map(({ conn, reason }) => `${conn} ${reason}`);
        return [...words, ...peers.map(({ uploaded }) => uploaded)].join();
      });
      insist(first === second, LAWS.same, () => name);
    });
  },
};

/** One peer, one slot, two minutes. */
const alone: BehaviorLaw<ChokerSubject> = {
  name: LAWS.live,
  binds: (subject) => subject.fair !== false,
  check: (subject) => {
    const crowd = new Crowd(subject, 1, createRandom(1));
    const peer = crowd.join();
    for (; crowd.now < 120_000; crowd.now += 10_000) crowd.rechoke();
    insist(!peer.amChoking, LAWS.live, () => 'it is choked after two minutes');
    insist(crowd.serve(1) === 1, LAWS.live, () => 'it is unchoked and not served');
  },
};

/** Twelve peers, three of them fast, two slots; a slot within a bound that a lottery of two misses hardly ever. */
const starvation: BehaviorLaw<ChokerSubject> = {
  name: LAWS.starvation,
  binds: (subject) => subject.fair !== false,
  check: (subject) => {
    for (let seed = 1; seed <= 5; seed++) {
      const crowd = new Crowd(subject, 2, createRandom(seed));
      for (let i = 0; i < 12; i++) crowd.join().rateDown = i < 3 ? 100_000 : 0;
      for (; crowd.now < 3_600_000; crowd.now += 10_000) {
        crowd.rechoke();
        crowd.serve(10);
        for (const peer of crowd.peers) peer.downloaded += peer.rateDown * 10;
      }
      const starved = crowd.peers.find((peer) => peer.unchokedAt === -Infinity);
      insist(starved === undefined, LAWS.starvation, () => {
        return `seed value ${seed}: connection ${starved!.conn} never got a slot in an hour`;
      });
    }
  },
};

/** The laws of every choker; the last two bind those that claim to be fair. */
export const chokerLaws: readonly BehaviorLaw<ChokerSubject>[] = [
  keeps(LAWS.slots, false),
  keeps(LAWS.interested, false),
  keeps(LAWS.flips, false),
  keeps(LAWS.reason, false),
  keeps(LAWS.serves, false),
  same,
  alone,
  starvation,
];

/** Throws `LawBroken` unless the choker keeps every law that binds it. */
export function judgeChoker(subject: ChokerSubject): void {
  judgeBy(chokerLaws, subject);
}

/** One test per law that binds the choker. */
export function describeChoker(title: string, subject: ChokerSubject, runner: SyncRunner): void {
  describeLaws(`${title} (law of chokers)`, chokerLaws, subject, runner);
}

/** The names of the laws that bind the choker and that it breaks. */
export function brokenByChoker(subject: ChokerSubject): readonly string[] {
  return brokenLaws(
    chokerLaws.filter((law) => law.binds(subject)),
    subject,
  );
}
