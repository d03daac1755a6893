/**
 * The law of pickers. `pickerLaws` makes its tests for one picker; anybody's picker is judged by the same law.
 *
 * A plan (random torrent, random events) is played against the picker in the naive model, and every pick is judged at
 * the moment of its push. A push that breaks a law is noted and not carried out, so one run shows all that was broken.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createRandom } from '../../../src/core/index.ts';
import type { Behavior, PiecePicker, PickSink } from '../../../src/protocol/index.ts';
import { swarmPlan } from './arbitraries.ts';
import type { Step, SwarmPlan } from './arbitraries.ts';
import { describeLaws } from './law.ts';
import type { Law } from './law.ts';
import { ModelPeer, ModelTorrent } from './model-torrent.ts';

export interface PickerSubject {
  readonly behavior: Behavior<PiecePicker>;
  /**
   * Which pieces it undertakes to take from, when asked: where one of them has a missing block that the peer may give,
   * a pick with room returns it.
   */
  readonly covers: (torrent: ModelTorrent, piece: number) => boolean;
  /** It may ask several peers for one block in endgame; at most so many. 1: never. */
  readonly requestersMax: number;
  /** Its picks come with higher priorities first (a chain need not). */
  readonly ordered: boolean;
}

interface Pick {
  readonly block: number;
  readonly reason: string;
}

/** What was seen while a plan was played. */
interface Play {
  readonly torrent: ModelTorrent;
  readonly violations: Set<string>;
  readonly picks: Pick[];
}

const LAWS = {
  allowed: 'never a piece that the peer lacks, withholds, or that nobody wants',
  held: 'never a block that is held, or that this peer was asked already',
  double: 'never a block that another was asked, outside endgame and its bound',
  room: 'pushes at most the room it has, and returns how many it pushed',
  live: 'takes a missing block that the peer may give, while it has room',
  ordered: 'takes higher priorities first',
  reason: 'gives a reason with each pick',
} as const;

class Player implements Play {
  readonly torrent: ModelTorrent;
  readonly violations = new Set<string>();
  readonly picks: Pick[] = [];
  readonly #subject: PickerSubject;
  readonly #picker: PiecePicker;
  readonly #random: ReturnType<typeof createRandom>;
  #nextConn = 0;

  constructor(plan: SwarmPlan, subject: PickerSubject) {
    this.#subject = subject;
    this.torrent = new ModelTorrent(plan.size);
    this.#random = createRandom(plan.seed);
    this.#picker = subject.behavior(this.torrent, this.#random.fork('picker'));
    this.torrent.picker = this.#picker;
    for (const step of plan.steps) this.#play(step);
  }

  /** A seed comes and gives everything. Returns whether the torrent became complete. */
  finish(): boolean {
    for (const peer of [...this.torrent.peers]) this.torrent.removePeer(peer);
    const seed = this.#join(() => true);
    const blocks = this.torrent.pieceCount * this.torrent.blocksPerPiece;
    for (let i = 0; i <= blocks && !this.torrent.complete; i++) {
      this.pick(seed, 3);
      for (const block of [...seed.requests]) this.#receive(block, true);
    }
    return this.torrent.complete;
  }

  pick(peer: ModelPeer, room: number): void {
    const { torrent } = this;
    const open = (piece: number): boolean =>
      torrent.priority(piece) > 0 && peer.mayRequest(piece) && torrent.nextMissing(piece, 0) >= 0;
    const pieces = Array.from({ length: torrent.pieceCount }, (_, piece) => piece);
    const covered = pieces.filter((piece) => this.#subject.covers(torrent, piece));
    let pushed = 0;
    let lowest = Infinity;
    const out: PickSink = {
      push: (block, reason) => {
        pushed++;
        const priority = torrent.priority(torrent.pieceOf(block));
        if (priority > lowest) this.violations.add(LAWS.ordered);
        lowest = Math.min(lowest, priority);
        this.picks.push({ block, reason });
        this.#push(peer, block, reason);
      },
    };
    const returned = this.#picker.pick(peer, room, 0, out);
    if (returned !== pushed || pushed > room) this.violations.add(LAWS.room);
    if (pushed < room && covered.some(open)) this.violations.add(LAWS.live);
  }

  #push(peer: ModelPeer, block: number, reason: string): void {
    const { torrent, violations } = this;
    const piece = torrent.pieceOf(block);
    if (reason === '') violations.add(LAWS.reason);
    const state = torrent.blockState(block);
    const allowed = peer.mayRequest(piece) && torrent.priority(piece) > 0;
    const free = !peer.asked(block) && (state === 'missing' || state === 'requested');
    const first =
      state !== 'requested' ||
      (torrent.missingTotal === 0 && torrent.requesters(block) < this.#subject.requestersMax);
    if (!allowed) violations.add(LAWS.allowed);
    if (!free) violations.add(LAWS.held);
    if (!first) violations.add(LAWS.double);
    if (allowed && free && first) torrent.reserve(peer, block);
  }

  #play({ kind, a, b }: Step): void {
    const { torrent } = this;
    const peer = torrent.peers[a % Math.max(1, torrent.peers.length)];
    const piece = b % torrent.pieceCount;
    if (kind === 'seed-joins') this.#join(() => true);
    if (kind === 'leech-joins') this.#join(() => this.#random.below(2) === 0);
    if (kind === 'priority') torrent.setPriority(piece, a % 4);
    if (peer === undefined) return;
    const request = [...peer.requests][b % Math.max(1, peer.requests.size)];
    if (kind === 'leaves') torrent.removePeer(peer);
    if (kind === 'have') torrent.have(peer, piece);
    if (kind === 'choke') peer.peerChoking = !peer.peerChoking;
    if (kind === 'allow-fast') peer.allowedFast.add(piece);
    if (kind === 'pick') this.pick(peer, 1 + (b % 5));
    if (request === undefined) return;
    if (kind === 'receive') this.#receive(request, true);
    if (kind === 'settle-bad') this.#receive(request, false);
    if (kind === 'release') torrent.release(peer, request);
  }

  #join(has: () => boolean): ModelPeer {
    const pieces = Array.from({ length: this.torrent.pieceCount }, has);
    const peer = new ModelPeer((this.#nextConn += 2), pieces);
    this.torrent.addPeer(peer);
    return peer;
  }

  #receive(block: number, good: boolean): void {
    if (this.torrent.receive(block)) this.torrent.settle(this.torrent.pieceOf(block), good);
  }
}

/** Every pick of every plan keeps this law. */
function keeps(name: string): Law<PickerSubject> {
  return {
    name,
    check: (subject) => {
      let picks = 0;
      fc.assert(
        fc.property(swarmPlan, (plan) => {
          const play = new Player(plan, subject);
          picks += play.picks.length;
          assert.ok(!play.violations.has(name), name);
        }),
        { numRuns: 300 },
      );
      assert.ok(picks > 0, 'no plan led to a pick: nothing was judged');
    },
  };
}

const deterministic: Law<PickerSubject> = {
  name: 'same seed value and same events: same picks',
  check: (subject) => {
    fc.assert(
      fc.property(swarmPlan, (plan) => {
        assert.deepEqual(new Player(plan, subject).picks, new Player(plan, subject).picks);
      }),
    );
  },
};

const finishes: Law<PickerSubject> = {
  name: 'whatever happened before, one seed is enough to finish',
  check: (subject) => {
    fc.assert(
      fc.property(swarmPlan, (plan) => {
        const player = new Player(plan, subject);
        const { torrent } = player;
        const pieces = Array.from({ length: torrent.pieceCount }, (_, piece) => piece);
        // A picker that covers less than everything is not asked to finish.
        fc.pre(pieces.every((piece) => subject.covers(torrent, piece)));
        assert.ok(player.finish(), 'the torrent never became complete');
      }),
    );
  },
};

/** A full set of laws for a picker that covers every piece: keep the names in step with the mutants of the spec. */
export const pickerLawList: readonly Law<PickerSubject>[] = [
  keeps(LAWS.allowed),
  keeps(LAWS.held),
  keeps(LAWS.double),
  keeps(LAWS.room),
  keeps(LAWS.live),
  keeps(LAWS.reason),
  deterministic,
];

/** Further laws, for pickers that claim them. */
export const orderedLaw: Law<PickerSubject> = keeps(LAWS.ordered);
export const finishesLaw: Law<PickerSubject> = finishes;

/** The names, for tests that break them. */
export const pickerLawNames: typeof LAWS = LAWS;

/** Makes the tests of all laws that the picker claims. */
export function pickerLaws(name: string, subject: PickerSubject, finishing: boolean): void {
  const laws = [...pickerLawList];
  if (subject.ordered) laws.push(orderedLaw);
  if (finishing) laws.push(finishesLaw);
  describeLaws(`${name} (law of pickers)`, laws, subject);
}
