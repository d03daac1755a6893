/**
 * The law of dialing: limits are kept, nobody is dialled in quick succession, everybody is tried in the end, and
 * `wakeAt` names a time at which `nextDial` has something to say. The world dials, fails and connects by seed value.
 */
import type { Millis, Random } from '../../core/index.ts';
import type { Behavior, CandidateView, Dialing } from '../../protocol/index.ts';
import { between, brokenLaws, describeLaws, eachSeed, insist, judgeBy } from './law.ts';
import type { BehaviorLaw, SyncRunner } from './law.ts';
import { ModelTorrent } from './model-torrent.ts';

/** A dialing behavior, and what it claims. */
export interface DialingSubject {
  readonly behavior: Behavior<Dialing>;
  readonly connectionsMax: number;
  readonly diallingMax: number;
  /** Least time between two dials of one address. */
  readonly restMin: Millis;
}

export interface ModelCandidate extends CandidateView {
  failures: number;
  lastTriedAt: Millis;
}

export function candidateAt(
  port: number,
  failures = 0,
  lastTriedAt: Millis = -Infinity,
): ModelCandidate {
  return { address: { host: '10.0.0.1', port }, failures, lastTriedAt, source: 'tracker' };
}

interface Plan {
  readonly random: Random;
  readonly candidates: number;
  /** Of 100 dials, how many fail. */
  readonly failing: number;
}

function drawPlan(random: Random, part: number): Plan {
  const draws = random.fork('plan');
  const candidates = between(draws, 1, 1 + Math.round(30 * part));
  return { random, candidates, failing: draws.below(101) };
}

interface Dial {
  readonly port: number;
  readonly at: Millis;
}

interface World {
  readonly dials: Dial[];
  readonly violations: Set<string>;
  readonly untried: number;
  readonly connected: number;
}

export const dialingLawNames = {
  limits: 'never more connections or half-open ones than its limits',
  rest: 'leaves an address alone for a while after each try',
  wakes: 'wakeAt names a time at which nextDial answers, if nothing else happens',
  all: 'everybody is tried while there is room',
  same: 'the same for the same seed value',
  index: 'answers with an index of the list, or -1',
} as const;
const LAWS = dialingLawNames;

/** Two hours: dials at once and as told by `wakeAt`; each ends after 3 s, failed or connected for a minute. */
function live({ random, candidates, failing }: Plan, subject: DialingSubject): World {
  const torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });
  const dialing = subject.behavior(torrent, random.fork('dialing'));
  const chance = random.fork('chance');
  const idle = Array.from({ length: candidates }, (_, i) => candidateAt(1000 + i));
  let busy: { candidate: ModelCandidate; until: Millis; connected: boolean }[] = [];
  const dials: Dial[] = [];
  const violations = new Set<string>();
  let connections = 0;
  let now = 0;
  while (now < 7_200_000 && !violations.has(LAWS.index)) {
    for (const link of busy.filter(({ until }) => until <= now)) {
      busy = busy.filter((other) => other !== link);
      const { candidate } = link;
      if (!link.connected && chance.below(100) >= failing) {
        connections++;
        candidate.failures = 0;
        busy.push({ candidate, until: now + 60_000, connected: true });
        continue;
      }
      if (!link.connected) candidate.failures++;
      candidate.lastTriedAt = now;
      idle.push(candidate);
    }
    const counts = () => ({
      connected: busy.filter(({ connected }) => connected).length,
      dialling: busy.filter(({ connected }) => !connected).length,
    });
    for (let rounds = 0; rounds < 100; rounds++) {
      const index = dialing.nextDial(idle, counts(), now);
      if (index === -1) break;
      const [candidate] = idle.splice(index, 1);
      if (candidate === undefined || index < 0) {
        violations.add(LAWS.index);
        break;
      }
      if (now - candidate.lastTriedAt < subject.restMin) violations.add(LAWS.rest);
      busy.push({ candidate, until: now + 3000, connected: false });
      dials.push({ port: candidate.address.port, at: now });
      const { connected, dialling } = counts();
      if (dialling > subject.diallingMax) violations.add(LAWS.limits);
      if (connected + dialling > subject.connectionsMax) violations.add(LAWS.limits);
    }
    const wakeAt = dialing.wakeAt(idle, counts(), now);
    if (wakeAt <= now) violations.add(LAWS.wakes);
    if (wakeAt < Infinity && dialing.nextDial(idle, counts(), Math.max(now, wakeAt)) === -1) {
      violations.add(LAWS.wakes);
    }
    const next = Math.min(wakeAt, ...busy.map(({ until }) => until));
    if (next === Infinity) break;
    now = Math.max(next, now + 1);
  }
  const untried = idle.filter(({ lastTriedAt }) => lastTriedAt === -Infinity).length;
  return { dials, violations, untried, connected: connections };
}

const always = (): boolean => true;

function keeps(name: string): BehaviorLaw<DialingSubject> {
  return {
    name,
    binds: always,
    check: (subject) => {
      let dials = 0;
      eachSeed(40, (random, seed, part) => {
        const world = live(drawPlan(random, part), subject);
        dials += world.dials.length;
        insist(!world.violations.has(name), name, () => seed);
      });
      insist(dials > 100, name, () => 'hardly anybody was dialled: nothing was judged');
    },
  };
}

/** The laws of every dialing behavior. */
export const dialingLaws: readonly BehaviorLaw<DialingSubject>[] = [
  keeps(LAWS.limits),
  keeps(LAWS.rest),
  keeps(LAWS.wakes),
  keeps(LAWS.index),
  {
    name: LAWS.all,
    binds: always,
    check: (subject) => {
      eachSeed(40, (random, seed, part) => {
        const { untried } = live({ ...drawPlan(random, part), failing: 100 }, subject);
        insist(untried === 0, LAWS.all, () => `${seed}: ${untried} were never dialled`);
      });
    },
  },
  {
    name: LAWS.same,
    binds: always,
    check: (subject) => {
      eachSeed(20, (random, seed, part) => {
        const [first, second] = [0, 1].map(() =>
          live(drawPlan(random, part), subject)
            .dials.map(({ port, at }) => `${port} ${at}`)
            .join(),
        );
        insist(first === second, LAWS.same, () => seed);
      });
    },
  },
];

/** Throws `LawBroken` unless the behavior keeps every law. */
export function judgeDialing(subject: DialingSubject): void {
  judgeBy(dialingLaws, subject);
}

/** One test per law. */
export function describeDialing(title: string, subject: DialingSubject, runner: SyncRunner): void {
  describeLaws(`${title} (law of dialing)`, dialingLaws, subject, runner);
}

/** The names of the laws that it breaks. */
export function brokenByDialing(subject: DialingSubject): readonly string[] {
  return brokenLaws(dialingLaws, subject);
}
