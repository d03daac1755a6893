/**
 * Who may send or ask next, where rates are limited: one `RateGate` per direction of a session, one `RateLine` in it
 * per active torrent.
 *
 * A peer that finds no room stands in its torrent's line, and takes one block at a turn. Turns go by the order in which
 * peers came to stand, over all lines; a line whose own torrent has no room is passed over and keeps its place, so
 * nobody waits behind a slower torrent. Where the whole session has no room, nobody passes. Whoever wants more stands
 * at the end again: round robin over peers, and nobody starves.
 *
 * Invariant: while somebody stands in a line, the timer is set for the moment of the next turn, unless that depends on
 * promised bytes that have not gone. Turns are taken when the timer fires and at no other time. Without limits nobody
 * ever stands here.
 */
import type { Millis } from '../../core/index.ts';
import type { Peer } from '../torrent/peers/peer.ts';
import { RateLimit } from './rate-limit.ts';
import type { Turn } from './turn.ts';

/** The part of a torrent that moves blocks in this direction. */
export interface TurnTaker {
  /** Bytes that this peer's next turn would take; 0: it wants none. */
  wants(peer: Peer): number;
  /** Takes one turn. Returns whether the peer wants another one. */
  take(peer: Peer): boolean;
  /**
   * Which of those who stand here, 1 or more, goes first: an index, or -1: none of them now, and they are to stand again
   * when that may have changed. Absent: the first.
   */
  lead?(standing: readonly Peer[]): number;
  /** Whether `lead` has anything to say now; absent: it has not. */
  readonly leads?: boolean;
}

export class RateGate {
  /** The session's own limit. */
  readonly limit: RateLimit = new RateLimit();
  readonly #turn: Turn;
  readonly #direction: number;
  /** Lines in which somebody stands, in no order. */
  readonly #lines: RateLine[] = [];
  #order = 0;
  #timer = 0;

  /** `direction`: what the gate's timer carries. */
  constructor(turn: Turn, direction: number) {
    this.#turn = turn;
    this.#direction = direction;
  }

  get now(): Millis {
    return this.#turn.now;
  }

  /** Nobody stands in any line. */
  get isFree(): boolean {
    return this.#lines.length === 0;
  }

  nextOrder(): number {
    return this.#order++;
  }

  /** Somebody stands in a line that was empty, or there is more room: sets the timer anew. */
  wake(line: RateLine | null): void {
    if (line !== null && !this.#lines.includes(line)) this.#lines.push(line);
    if (this.#lines.length > 0 || this.#timer !== 0) this.#arm();
  }

  /** The line's torrent has stopped. */
  forget(line: RateLine): void {
    const at = this.#lines.indexOf(line);
    if (at < 0) return;
    this.#lines.splice(at, 1);
    this.#arm();
  }

  /** The timer fired: as many turns as there is room for. */
  due(): void {
    this.#timer = 0;
    for (let line = this.#next(); line !== null; line = this.#next()) {
      if (this.limit.room(this.now) < line.wanted) break;
      line.takeTurn();
    }
    this.#arm();
  }

  /** Of the lines whose own torrent has room, the one whose first peer has stood longest. */
  #next(): RateLine | null {
    let next: RateLine | null = null;
    for (let i = this.#lines.length - 1; i >= 0; i--) {
      const line = this.#lines[i]!;
      if (line.wanted === 0) this.#lines.splice(i, 1);
      else if (line.limit.room(this.now) < line.wanted) continue;
      else if (next === null || line.order < next.order) next = line;
    }
    return next;
  }

  #arm(): void {
    const { timers, now } = this.#turn;
    timers.cancel(this.#timer);
    let at = Infinity;
    for (let i = this.#lines.length - 1; i >= 0; i--) {
      const line = this.#lines[i]!;
      const { wanted } = line;
      if (wanted === 0) this.#lines.splice(i, 1);
      else {
        const ready = Math.max(line.limit.readyAt(wanted, now), this.limit.readyAt(wanted, now));
        at = Math.min(at, ready);
      }
    }
    this.#timer = at === Infinity ? 0 : timers.set('rate', this.#direction, at);
  }
}

export class RateLine {
  /** The torrent's own limit, which outlives the line. */
  readonly limit: RateLimit;
  readonly #gate: RateGate;
  readonly #taker: TurnTaker;
  readonly #peers: Peer[] = [];
  readonly #orders: number[] = [];

  constructor(gate: RateGate, limit: RateLimit, taker: TurnTaker) {
    this.#gate = gate;
    this.limit = limit;
    this.#taker = taker;
  }

  /** Whether there is a limit at all, or somebody stands here from when there was one. */
  get isLimited(): boolean {
    return this.limit.rate !== null || this.#gate.limit.rate !== null || this.#peers.length > 0;
  }

  /** Whether this peer stands here. */
  holds(peer: Peer): boolean {
    return this.#peers.includes(peer);
  }

  /**
   * Bytes that the peer may move at once, at least `n`; or 0: it stands in the line now, and its turns will come.
   */
  admit(peer: Peer, n: number): number {
    if (this.#peers.includes(peer)) return 0;
    if ((this.#taker.lead?.([peer]) ?? 0) < 0) return 0;
    if (this.#gate.isFree) {
      const room = Math.min(this.limit.room(this.#gate.now), this.#gate.limit.room(this.#gate.now));
      if (room >= n) return room;
    }
    this.#stand(peer);
    if (this.#peers.length === 1) this.#gate.wake(this);
    return 0;
  }

  /** When the first one came to stand; Infinity: nobody stands here. */
  get order(): number {
    return this.#orders[0] ?? Infinity;
  }

  /** Bytes that the next turn takes; 0: nobody wants one. Whoever no longer wants anything goes. */
  get wanted(): number {
    if (this.#taker.leads === true && this.#peers.length > 0) this.#arrange();
    while (this.#peers.length > 0) {
      const wanted = this.#taker.wants(this.#peers[0]!);
      if (wanted > 0) return wanted;
      this.#peers.shift();
      this.#orders.shift();
    }
    return 0;
  }

  /** Brings to the front who goes first. The orders stay: the line keeps its place among others. */
  #arrange(): void {
    for (let i = this.#peers.length - 1; i >= 0; i--) {
      if (this.#taker.wants(this.#peers[i]!) > 0) continue;
      this.#peers.splice(i, 1);
      this.#orders.splice(i, 1);
    }
    if (this.#peers.length === 0) return;
    const first = this.#taker.lead?.(this.#peers) ?? 0;
    if (first < 0) {
      this.#peers.length = 0;
      this.#orders.length = 0;
    } else if (first > 0) this.#peers.unshift(...this.#peers.splice(first, 1));
  }

  /** The first one takes its turn, and goes to the end where it wants more. */
  takeTurn(): void {
    const peer = this.#peers.shift()!;
    this.#orders.shift();
    if (this.#taker.take(peer)) this.#stand(peer);
  }

  hold(n: number): void {
    this.limit.hold(n);
    this.#gate.limit.hold(n);
  }

  /** `n` promised bytes go now. */
  spendHeld(n: number): void {
    this.limit.release(n);
    this.#gate.limit.release(n);
    this.spend(n);
    this.#gate.wake(null);
  }

  /** `n` promised bytes do not go. */
  release(n: number): void {
    this.limit.release(n);
    this.#gate.limit.release(n);
    this.#gate.wake(null);
  }

  spend(n: number): void {
    this.limit.spend(n, this.#gate.now);
    this.#gate.limit.spend(n, this.#gate.now);
  }

  refund(n: number): void {
    this.limit.refund(n, this.#gate.now);
    this.#gate.limit.refund(n, this.#gate.now);
    this.#gate.wake(null);
  }

  /** The torrent stops: nobody stands here any more. */
  close(): void {
    this.#peers.length = 0;
    this.#orders.length = 0;
    this.#gate.forget(this);
  }

  #stand(peer: Peer): void {
    this.#peers.push(peer);
    this.#orders.push(this.#gate.nextOrder());
  }
}
