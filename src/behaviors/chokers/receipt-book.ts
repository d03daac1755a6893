/**
 * The book of receipts that those who play T-Chain share: who sent whom how much, whom a debt is to be paid to, and who
 * gives nothing.
 *
 * A `Dealing` is what one member knows of one host, over all its connections. A debt is what was sent and not settled; what its
 * payee got from the debtor settles it, and each byte that a payee got settles one byte of one debt. Invariant: settling twice
 * is settling once. Every map is bounded (`HOSTS_MAX`), the longest known forgotten first. Chooses nothing.
 */
import type { Millis } from '../../core/index.ts';
import type { PeerView } from '../../protocol/index.ts';
import { sentTo } from './unchoke-first.ts';

/** Hosts remembered, by the book and by each member. */
const HOSTS_MAX = 16_384;

/** What a choker needs to take part: the book of its run, and the host under which the others see it. */
export interface Receipts {
  readonly book: ReceiptBook;
  readonly host: string;
}

/** What one member and one host sent each other. Bytes. */
export class Dealing {
  /** Takes the debt's payment: the giver's own dealing with the debtor, or a third member's. Null: nobody is named. */
  payee: Dealing | null = null;
  /** Debts of the host that name this one's member as payee. */
  readonly #namedBy = new Set<Dealing>();
  /** The member's host. */
  readonly of: string;
  #peers: readonly PeerView[] = [];
  /** When it was seen last; what connections that are gone count for. */
  seenAt: Millis = -Infinity;
  readonly #kept = new WeakMap<PeerView, { readonly sent: number; readonly got: number }>();
  #sentBefore = 0;
  #gotBefore = 0;
  #settled = 0;
  #claimed = 0;
  #noted = { sent: 0, got: 0 };

  constructor(of: string) {
    this.of = of;
  }

  get sent(): number {
    return this.#peers.reduce((sum, peer) => sum + sentTo(peer), this.#sentBefore);
  }

  get got(): number {
    return this.#peers.reduce((sum, peer) => sum + peer.downloaded, this.#gotBefore);
  }

  /** Whether the member wants something that the host has, and is connected to it. */
  get wants(): boolean {
    return this.#peers.some((peer) => peer.amInterested);
  }

  /** The connections that there are now. One that comes back counts as it did. */
  get peers(): readonly PeerView[] {
    return this.#peers;
  }

  set peers(peers: readonly PeerView[]) {
    for (const peer of this.#peers) {
      if (!peers.includes(peer)) this.#keep(peer, 1, peer.uploaded, peer.downloaded);
    }
    for (const peer of peers) {
      const kept = this.#kept.get(peer);
      if (kept !== undefined) this.#keep(peer, -1, kept.sent, kept.got);
    }
    this.#peers = peers;
  }

  #keep(peer: PeerView, sign: 1 | -1, sent: number, got: number): void {
    this.#sentBefore += sign * sent;
    this.#gotBefore += sign * got;
    if (sign > 0) this.#kept.set(peer, { sent, got });
    else this.#kept.delete(peer);
  }

  /** Takes what the payee got towards the debt. Returns what is still owed; 0 or less: nothing. */
  settle(): number {
    const owed = this.sent - this.#settled;
    const { payee } = this;
    if (payee === null || owed <= 0) return owed;
    const paid = Math.min(owed, Math.max(0, payee.got - payee.#claimed));
    payee.#claimed += paid;
    this.#settled += paid;
    return owed - paid;
  }

  forgive(): void {
    this.#settled = this.sent;
  }

  name(payee: Dealing | null): void {
    if (this.payee !== null) this.payee.#namedBy.delete(this);
    this.payee = payee;
    if (payee !== null) payee.#namedBy.add(this);
  }

  /** What the host is to send to this one's member, for debts to whomever. */
  due(): number {
    let due = 0;
    for (const debt of this.#namedBy) due += Math.max(0, debt.settle());
    return due;
  }

  /** What was sent and got since this was asked last. */
  news(): { readonly sent: number; readonly got: number } {
    const { sent, got } = this;
    const news = { sent: sent - this.#noted.sent, got: got - this.#noted.got };
    this.#noted = { sent, got };
    return news;
  }
}

/** One who plays T-Chain. */
export class Member {
  /** Bytes that a host may owe it. */
  credit: number;
  readonly #host: string;
  readonly #dealings = new Map<string, Dealing>();

  constructor(host: string) {
    this.credit = Infinity;
    this.#host = host;
  }

  dealing(host: string): Dealing {
    return recall(this.#dealings, host, () => new Dealing(this.#host));
  }

  /** Null: it never met that host. */
  known(host: string): Dealing | null {
    return this.#dealings.get(host) ?? null;
  }

  /** Whether that host owes it too little to be held back. */
  serves(host: string): boolean {
    return (this.known(host)?.settle() ?? 0) < this.credit;
  }

  /**
   * Takes the connections that it is shown, and returns all dealings with hosts that are there. A choker around it may
   * hide a peer for a while: one that was seen within `grace` is there.
   */
  meet(peers: readonly PeerView[], now: Millis, grace: Millis): ReadonlyMap<string, Dealing> {
    const shown = new Map<Dealing, PeerView[]>();
    for (const peer of peers) {
      const dealing = this.dealing(peer.address.host);
      const views = shown.get(dealing);
      if (views === undefined) shown.set(dealing, [peer]);
      else views.push(peer);
    }
    for (const [dealing, views] of shown) {
      dealing.peers = views;
      dealing.seenAt = now;
    }
    const there = new Map<string, Dealing>();
    for (const [host, dealing] of this.#dealings) {
      if (now - dealing.seenAt <= grace) there.set(host, dealing);
      else if (dealing.peers.length > 0) dealing.peers = [];
    }
    return there;
  }
}

/** What all members together know of a host. Bytes. */
export interface Standing {
  given: number;
  taken: number;
  /** What it had given when it was found to give nothing; -1: it was not. */
  defaultedAt: number;
}

export class ReceiptBook {
  readonly #members = new Map<string, Member>();
  readonly #standings = new Map<string, Standing>();

  /** The member at this host, as it was when it comes again. */
  join(host: string): Member {
    return recall(this.#members, host, () => new Member(host));
  }

  /** Null: whoever is there does not play T-Chain. */
  member(host: string): Member | null {
    return this.#members.get(host) ?? null;
  }

  get memberCount(): number {
    return this.#members.size;
  }

  standing(host: string): Standing {
    return recall(this.#standings, host, () => ({ given: 0, taken: 0, defaultedAt: -1 }));
  }

  /** It gives nothing, though it was asked to, and has given nothing since. */
  isDefaulter(host: string): boolean {
    const { given, defaultedAt } = this.standing(host);
    return given <= defaultedAt;
  }
}

function recall<T>(known: Map<string, T>, host: string, make: () => T): T {
  let found = known.get(host);
  if (found === undefined) {
    if (known.size >= HOSTS_MAX) known.delete(known.keys().next().value!);
    found = make();
    known.set(host, found);
  }
  return found;
}
