/**
 * How many connections there are, to whom, and how often an address is tried: I-25, I-28.
 *
 * I-25: the caps are the session's and, per torrent, the dialing behavior's; dials per second by an allowance of our own;
 * a host that nobody vouches for rests between two dials (S-33). The back-off is judged from below: at least the first
 * rest, doubled for every dial in a row that brought no peer, while the list of addresses is not so full that failed
 * ones are forgotten. I-28: one peer id, one connection; and so many per host.
 */
import type { Address, Millis } from '../../core/index.ts';
import type { SessionEffect, SessionEvent, SessionInput } from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import type { LawOptions } from './law-options.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';

/** Times are sums of fractions. */
const ROUNDING: Millis = 0.001;

/** One address that was dialled. */
interface Tried {
  failures: number;
  /** When the last connection to it ended; -Infinity: never. */
  endedAt: Millis;
  underWay: boolean;
  dialledAt: Millis;
}

/** What one peer has tried since it became active: ports by host. */
interface Dials {
  readonly hosts: Map<string, Map<number, Tried>>;
  /** Addresses learned, counted generously. */
  learned: number;
}

/** What a session may still dial at once, and when that was counted. */
interface Allowance {
  left: number;
  at: Millis;
}

/** A timer that fires at the very moment may be set for the next call: nobody is late by so little. */
const GRACE: Millis = 1000;

/** Addresses in one message of peer exchange. */
const EXCHANGED_MAX = 200;

export class Connections implements LawJudge {
  readonly #books: Books;
  readonly #options: LawOptions;
  readonly #bounded: Law = new Law('I-25');
  readonly #single: Law = new Law('I-28');
  readonly laws: readonly Law[] = [this.#bounded, this.#single];
  readonly #dials: (Dials | undefined)[] = [];
  readonly #allowances: (Allowance | undefined)[] = [];
  /** By peer: hosts that the user named or that shook hands with it. */
  readonly #vouched: (Set<string> | undefined)[] = [];

  constructor(books: Books, options: LawOptions) {
    this.#books = books;
    this.#options = options;
  }

  born(peer: JudgedPeer): void {
    this.#dials[peer.index] = undefined;
    this.#allowances[peer.index] = undefined;
    this.#vouched[peer.index] = undefined;
  }

  input(peer: JudgedPeer, input: SessionInput, now: Millis): void {
    if (input.type === 'disconnected')
      this.#ended(this.#books.of(peer).link(input.conn), peer, now);
    else if (input.type === 'command' && input.command.type === 'add-peers') {
      this.#of(peer).learned += input.command.addresses.length;
      for (const { host } of input.command.addresses) this.#vouchedOf(peer).add(host);
    } else if (input.type === 'message' && input.message.type === 'extended') {
      if (input.message.id !== 0) this.#of(peer).learned += EXCHANGED_MAX;
    }
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    switch (effect.type) {
      case 'connect':
        return this.#dialled(this.#books.of(peer), effect.address, now);
      case 'close':
      case 'abort':
        if (effect.reason === 'duplicate-connection')
          this.#gaveWay(this.#books.of(peer), effect.conn, now);
        return this.#ended(this.#books.of(peer).link(effect.conn), peer, now);
      case 'store-hash':
        return this.#hashes(this.#books.of(peer), now);
      case 'notify':
        return this.#event(this.#books.of(peer), effect.event, now);
      default:
    }
  }

  second(_run: JudgedRun, now: Millis): void {
    this.#books.each((books) => {
      if (!books.finished || books.state !== 'active') return;
      for (const { conn, isPeer, isSeed } of books.links.values()) {
        this.#bounded.judged++;
        if (!isPeer || !isSeed) continue;
        this.#bounded.broken(books.peer, now, `a seed stays connected to a seed, conn ${conn}`);
      }
    });
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    const { config, links, peers, dialling } = books;
    if (books.step.input?.type === 'timeout') this.#strangers(books, now);
    if (books.step.input?.type !== 'connected') return;
    this.#bounded.judged++;
    if (links.size > config.connectionsMax) {
      this.#bounded.broken(peer, now, `${links.size} connections`);
    }
    let strangers = 0;
    for (const { dialled, isPeer } of links.values()) if (!dialled && !isPeer) strangers++;
    if (strangers > config.strangersMax) this.#bounded.broken(peer, now, `${strangers} strangers`);
    if (peers + dialling <= this.#options.torrentConnectionsMax) return;
    this.#bounded.broken(peer, now, `${peers + dialling} connections of one torrent`);
  }

  /** Nobody may be connected for long without a handshake. */
  #strangers(books: PeerBooks, now: Millis): void {
    const { handshakeTimeMax } = books.config;
    for (const { conn, isPeer, openedAt } of books.links.values()) {
      if (isPeer) continue;
      this.#bounded.judged++;
      if (openedAt + handshakeTimeMax + GRACE >= now) continue;
      this.#bounded.broken(
        books.peer,
        now,
        `conn ${conn} has not shaken hands since ${openedAt} ms`,
      );
    }
  }

  /** A check has a bounded number of pieces under way. */
  #hashes(books: PeerBooks, now: Millis): void {
    if (books.state !== 'checking') return;
    this.#bounded.judged++;
    let under = 0;
    for (const { type, epoch } of books.jobs.values()) {
      if (type === 'store-hash' && epoch === books.epoch) under++;
    }
    if (under < books.config.checkJobsMax) return;
    this.#bounded.broken(books.peer, now, `checks ${under + 1} pieces at once`);
  }

  /** Of two connections that crossed, both ends keep the one that the greater peer id dialled. */
  #gaveWay(books: PeerBooks, conn: number, now: Millis): void {
    const link = books.link(conn);
    if (link === null) return;
    for (const twin of books.links.values()) {
      if (twin === link || twin.remoteId !== link.remoteId || twin.dialled === link.dialled)
        continue;
      this.#single.judged++;
      const ours = String.fromCharCode(...books.peer.session.peerId);
      if (twin.dialled === ours > link.remoteId) continue;
      this.#single.broken(books.peer, now, `keeps conn ${twin.conn}; the other end keeps ${conn}`);
    }
  }

  #dialled(books: PeerBooks, address: Address, now: Millis): void {
    const { peer, config, links, peers, dialling } = books;
    const { torrentConnectionsMax, diallingMax, dialRestMin, dialRestMax } = this.#options;
    this.#bounded.judged++;
    if (links.size >= config.connectionsMax || peers + dialling >= torrentConnectionsMax) {
      this.#bounded.broken(peer, now, `dials with ${links.size} connections open`);
    }
    if (dialling >= diallingMax) this.#bounded.broken(peer, now, `${dialling + 1} dials under way`);
    if (dialling >= config.diallingMax) this.#bounded.broken(peer, now, `${dialling} dials before`);
    this.#spend(books, now);
    const dials = this.#of(peer);
    this.#rested(books, dials, address.host, now);
    const tried = triedOf(dials, address);
    if (tried.underWay) {
      this.#bounded.broken(peer, now, `dials ${address.host}:${address.port} twice at once`);
    }
    tried.underWay = true;
    tried.dialledAt = now;
    if (dialRestMin === null || dials.learned >= config.candidatesMax) return;
    const rest = Math.min(dialRestMin * 2 ** Math.max(tried.failures - 1, 0), dialRestMax);
    if (now - tried.endedAt + ROUNDING >= rest) return;
    const since = now - tried.endedAt;
    this.#bounded.broken(peer, now, `dials ${address.host}:${address.port} after ${since} ms`);
  }

  /** At most so many dials a second, after a burst of as many. */
  #spend(books: PeerBooks, now: Millis): void {
    const rate = Math.ceil(books.config.dialsPerSecondMax);
    const allowance = (this.#allowances[books.peer.index] ??= { left: rate, at: now });
    allowance.left = Math.min(rate, allowance.left + ((now - allowance.at) * rate) / 1000) - 1;
    allowance.at = now;
    if (allowance.left < -ROUNDING) this.#bounded.broken(books.peer, now, 'dials too fast');
  }

  /** A host that only others name is dialled now and then, not more. */
  #rested(books: PeerBooks, dials: Dials, host: string, now: Millis): void {
    if (this.#vouchedOf(books.peer).has(host) || host.startsWith('127.')) return;
    let last = -Infinity;
    for (const { dialledAt } of dials.hosts.get(host)?.values() ?? [])
      last = Math.max(last, dialledAt);
    if (now - last + ROUNDING >= books.config.hostDialEvery) return;
    this.#bounded.broken(books.peer, now, `dials ${host} ${now - last} ms after the last time`);
  }

  #ended(link: LinkBook | null, peer: JudgedPeer, now: Millis): void {
    if (link === null) return;
    if (link.isPeer) this.#excuse(peer, link);
    if (!link.dialled) return;
    const tried = triedOf(this.#of(peer), link.address);
    tried.underWay = false;
    tried.endedAt = now;
    if (!link.isPeer) tried.failures++;
  }

  /** Any connection with a host may have made any address there its own: its failures count for nothing. */
  #excuse(peer: JudgedPeer, link: LinkBook): void {
    const host = this.#of(peer).hosts.get(link.address.host);
    if (host !== undefined) for (const tried of host.values()) tried.failures = 0;
  }

  #event(books: PeerBooks, event: SessionEvent, now: Millis): void {
    const { peer } = books;
    switch (event.type) {
      case 'state-changed':
        if (event.state === 'active') this.#dials[peer.index] = undefined;
        return;
      case 'announced':
        this.#of(peer).learned += event.peers;
        return;
      case 'peer-connected': {
        const link = books.link(event.conn);
        if (link === null) return;
        this.#single.judged++;
        if (link.remoteId === String.fromCharCode(...peer.session.peerId)) {
          this.#single.broken(peer, now, `conn ${link.conn} is ourselves`);
        }
        const twin = books.ids.get(link.remoteId);
        if (twin !== undefined) {
          this.#single.broken(peer, now, `conn ${link.conn} is the same peer as ${twin}`);
        }
        this.#excuse(peer, link);
        this.#vouchedOf(peer).add(link.address.host);
        this.#crowd(books, link.address.host, now);
        return;
      }
      default:
    }
  }

  /** One more peer of this host: as many as may be, or fewer. */
  #crowd(books: PeerBooks, host: string, now: Millis): void {
    if (host.startsWith('127.')) return;
    let count = 1;
    for (const { isPeer, address } of books.links.values()) {
      if (isPeer && address.host === host) count++;
    }
    if (count <= books.config.connectionsPerHostMax) return;
    this.#single.broken(books.peer, now, `${count} connections with ${host}`);
  }

  #vouchedOf(peer: JudgedPeer): Set<string> {
    return (this.#vouched[peer.index] ??= new Set());
  }

  #of(peer: JudgedPeer): Dials {
    let dials = this.#dials[peer.index];
    if (dials === undefined) {
      dials = { hosts: new Map(), learned: 0 };
      this.#dials[peer.index] = dials;
    }
    return dials;
  }
}

function triedOf(dials: Dials, { host, port }: Address): Tried {
  let ports = dials.hosts.get(host);
  if (ports === undefined) {
    ports = new Map();
    dials.hosts.set(host, ports);
  }
  let tried = ports.get(port);
  if (tried === undefined) {
    tried = { failures: 0, endedAt: -Infinity, underWay: false, dialledAt: -Infinity };
    ports.set(port, tried);
  }
  return tried;
}
