/**
 * The law of pickers: anybody's picker is judged by the same.
 *
 * Plans (small torrents, drawn events) are played against the picker in the naive model, and every pick is judged at the
 * moment of its push. A push that breaks a law is noted and not carried out, so one play shows all that was broken. Each
 * subject is played once for all laws that look at single picks.
 */
import { createRandom } from '../../core/index.ts';
import { brokenLaws, describeLaws, eachSeed, insist, judgeBy } from './law.ts';
import type { BehaviorLaw, SyncRunner } from './law.ts';
import { ModelPeer, ModelTorrent } from './model-torrent.ts';
import { PickerPlay } from './picker-play.ts';
import { pickerLawNames } from './picker-subject.ts';
import type { PickerSubject } from './picker-subject.ts';
import { drawPlan } from './swarm-plan.ts';

const LAWS = pickerLawNames;

const PLAYS = 300;
/** Pieces of the two torrents on which costs are compared. */
const FEW = 100;
const MANY = 1600;
/** Of many pieces it may ask so many times what it asks of few, and no more: 16 times would be a question per piece. */
const COST_RATIO_MAX = 4;

interface Seen {
  readonly picks: number;
  /** Law, and the first play that broke it. */
  readonly broken: ReadonlyMap<string, string>;
}

const seenOf = new WeakMap<PickerSubject, Seen>();

function seen(subject: PickerSubject): Seen {
  const known = seenOf.get(subject);
  if (known !== undefined) return known;
  const broken = new Map<string, string>();
  let picks = 0;
  eachSeed(PLAYS, (random, name, part) => {
    const play = new PickerPlay(drawPlan(random, part), subject);
    picks += play.picks.length;
    for (const [law, what] of play.violations) {
      if (!broken.has(law)) broken.set(law, `${name}: ${what}`);
    }
  });
  const found = { picks, broken };
  seenOf.set(subject, found);
  return found;
}

/** Every pick of every plan keeps this law. */
function keeps(
  name: string,
  binds: BehaviorLaw<PickerSubject>['binds'],
): BehaviorLaw<PickerSubject> {
  return {
    name,
    binds,
    check: (subject) => {
      const { picks, broken } = seen(subject);
      insist(!broken.has(name), name, () => broken.get(name)!);
      insist(picks > 0, name, () => 'no plan led to a pick: nothing was judged');
    },
  };
}

const always = (): boolean => true;
const everything = (subject: PickerSubject): boolean => subject.covers === undefined;

const same: BehaviorLaw<PickerSubject> = {
  name: LAWS.same,
  binds: always,
  check: (subject) => {
    eachSeed(60, (random, name, part) => {
      const [first, second] = [0, 1].map(() => {
        const { picks } = new PickerPlay(drawPlan(random, part), subject);
        return picks.map(({ block, reason }) => `${block} ${reason}`).join();
      });
      insist(first === second, LAWS.same, () => name);
    });
  },
};

const finishes: BehaviorLaw<PickerSubject> = {
  name: LAWS.finishes,
  binds: everything,
  check: (subject) => {
    eachSeed(100, (random, name, part) => {
      const play = new PickerPlay(drawPlan(random, part), subject);
      insist(play.finish(), LAWS.finishes, () => `${name}: the torrent never became complete`);
    });
  },
};

const changes: BehaviorLaw<PickerSubject> = {
  name: LAWS.changes,
  binds: everything,
  check: (subject) => {
    const few = questions(subject, FEW);
    const many = questions(subject, MANY);
    insist(many <= few * COST_RATIO_MAX, LAWS.changes, () => {
      return `${few} questions about ${FEW} pieces, ${many} about ${MANY}, for the same changes`;
    });
  },
};

/** What it asks about a torrent of so many pieces while 40 of them come from a seed and leeches tell of 40 more. */
function questions(subject: PickerSubject, pieceCount: number): number {
  const torrent = new ModelTorrent({ pieceCount, blocksPerPiece: 1, lastBlocks: 1 });
  const random = createRandom(1);
  torrent.picker = subject.behavior(torrent, random.fork('picker'));
  const seed = new ModelPeer(2, new Array<boolean>(pieceCount).fill(true));
  const leech = new ModelPeer(4, new Array<boolean>(pieceCount).fill(false));
  torrent.addPeer(seed);
  torrent.addPeer(leech);
  const pick = (): void => {
    torrent.picker!.pick(seed, 1, 0, { push: (block) => torrent.reserve(seed, block) });
  };
  pick(); // what is made at first use is not counted
  torrent.questions = 0;
  seed.questions = 0;
  for (let i = 0; i < 40; i++) {
    torrent.have(leech, random.below(FEW));
    pick();
    const block = [...seed.requests][0];
    if (block === undefined) continue;
    torrent.receive(block);
    torrent.settle(block, true);
  }
  return torrent.questions + seed.questions;
}

/** The laws of every picker; those that not every picker claims bind only those that do. */
export const pickerLaws: readonly BehaviorLaw<PickerSubject>[] = [
  keeps(LAWS.allowed, always),
  keeps(LAWS.held, always),
  keeps(LAWS.double, always),
  keeps(LAWS.room, always),
  keeps(LAWS.live, always),
  keeps(LAWS.reason, always),
  keeps(LAWS.ordered, (subject) => subject.ordered === true),
  same,
  finishes,
  changes,
];

/** Throws `LawBroken` unless the picker keeps every law that binds it. */
export function judgePicker(subject: PickerSubject): void {
  judgeBy(pickerLaws, subject);
}

/** One test per law that binds the picker. */
export function describePicker(title: string, subject: PickerSubject, runner: SyncRunner): void {
  describeLaws(`${title} (law of pickers)`, pickerLaws, subject, runner);
}

/** The names of the laws that bind the picker and that it breaks. */
export function brokenByPicker(subject: PickerSubject): readonly string[] {
  return brokenLaws(
    pickerLaws.filter((law) => law.binds(subject)),
    subject,
  );
}
