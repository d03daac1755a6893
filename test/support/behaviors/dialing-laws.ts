/**
 * The law of dialing: limits are kept, nobody is dialled in quick succession, everybody is tried in the end, and
 * `wakeAt` names a time at which `nextDial` has something to say. The world dials, fails and connects by seed value.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createRandom } from '../../../src/core/index.ts';
import type { Millis } from '../../../src/core/index.ts';
import type { Behavior, CandidateView, Dialing } from '../../../src/protocol/index.ts';
import { describeLaws } from './law.ts';
import type { Law } from './law.ts';
import { ModelTorrent } from './model-torrent.ts';

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

const plan = fc.record({
  seed: fc.integer(),
  candidates: fc.integer({ min: 1, max: 30 }),
  /** Of 100 dials, how many fail. */
  failing: fc.integer({ min: 0, max: 100 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

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
function live({ seed, candidates, failing }: Plan, subject: DialingSubject): World {
  const random = createRandom(seed);
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

function keeps(name: string): Law<DialingSubject> {
  return {
    name,
    check: (subject) => {
      let dials = 0;
      fc.assert(
        fc.property(plan, (given) => {
          const world = live(given, subject);
          dials += world.dials.length;
          assert.ok(!world.violations.has(name), name);
        }),
        { numRuns: 50 },
      );
      assert.ok(dials > 100, 'hardly anybody was dialled: nothing was judged');
    },
  };
}

export const dialingLawList: readonly Law<DialingSubject>[] = [
  keeps(LAWS.limits),
  keeps(LAWS.rest),
  keeps(LAWS.wakes),
  keeps(LAWS.index),
  {
    name: LAWS.all,
    check: (subject) => {
      fc.assert(
        fc.property(plan, (given) => {
          assert.equal(live({ ...given, failing: 100 }, subject).untried, 0);
        }),
        { numRuns: 50 },
      );
    },
  },
  {
    name: LAWS.same,
    check: (subject) => {
      fc.assert(
        fc.property(plan, (given) => {
          assert.deepEqual(live(given, subject).dials, live(given, subject).dials);
        }),
        { numRuns: 20 },
      );
    },
  },
];

/** Makes the tests of all laws for one dialing behavior. */
export function dialingLaws(name: string, subject: DialingSubject): void {
  describeLaws(`${name} (law of dialing)`, dialingLawList, subject);
}
