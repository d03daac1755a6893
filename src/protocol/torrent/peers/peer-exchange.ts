/**
 * Peer exchange of one torrent (BEP 11): what we tell peers of each other, and what is taken of what they tell.
 *
 * Told: whom we are connected to and could dial, that is new since the last message to that peer, and who is gone; at most
 * one message per `EXCHANGE_EVERY` and peer, `exchangePeersMax` who came and as many who went in each, in the first up to
 * `exchangedPeersMax`. Heard: a burst of `EXCHANGE_BURST` and then one per `EXCHANGE_EVERY`; who says more, or what cannot
 * be read, is cut. Of what is heard a peer may fill `EXCHANGE_SHARE` of the addresses we remember, and nobody is led to a
 * place more local than where the teller is itself: a stranger must not make us knock on doors of this house (S-33).
 * Never for private torrents (BEP 27): the extension is not even offered there.
 */
import type { Address, Millis } from '../../../core/index.ts';
import { exchangedPeersMax } from '../../extensions/limits.ts';
import {
  encodePeerExchange,
  EXCHANGE_REACHABLE,
  EXCHANGE_SEED,
  parsePeerExchange,
} from '../../extensions/peer-exchange-message.ts';
import type { ExchangedPeer } from '../../extensions/peer-exchange-message.ts';
import { ipScope } from '../../tracker/ip-scope.ts';
import { parseIp } from '../../tracker/ip-text.ts';
import type { TorrentContext } from '../context.ts';
import { isDialable } from '../dialing/dialable.ts';
import type { Peer } from './peer.ts';

/** BEP 11: no more than one message a minute. */
export const EXCHANGE_EVERY: Millis = 60_000;
/** Messages that a peer may send at once: some count their minute from the start, and networks bunch. */
export const EXCHANGE_BURST = 3;
/** How long we wait for more to tell, at first and where there was nothing. */
export const EXCHANGE_LOOK: Millis = 10_000;
/** Part of the addresses we remember that one peer may name. */
export const EXCHANGE_SHARE = 0.1;

/** What one connection was told, and has told. */
export interface Exchanged {
  /** Under which it wants our messages; 0: it does not. */
  id: number;
  /** When it may hear something next, or we look again whether there is anything. */
  dueAt: Millis;
  /** It has heard something. */
  begun: boolean;
  /** Whom it was told of and still believes to be there, by the address as text. */
  readonly told: Map<string, Address>;
  /** Up to when its messages are paid for. */
  paidUntil: Millis;
  /** Addresses taken of it. */
  taken: number;
}

export class PeerExchange {
  readonly #torrent: TorrentContext;
  /** Addresses found, after all checks. */
  readonly #found: (addresses: readonly Address[]) => void;
  readonly #known = new Map<Peer, Exchanged>();

  constructor(torrent: TorrentContext, found: (addresses: readonly Address[]) => void) {
    this.#torrent = torrent;
    this.#found = found;
  }

  /** Whether the extension is offered. */
  get offered(): boolean {
    const { metainfo, session } = this.#torrent;
    return !metainfo.private && session.config.exchangePeersMax >= 1;
  }

  /** The peer wants messages under this id; 0: no longer. */
  wanted(peer: Peer, id: number): void {
    if (!this.offered) return;
    const exchanged = this.#of(peer);
    if (exchanged.id === 0 && !exchanged.begun) {
      exchanged.dueAt = this.#torrent.session.turn.now + EXCHANGE_LOOK;
    }
    exchanged.id = id;
    this.#torrent.watch(peer, this.deadline(peer));
  }

  left(peer: Peer): void {
    this.#known.delete(peer);
  }

  /** When `update` has something to do; Infinity: never. */
  deadline(peer: Peer): Millis {
    const exchanged = this.#known.get(peer);
    return exchanged === undefined || exchanged.id === 0 ? Infinity : exchanged.dueAt;
  }

  /** Tells the peer what is new, where it is time. */
  update(peer: Peer): void {
    const { turn, config } = this.#torrent.session;
    const exchanged = this.#known.get(peer);
    if (exchanged === undefined || turn.now < this.deadline(peer)) return;
    const most = exchanged.begun ? Math.floor(config.exchangePeersMax) : exchangedPeersMax;
    const { added, dropped } = this.#news(peer, exchanged, most);
    if (added.length + dropped.length === 0) {
      exchanged.dueAt = turn.now + EXCHANGE_LOOK;
      return;
    }
    for (const address of dropped) exchanged.told.delete(keyOf(address));
    for (const { address } of added) exchanged.told.set(keyOf(address), address);
    exchanged.begun = true;
    exchanged.dueAt = turn.now + EXCHANGE_EVERY;
    const payload = encodePeerExchange({ added, dropped });
    this.#torrent.send(peer, { type: 'extended', id: exchanged.id, payload });
  }

  /** A message of the extension. */
  heard(peer: Peer, payload: Uint8Array): void {
    if (!this.offered) return; // as any extension that we never offered
    const { now } = this.#torrent.session.turn;
    const exchanged = this.#of(peer);
    const paid = Math.max(exchanged.paidUntil, now - EXCHANGE_BURST * EXCHANGE_EVERY);
    if (paid + EXCHANGE_EVERY > now) {
      this.#torrent.disconnect(peer, 'flooding');
      return;
    }
    exchanged.paidUntil = paid + EXCHANGE_EVERY;
    const { message } = parsePeerExchange(payload);
    if (message === null) {
      this.#torrent.disconnect(peer, 'bad-message');
      return;
    }
    this.#found(this.#acceptable(peer, exchanged, message.added));
  }

  /** What the peer does not know yet, and who is gone of those that it knows. */
  #news(
    peer: Peer,
    { told }: Exchanged,
    most: number,
  ): { readonly added: ExchangedPeer[]; readonly dropped: Address[] } {
    const here = new Set<string>();
    const added: ExchangedPeer[] = [];
    for (const other of this.#torrent.peers.values()) {
      const address = listeningAddress(other);
      if (other === peer || address === null || !mayPass(address.host, peer.address.host)) continue;
      const key = keyOf(address);
      here.add(key);
      if (!told.has(key) && added.length < most) added.push({ address, flags: flagsOf(other) });
    }
    const dropped: Address[] = [];
    for (const [key, address] of told) {
      if (!here.has(key) && dropped.length < most) dropped.push(address);
    }
    return { added, dropped };
  }

  /** Those that may be remembered, as many as the peer may still name. */
  #acceptable(peer: Peer, exchanged: Exchanged, added: readonly ExchangedPeer[]): Address[] {
    const { session, view, id } = this.#torrent;
    const room = Math.max(1, Math.floor(session.config.candidatesMax * EXCHANGE_SHARE));
    const found: Address[] = [];
    for (const { address, flags } of added) {
      if (exchanged.taken >= room) break;
      if (view.complete && (flags & EXCHANGE_SEED) !== 0) continue; // neither would have a use for the other
      if (!isDialable(address) || !mayPass(address.host, peer.address.host)) continue;
      if (session.discretion.denies(address.host, id)) continue;
      found.push(address);
      exchanged.taken++;
    }
    return found;
  }

  #of(peer: Peer): Exchanged {
    let exchanged = this.#known.get(peer);
    if (exchanged === undefined) {
      const told = new Map<string, Address>();
      exchanged = { id: 0, dueAt: 0, begun: false, told, paidUntil: -Infinity, taken: 0 };
      this.#known.set(peer, exchanged);
    }
    return exchanged;
  }
}

/** Where others may dial a peer: where we did, or where it says that it listens; null: it does not say. */
function listeningAddress(peer: Peer): Address | null {
  return peer.dialled ? peer.address : (peer.candidate?.address ?? null);
}

function flagsOf(peer: Peer): number {
  const seed = peer.isSeed || peer.uploadOnly ? EXCHANGE_SEED : 0;
  return seed | (peer.dialled ? EXCHANGE_REACHABLE : 0);
}

/** Whether an address means the same to the peer at `other`, and is none that only a neighbour should know. */
function mayPass(host: string, other: string): boolean {
  const reach = reachOf(host);
  return reach >= 0 && reach >= reachOf(other);
}

/** How far an address reaches: 0 this machine, 1 this site, 2 everywhere, -1 nowhere. */
function reachOf(host: string): number {
  const ip = parseIp(host);
  return ip === null ? -1 : ['forbidden', 'loopback', 'private', 'global'].indexOf(ipScope(ip)) - 1;
}

/** IPv6 hosts contain colons, so the port goes first. */
function keyOf({ host, port }: Address): string {
  return `${port} ${host}`;
}
