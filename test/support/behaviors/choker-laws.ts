/**
 * The law of chokers. `chokerLaws` makes its tests for one choker; anybody's choker is judged by the same law.
 *
 * A crowd of model peers lives for some minutes of made-up time: peers come and go, gain and lose interest, change
 * their rates, are snubbed, become seeds. The choker is called at its interval and now and then between, as the
 * machine does when a slot is free, and what it says is carried out and judged.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createRandom } from '../../../src/core/index.ts';
import type { Millis, Random } from '../../../src/core/index.ts';
import type { Behavior, Choker, Unchoke } from '../../../src/protocol/index.ts';
import { describeLaws } from './law.ts';
import type { Law } from './law.ts';
import { ModelPeer, ModelTorrent } from './model-torrent.ts';

export interface ChokerSubject {
  readonly behavior: Behavior<Choker>;
  /** Whether the torrent is complete: a seed's choker is judged on a seed. */
  readonly complete: boolean;
  /** Every peer that stays interested gets a slot in time, though it sends nothing and others do. */
  readonly fair: boolean;
}

export interface CrowdPlan {
  readonly seed: number;
  readonly slots: number;
  readonly peers: number;
  /** Of 100 steps of one second, how many change something about somebody. */
  readonly unrest: number;
}

export const crowdPlan: fc.Arbitrary<CrowdPlan> = fc.record({
  seed: fc.integer(),
  slots: fc.integer({ min: 0, max: 5 }),
  peers: fc.integer({ min: 1, max: 12 }),
  unrest: fc.integer({ min: 0, max: 80 }),
});

const LAWS = {
  slots: 'never more unchoked than there are slots',
  interested: 'never a peer that is not interested, or a seed, or not there, or one twice',
  flips: 'no flip within 10 s, but for lost interest or fewer slots (I-17)',
  reason: 'gives a reason with each unchoke',
  steady: 'says the same for the same seed value',
  starvation: 'everybody who stays interested gets a slot in time (I-18)',
} as const;

const HOLD: Millis = 10_000;

/** Peers, their choker, and the time. */
export class Crowd {
  readonly torrent: ModelTorrent;
  readonly peers: ModelPeer[] = [];
  readonly violations: Set<string> = new Set<string>();
  readonly said: Unchoke[] = [];
  /** Unchokes and chokes carried out. */
  flips = 0;
  slots: number;
  now: Millis = 0;
  readonly #choker: Choker;
  readonly #flippedAt = new Map<ModelPeer, Millis>();
  #nextConn = 0;
  #slotsBefore: number;

  constructor(subject: ChokerSubject, slots: number, random: Random) {
    this.torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });
    if (subject.complete) this.torrent.settle(0, true);
    this.slots = slots;
    this.#slotsBefore = slots;
    this.#choker = subject.behavior(this.torrent, random);
  }

  join(): ModelPeer {
    const peer = new ModelPeer((this.#nextConn += 2), [false]);
    peer.connectedAt = this.now;
    this.peers.push(peer);
    return peer;
  }

  leave(peer: ModelPeer): void {
    this.peers.splice(this.peers.indexOf(peer), 1);
  }

  get interval(): Millis {
    return this.#choker.interval;
  }

  rechoke(): void {
    const out: Unchoke[] = [];
    this.#choker.rechoke([...this.peers], this.slots, this.now, out);
    this.said.push(...out);
    const chosen = new Set<ModelPeer>();
    if (out.length > this.slots) this.violations.add(LAWS.slots);
    for (const { conn, reason } of out) {
      const peer = this.peers.find((candidate) => candidate.conn === conn);
      if (reason === '') this.violations.add(LAWS.reason);
      if (peer === undefined || chosen.has(peer) || !peer.peerInterested || peer.isSeed) {
        this.violations.add(LAWS.interested);
      }
      if (peer !== undefined) chosen.add(peer);
    }
    for (const peer of this.peers) this.#carryOut(peer, chosen.has(peer));
    this.#slotsBefore = this.slots;
  }

  #carryOut(peer: ModelPeer, unchoke: boolean): void {
    if (peer.amChoking !== unchoke) return;
    const wanted = peer.peerInterested && !peer.isSeed;
    const since = this.now - (this.#flippedAt.get(peer) ?? -Infinity);
    const excused = !unchoke && (!wanted || this.slots < this.#slotsBefore);
    if (since < HOLD && !excused) this.violations.add(LAWS.flips);
    // Interest that came back after a choke for its loss may be answered at once.
    if (excused) this.#flippedAt.delete(peer);
    else this.#flippedAt.set(peer, this.now);
    this.flips++;
    peer.amChoking = !unchoke;
    if (unchoke) peer.unchokedAt = this.now;
  }
}

function live(plan: CrowdPlan, subject: ChokerSubject): Crowd {
  const random = createRandom(plan.seed);
  const events = random.fork('events');
  const crowd = new Crowd(subject, plan.slots, random.fork('choker'));
  for (let i = 0; i < plan.peers; i++) crowd.join();
  for (let second = 0; second < 240; second++) {
    crowd.now = second * 1000;
    if (events.below(100) < plan.unrest) disturb(crowd, events);
    if (crowd.now % crowd.interval === 0 || events.below(8) === 0) crowd.rechoke();
  }
  return crowd;
}

function disturb(crowd: Crowd, events: Random): void {
  const peer = crowd.peers[events.below(Math.max(1, crowd.peers.length))];
  const kind = events.below(12);
  if (kind === 0 || peer === undefined) crowd.join();
  else if (kind === 1) crowd.leave(peer);
  else if (kind === 2) crowd.slots = Math.max(0, crowd.slots - 1 + events.below(3));
  else if (kind === 3) peer.pieces[0] = events.below(4) === 0;
  else if (kind < 6) peer.snubbed = !peer.snubbed;
  else if (kind < 8) peer.peerInterested = !peer.peerInterested;
  else peer.rateDown = events.below(4) * 10_000;
}

function keeps(name: string): Law<ChokerSubject> {
  return {
    name,
    check: (subject) => {
      let flips = 0;
      fc.assert(
        fc.property(crowdPlan, (plan) => {
          const crowd = live(plan, subject);
          flips += crowd.flips;
          assert.ok(!crowd.violations.has(name), name);
        }),
      );
      assert.ok(flips > 100, 'nobody was choked or unchoked: nothing was judged');
    },
  };
}

const deterministic: Law<ChokerSubject> = {
  name: LAWS.steady,
  check: (subject) => {
    fc.assert(
      fc.property(crowdPlan, (plan) => {
        assert.deepEqual(live(plan, subject).said, live(plan, subject).said);
      }),
      { numRuns: 30 },
    );
  },
};

/** Twelve peers, three of them fast, two slots; a slot within a bound that a lottery of two misses hardly ever. */
export const starvationLaw: Law<ChokerSubject> = {
  name: LAWS.starvation,
  check: (subject) => {
    for (let seed = 1; seed <= 5; seed++) {
      const crowd = new Crowd(subject, 2, createRandom(seed));
      for (let i = 0; i < 12; i++) crowd.join().rateDown = i < 3 ? 100_000 : 0;
      for (; crowd.now < 3_600_000; crowd.now += 10_000) crowd.rechoke();
      for (const peer of crowd.peers) {
        assert.ok(peer.unchokedAt > 0, `peer ${peer.conn} never got a slot in an hour`);
      }
    }
  },
};

export const chokerLawNames: typeof LAWS = LAWS;

/** The laws of every choker. */
export const chokerLawList: readonly Law<ChokerSubject>[] = [
  keeps(LAWS.slots),
  keeps(LAWS.interested),
  keeps(LAWS.flips),
  keeps(LAWS.reason),
  deterministic,
];

/** Makes the tests of all laws that the choker claims. */
export function chokerLaws(name: string, subject: ChokerSubject): void {
  const laws = subject.fair ? [...chokerLawList, starvationLaw] : chokerLawList;
  describeLaws(`${name} (law of chokers)`, laws, subject);
}

/** Jain's index of fairness: 1 where all shares are equal, 1/n where one has all. */
export function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}
