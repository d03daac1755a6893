/**
 * A torrent while it is in its swarm: made at `active`, dropped at `stopping`, so that a second start begins exactly
 * like the first.
 *
 * Puts the parts together (behaviors, peers, dials, announces) and decides what only the whole can: when a peer must
 * go, when the download is complete, when the store has failed.
 */
import { assert } from '../../core/index.ts';
import type { Address, ConnectionId, Millis, StoreFault } from '../../core/index.ts';
import type { AnnounceFacts } from '../tracker/announcer.ts';
import type { PeerMessage } from '../wire/messages.ts';
import { Admission } from './peers/admission.ts';
import { Announcing } from './trackers/announcing.ts';
import type { Behaviors } from './behavior.ts';
import type { Candidate } from './dialing/candidates.ts';
import type { ActiveBehaviors, Holdings, TorrentContext } from './context.ts';
import { Dialer } from './dialing/dialer.ts';
import { Draining } from './draining.ts';
import type { Links, LinkTorrent } from '../session/links.ts';
import type { Peer } from './peers/peer.ts';
import { PassedHoldings } from './peers/passed-holdings.ts';
import { Picking } from './download/picking.ts';
import type { CloseReason } from '../session/reason.ts';
import { Swarm } from './peers/swarm.ts';
import type { TorrentTrackers } from './trackers/torrent-trackers.ts';

/** What the torrent must hear of. */
export interface ActiveListener {
  /** The last wanted piece was verified, or what was missing is no longer wanted. */
  completed(): void;
  /** A piece was verified: the store works. */
  progressed(): void;
  storeFailed(fault: StoreFault, piece?: number): void;
  /** As much payload was sent as `aim` said. */
  goalReached(): void;
  /** `stopped` was announced, or given up. */
  announcedStop(): void;
  /** A graceful stop has nothing left to wait for. */
  drained(): void;
}

export class ActiveTorrent
  extends PassedHoldings
  implements TorrentContext, LinkTorrent, AnnounceFacts
{
  readonly #links: Links;
  readonly #listener: ActiveListener;
  readonly #swarm: Swarm;
  readonly #dialer: Dialer;
  readonly #draining: Draining;
  readonly announcing: Announcing;
  readonly admission: Admission;
  readonly key: number;
  /** Both as the session had it at this start: a swarm knows us by one id. */
  readonly anonymous: boolean;
  readonly peerId: Uint8Array;
  behaviors: ActiveBehaviors;
  readonly picking: Picking = new Picking(() => this.behaviors);
  #stopped = false;

  constructor(
    holdings: Holdings,
    links: Links,
    behaviors: Behaviors,
    trackers: TorrentTrackers,
    listener: ActiveListener,
  ) {
    super(holdings);
    this.#links = links;
    this.#listener = listener;
    const { discretion, peerId } = holdings.session;
    this.anonymous = discretion.isAnonymous(holdings.metainfo);
    this.peerId = this.anonymous ? discretion.anonymousId! : peerId;
    this.behaviors = { disclosure: null, ...this.#make(behaviors) };
    this.#swarm = new Swarm(this, (addresses) => this.#dialer.learn(addresses, 'exchange'));
    this.#dialer = new Dialer(this, links, this);
    this.admission = new Admission(this, links, this.#dialer);
    this.#draining = new Draining(this, this.#swarm.download, () => this.#listener.drained());
    const random = holdings.session.random.fork(`torrent ${holdings.id} announcer`);
    this.key = random.below(0x80000000);
    this.announcing = new Announcing(holdings, trackers, this, random, {
      found: (addresses) => this.#dialer.learn(addresses, 'tracker'),
      stopped: () => this.#listener.announcedStop(),
    });
  }

  // --- facts

  get peers(): ReadonlyMap<ConnectionId, Peer> {
    return this.#swarm.peers;
  }
  get downloaded(): number {
    return this.#swarm.download.downloaded;
  }
  get redundant(): number {
    return this.#swarm.download.redundant;
  }
  get uploaded(): number {
    return this.#swarm.upload.uploaded;
  }
  /** Bytes that peers are being asked for. */
  get asked(): number {
    return this.#swarm.requests.asked;
  }
  get peersWanted(): number {
    if (this.#stopped || this.draining) return 0;
    return Math.max(0, this.session.config.peersWantedMax - this.peers.size);
  }
  get alone(): boolean {
    return this.peers.size === 0;
  }
  get draining(): boolean {
    return this.#draining.lasts;
  }
  get metadataSize(): number | null {
    return this.#swarm.metadata.size;
  }
  get candidatesKnown(): number {
    return this.#dialer.known;
  }

  // --- life

  start(): void {
    this.#swarm.start();
    this.announcing.start();
    this.#dialer.dial();
  }

  /** Closes every connection and announces `stopped`; `announcedStop` follows. */
  stop(): void {
    assert(!this.#stopped, 'torrent: stopped twice');
    this.#stopped = true;
    this.#draining.end();
    this.#dialer.stop();
    this.admission.stop();
    this.#swarm.stop();
    for (const peer of [...this.peers.values()]) this.disconnect(peer, 'torrent-stopped');
    assert(this.peers.size === 0, 'torrent: stopped with peers');
    this.#links.dropUnfinished(this);
    this.announcing.stop();
  }

  /** Begins nothing new any more; `drained` follows, maybe at the end of this very step. */
  drain(): void {
    this.#draining.begin();
    this.#links.dropUnfinished(this);
  }

  /** It goes on after all. */
  goOn(): void {
    if (!this.draining) return;
    this.#draining.end();
    this.#swarm.choking.rechoke();
    this.#swarm.requests.fillAll();
    this.#dialer.dial();
  }

  /** Replaces some behaviors while everything runs. */
  replace(behaviors: Partial<Behaviors>): void {
    this.behaviors = { ...this.behaviors, ...this.#make(behaviors) };
    this.behaviors.picker.allChanged();
    if (behaviors.disclosure !== undefined) this.#swarm.disclosing.replaced();
    this.#swarm.introductions.wishesChanged();
    this.#swarm.choking.rechoke();
    this.#swarm.requests.fillAll();
    this.#dialer.dial();
  }

  /** `downloading` or `seeding` was switched. */
  flagsChanged(): void {
    if (!this.downloading) this.#swarm.requests.cancelAll();
    for (const peer of this.peers.values()) this.#swarm.requests.updateInterest(peer);
    this.#swarm.introductions.wishesChanged();
    this.#swarm.requests.fillAll();
    this.#swarm.choking.rechoke();
  }

  /** The listener wants to hear when so much payload has been sent since the start. */
  aim(bytes: number): void {
    this.#swarm.upload.aim(bytes);
  }

  goalReached(): void {
    this.#listener.goalReached();
  }

  /** Every priority may have changed. */
  prioritiesChanged(wasComplete: boolean): void {
    this.behaviors.picker.allChanged();
    this.#swarm.prioritiesChanged();
    this.#swarm.introductions.wishesChanged();
    if (!this.view.complete) this.#dialer.wantMore();
    else {
      if (!wasComplete) this.#listener.completed();
      this.#swarm.dropFellowSeeds();
    }
    this.#swarm.choking.rechoke();
  }

  /** Somebody waits for other pieces than before. */
  deadlinesChanged(): void {
    this.#swarm.requests.fillAll();
  }

  learn(addresses: readonly Address[]): void {
    this.#dialer.learn(addresses, 'manual');
  }

  /** A peer that somebody else has met and kept, with what it has said of pieces since. */
  adopt(peer: Peer, words: readonly PeerMessage[]): void {
    const { candidate } = peer;
    peer.candidate = null;
    if (candidate !== null) this.#dialer.belongs(peer, candidate.address);
    peer.begin(this.pieceCount);
    this.#swarm.join(peer);
    this.admission.joined();
    for (const word of words) if (!peer.closed) this.#swarm.hear(peer, word);
  }

  /** Addresses that somebody else knew before. */
  inherit(addresses: readonly Address[]): void {
    this.#dialer.learn(addresses, 'tracker');
  }

  // --- time

  drainDue(): void {
    this.#draining.due();
  }

  rechokeDue(): void {
    this.#swarm.choking.rechoke();
  }

  discloseDue(): void {
    this.#swarm.disclosing.due();
  }

  dialDue(): void {
    this.#dialer.dial();
  }

  peerDue(peer: Peer): void {
    this.#swarm.tick(peer);
  }

  writePaused(peer: Peer, paused: boolean): void {
    peer.writePaused = paused;
    if (!paused) {
      this.#swarm.upload.pump(peer);
      this.#swarm.metadata.pump(peer);
      return;
    }
    const { turn, config } = this.session;
    peer.writePausedAt = turn.now;
    this.watch(peer, turn.now + config.unsentTimeMax);
  }

  datagram(address: Address, data: Uint8Array): boolean {
    return this.announcing.datagram(address, data);
  }

  // --- TorrentContext

  send(peer: Peer, message: PeerMessage): void {
    const { turn } = this.session;
    peer.lastSentAt = turn.now;
    this.overhead.countSent(message);
    turn.send(peer.conn, message);
  }

  pick(peer: Peer, room: number): number {
    return this.picking.pick(peer, room, this.session.turn.now, this.#swarm.requests);
  }

  storeFailed(fault: StoreFault, piece?: number): void {
    this.#listener.storeFailed(fault, piece);
  }

  pieceVerified(index: number): void {
    this.session.turn.notify({ type: 'piece-verified', torrent: this.id, index });
    this.#listener.progressed();
    this.#swarm.announcePiece(index);
    const { ledger } = this;
    // A piece that nobody wanted may come all the same: it was asked for before it was deselected.
    const finishes = ledger.complete && ledger.priority(index) > 0;
    if (finishes) this.#listener.completed();
    if (ledger.verified.isFull) this.announcing.completed();
    if (!finishes) return;
    this.#swarm.dropFellowSeeds();
    this.#swarm.introductions.wishesChanged();
    this.#swarm.choking.rechoke();
  }

  watch(peer: Peer, at: Millis): void {
    this.#swarm.watch(peer, at);
  }

  disconnect(peer: Peer, reason: CloseReason): void {
    if (peer.closed) return;
    this.#links.drop(peer.conn, reason);
    this.lost(peer, reason);
  }

  learnListeningPort(peer: Peer, port: number): void {
    if (!peer.dialled) this.#dialer.belongs(peer, { host: peer.address.host, port });
  }

  ban(conn: ConnectionId, reason: string): void {
    this.admission.ban(conn, reason);
  }

  offense(peer: Peer): void {
    peer.offenses++;
    if (peer.offenses > this.session.config.offensesMax) this.disconnect(peer, 'flooding');
  }

  // --- LinkTorrent

  refuses(host: string, dialled: boolean): CloseReason | null {
    return this.admission.refuses(host, dialled);
  }

  joined(peer: Peer): void {
    const { conn, address, peerId, dialled } = peer;
    this.session.turn.notify({
      type: 'peer-connected',
      torrent: this.id,
      conn,
      address,
      peerId,
      dialled,
    });
    this.#swarm.join(peer);
    this.admission.joined();
    this.#dialer.dial();
  }

  received(peer: Peer, message: PeerMessage): void {
    this.#swarm.receive(peer, message);
  }

  lost(peer: Peer, reason: CloseReason): void {
    const { conn, address } = peer;
    this.session.turn.notify({
      type: 'peer-disconnected',
      torrent: this.id,
      conn,
      address,
      reason,
    });
    this.#swarm.leave(peer);
    this.admission.left(peer);
    this.#dialer.left(peer, reason);
    if (!this.alone || this.#stopped || this.draining) return;
    if (this.#dialer.idle === 0 && !this.view.complete) this.announcing.soon();
    else this.announcing.leftAlone();
  }

  dialFailed(candidate: Candidate, reason: CloseReason): void {
    this.#dialer.failed(candidate, reason);
  }

  sameAs(peer: Peer, candidate: Candidate | null): void {
    if (candidate !== null) this.#dialer.adopt(peer, candidate);
  }

  // --- inside

  #make(behaviors: Behaviors): Omit<ActiveBehaviors, 'disclosure'>;
  #make(behaviors: Partial<Behaviors>): Partial<ActiveBehaviors>;
  #make(behaviors: Partial<Behaviors>): Partial<ActiveBehaviors> {
    const { view, session, id } = this.holdings;
    const own = session.random.fork(`torrent ${id}`);
    const made: { -readonly [K in keyof ActiveBehaviors]?: ActiveBehaviors[K] } = {};
    if (behaviors.picker) made.picker = behaviors.picker(view, own.fork('picker'));
    if (behaviors.choker) made.choker = behaviors.choker(view, own.fork('choker'));
    if (behaviors.pipelining) made.pipelining = behaviors.pipelining(view, own.fork('pipelining'));
    if (behaviors.dialing) made.dialing = behaviors.dialing(view, own.fork('dialing'));
    if (behaviors.bans) made.bans = behaviors.bans(view, own.fork('bans'));
    if (behaviors.disclosure) {
      made.disclosure = behaviors.disclosure(view, own.fork('disclosure'));
    }
    return made;
  }

  assertInvariants(): void {
    this.#swarm.assertInvariants();
  }
}
