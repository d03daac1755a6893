/**
 * Applies the choker's choices: who may be served, told on edges only.
 *
 * The choker is asked every `interval` while there is anybody, and in between when a slot is free and somebody wants it:
 * a torrent without peers costs no timer. While `seeding` is off nobody is unchoked; while it drains, who is unchoked stays
 * so, since a choke would take back what was promised. Invariant: at most `uploadSlots` peers are unchoked.
 */
import { assert } from '../../../core/index.ts';
import { CHOKE, UNCHOKE } from '../../wire/messages.ts';
import type { Unchoke } from '../behavior.ts';
import type { TorrentContext } from '../context.ts';
import type { Peer } from '../peers/peer.ts';
import type { Upload } from './upload.ts';

export class Choking {
  readonly #torrent: TorrentContext;
  readonly #upload: Upload;
  readonly #picks: Unchoke[] = [];
  #timer = 0;
  #running = false;
  #unchoked = 0;

  constructor(torrent: TorrentContext, upload: Upload) {
    this.#torrent = torrent;
    this.#upload = upload;
  }

  start(): void {
    this.#running = true;
  }

  stop(): void {
    this.#running = false;
    this.#torrent.session.turn.timers.cancel(this.#timer);
    this.#timer = 0;
  }

  /** A peer began or ceased to be interested: a free slot should not wait for the next interval. */
  interestChanged(peer: Peer): void {
    const free = this.#unchoked < this.#torrent.session.config.uploadSlots;
    if (this.#running && (free || !peer.amChoking)) this.#arm(0);
  }

  left(peer: Peer): void {
    if (peer.amChoking) return;
    this.#unchoked--;
    if (this.#running) this.#arm(0);
  }

  /** Asks the choker and tells every peer whose state changes. */
  rechoke(): void {
    const { behaviors, peers, seeding, session } = this.#torrent;
    const { now } = session.turn;
    if (this.#torrent.draining && seeding) return;
    const picks = this.#picks;
    picks.length = 0;
    if (seeding) {
      const takers = [...peers.values()].filter((peer) => !peer.uploadOnly);
      behaviors.choker.rechoke(takers, session.config.uploadSlots, now, picks);
    }
    assert(picks.length <= session.config.uploadSlots, 'choking: more unchokes than slots');
    const chosen = new Set<number>();
    for (const { conn } of picks) chosen.add(conn);
    for (const peer of peers.values()) {
      if (peer.amChoking || chosen.has(peer.conn)) continue;
      this.#choke(peer, seeding ? 'no slot for it now' : 'seeding is off');
    }
    for (const { conn, reason } of picks) {
      const peer = peers.get(conn);
      if (peer?.amChoking === true) this.#unchoke(peer, reason);
    }
    this.#upload.askAgain();
    if (this.#running && peers.size > 0) this.#arm(behaviors.choker.interval);
    else this.#cancel();
  }

  #choke(peer: Peer, reason: string): void {
    this.#unchoked--;
    peer.chokedAt = this.#torrent.session.turn.now;
    this.#tell(peer, true, reason);
    this.#upload.choke(peer);
  }

  #unchoke(peer: Peer, reason: string): void {
    this.#unchoked++;
    peer.unchokedAt = this.#torrent.session.turn.now;
    this.#tell(peer, false, reason);
  }

  #tell(peer: Peer, choking: boolean, reason: string): void {
    const { turn } = this.#torrent.session;
    const { conn } = peer;
    peer.amChoking = choking;
    this.#torrent.send(peer, choking ? CHOKE : UNCHOKE);
    turn.notify({ type: 'choke-changed', torrent: this.#torrent.id, conn, choking, reason });
  }

  #cancel(): void {
    this.#torrent.session.turn.timers.cancel(this.#timer);
    this.#timer = 0;
  }

  #arm(delay: number): void {
    const { timers, now } = this.#torrent.session.turn;
    timers.cancel(this.#timer);
    this.#timer = timers.set('rechoke', this.#torrent.id, now + delay);
  }

  assertInvariants(): void {
    let unchoked = 0;
    for (const peer of this.#torrent.peers.values()) {
      if (!peer.amChoking) unchoked++;
      if (!peer.amChoking) continue;
      for (const { index } of peer.uploads) {
        assert(this.#upload.grants.covers(peer, index), 'choking: a choked peer has a queue');
      }
    }
    assert(unchoked === this.#unchoked, 'choking: unchoked differs from a recount');
    assert(unchoked <= this.#torrent.session.config.uploadSlots, 'choking: too many unchoked');
  }
}
