/**
 * Keeps a torrent connected: which addresses are known, and when the next one is dialled.
 *
 * The `Dialing` behavior chooses whom and when; here its choices are carried out, within the session's own limit, and
 * what became of them is written down for its next choice.
 */
import type { Address } from '../../../core/index.ts';
import type { ConnectionCounts } from '../behavior.ts';
import { Candidates } from './candidates.ts';
import type { Candidate } from './candidates.ts';
import type { SwarmContext } from '../context.ts';
import { HeldCandidates } from './held-candidates.ts';
import type { Links, LinkTorrent } from '../../session/links.ts';
import type { Peer } from '../peers/peer.ts';
import type { CloseReason } from '../../session/reason.ts';
import { isDialable } from './dialable.ts';
import type { CandidateView } from '../views.ts';

/** Milliseconds until the behavior is asked again when it wants to dial and the session has no connection to spare. */
const NO_ROOM_RETRY = 1000;

/** Milliseconds until an address is looked at again whose host has as many connections as it may. */
const HOST_FULL_RETRY = 1000;

export class Dialer {
  readonly #torrent: SwarmContext;
  readonly #links: Links;
  readonly #self: LinkTorrent;
  readonly #candidates: Candidates;
  readonly #held = new HeldCandidates();
  #timer = 0;
  #stopped = false;

  constructor(torrent: SwarmContext, links: Links, self: LinkTorrent) {
    this.#torrent = torrent;
    this.#links = links;
    this.#self = self;
    this.#candidates = new Candidates(torrent.session.config.candidatesMax);
  }

  /** Addresses known, connected ones included. */
  get known(): number {
    return this.#candidates.size;
  }

  /** All addresses that are known. */
  get addresses(): readonly Address[] {
    return Array.from(this.#candidates.all, ({ address }) => address);
  }

  get idle(): number {
    return this.#candidates.idle.length;
  }

  get counts(): ConnectionCounts {
    return { connected: this.#torrent.peers.size, dialling: this.#links.dialling(this.#self) };
  }

  stop(): void {
    this.#stopped = true;
    this.#torrent.session.turn.timers.cancel(this.#timer);
  }

  learn(addresses: readonly Address[], source: CandidateView['source']): void {
    for (const address of addresses) {
      if (isDialable(address)) this.#candidates.learn(address, source);
    }
    this.dial();
  }

  /** Dials as many as the behavior wants now, and sets the time to ask it again. */
  dial(): void {
    if (this.#stopped || this.#torrent.draining) return;
    const { behaviors, session } = this.#torrent;
    const { turn, config } = session;
    for (const candidate of this.#held.due(turn.now, config.hostDialEvery)) {
      this.#candidates.move(candidate, 'idle');
    }
    while (
      session.connectionCount < config.connectionsMax &&
      this.#links.readyToDialAt <= turn.now
    ) {
      const chosen = behaviors.dialing.nextDial(this.#candidates.idle, this.counts, turn.now);
      const candidate = this.#candidates.idle[chosen];
      if (candidate === undefined) break;
      if (this.#isHeldBack(candidate)) continue;
      this.#candidates.move(candidate, 'used');
      candidate.lastTriedAt = turn.now;
      this.#links.dial(this.#self, candidate);
    }
    turn.timers.cancel(this.#timer);
    const at = behaviors.dialing.wakeAt(this.#candidates.idle, this.counts, turn.now);
    const ready = this.#links.readyToDialAt;
    const retry = ready > turn.now ? ready : turn.now + NO_ROOM_RETRY;
    const wake = Math.min(at > turn.now ? at : retry, this.#held.deadline);
    this.#timer = wake === Infinity ? 0 : turn.timers.set('dial', this.#torrent.id, wake);
  }

  /** More is wanted than before: who was of no use as a fellow seed may be dialled again. */
  wantMore(): void {
    this.#candidates.reviveFellows();
    this.dial();
  }

  /** Whether the candidate must not be dialled now; it has its place then. */
  #isHeldBack(candidate: Candidate): boolean {
    const { turn } = this.#torrent.session;
    const { host } = candidate.address;
    const refusal = this.#self.refuses(host, true);
    if (refusal !== null) {
      this.#candidates.move(candidate, placeAfter(refusal));
      return true;
    }
    const { source } = candidate;
    const foreign = (source === 'tracker' || source === 'exchange') && !candidate.named;
    let at = foreign ? this.#links.rests.readyAt(host) : -Infinity;
    if (this.#links.isFull(host, this.#self)) at = Math.max(at, turn.now + HOST_FULL_RETRY);
    if (at <= turn.now) return false;
    this.#candidates.move(candidate, 'held');
    this.#held.add(candidate, at);
    return true;
  }

  /** A dial did not become a peer. */
  failed(candidate: Candidate, reason: CloseReason): void {
    if (candidate.place === 'used' && !this.#isHeld(candidate)) {
      candidate.failures++;
      candidate.lastTriedAt = this.#torrent.session.turn.now;
      candidate.fellow = reason === 'both-seeds';
      this.#candidates.move(candidate, placeAfter(reason));
    }
    this.dial();
  }

  /** A peer left. One that was of use starts afresh; one that never gave or took anything counts as a failure. */
  left(peer: Peer, reason: CloseReason): void {
    const { candidate } = peer;
    if (candidate !== null) {
      peer.candidate = null;
      candidate.lastTriedAt = this.#torrent.session.turn.now;
      candidate.failures = peer.downloaded + peer.uploaded > 0 ? 0 : candidate.failures + 1;
      candidate.fellow = reason === 'both-seeds';
      // A dial to it that is still under way has the say: there must not be two.
      const waits = this.#isHeld(candidate) || this.#links.isDialling(candidate);
      if (!waits) this.#candidates.move(candidate, placeAfter(reason));
    }
    this.dial();
  }

  /** A ban is over. The caller dials. */
  pardon(host: string | null): void {
    this.#candidates.pardon(host);
  }

  /** This peer's listening address has become known. */
  belongs(peer: Peer, address: Address): void {
    if (peer.candidate !== null || !isDialable(address)) return;
    const candidate = this.#candidates.learn(address, 'incoming');
    if (candidate === null || candidate.place === 'aside' || candidate.place === 'banned') return;
    this.adopt(peer, candidate);
  }

  /** The candidate turned out to be this connected peer. */
  adopt(peer: Peer, candidate: Candidate): void {
    if (peer.candidate !== null || peer.closed) return;
    this.#candidates.move(candidate, 'used');
    peer.candidate = candidate;
  }

  #isHeld(candidate: Candidate): boolean {
    for (const peer of this.#torrent.peers.values()) if (peer.candidate === candidate) return true;
    return false;
  }
}

/** Where an address belongs after this: aside where dialling it again would end in the same way. */
function placeAfter(reason: CloseReason): Candidate['place'] {
  switch (reason) {
    case 'self-connection':
    case 'duplicate-connection':
    case 'both-seeds':
      return 'aside';
    case 'banned':
    case 'filtered':
      return 'banned';
    default:
      return 'idle';
  }
}
