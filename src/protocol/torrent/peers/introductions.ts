/**
 * The extended handshakes of one torrent (BEP 10): what we tell of ourselves, and what is taken of what peers tell.
 *
 * Told at first: name (unless the torrent is anonymous), requests we take, port, how we see the other (`yourip`), and
 * `upload_only` (BEP 21) while we want nothing; told again only when that changes, and no faster than anybody must listen: what changed meanwhile is told
 * when its time has come, so whoever was told last knows the truth. Heard: a burst of `HANDSHAKES_BURST` per connection and then one per
 * `HANDSHAKE_EVERY`; more are not even read, and count as offenses (S-36). Offered by name: peer exchange
 * (`peer-exchange.ts`) and `ut_metadata` (BEP 9).
 */
import type { Millis } from '../../../core/index.ts';
import {
  encodeExtendedHandshake,
  parseExtendedHandshake,
} from '../../extensions/extended-handshake.ts';
import type { ExtendedHandshake } from '../../extensions/extended-handshake.ts';
import { ownExtensions } from '../../extensions/extension-ids.ts';
import { canonicalIp, formatUnmapped, parseIp } from '../../tracker/ip-text.ts';
import type { SwarmContext } from '../context.ts';
import type { Peer } from './peer.ts';
import type { PeerExchange } from './peer-exchange.ts';

/** Handshakes that a connection may send at once: real clients send one, and one more when something changes. */
export const HANDSHAKES_BURST = 10;
/** After the burst: one in so many milliseconds. */
export const HANDSHAKE_EVERY: Millis = 10_000;
/** Of the burst we send no more ourselves: what comes closer together than it left is still listened to. */
const OWN_BURST = HANDSHAKES_BURST / 2;

export class Introductions {
  readonly #torrent: SwarmContext;
  /** null: none is offered, as nobody knows yet whether the torrent is private. */
  readonly #exchange: PeerExchange | null;
  #uploadOnly = false;

  constructor(torrent: SwarmContext, exchange: PeerExchange | null) {
    this.#torrent = torrent;
    this.#exchange = exchange;
  }

  start(): void {
    this.#uploadOnly = this.#wantsNothing;
  }

  /** To a peer that has just joined. */
  tell(peer: Peer): void {
    const { config, clientName, port } = this.#torrent.session;
    const host = canonicalIp(peer.address.host);
    this.#send(peer, {
      extensions: ownExtensions(this.#exchange?.offered ?? false),
      client: this.#torrent.anonymous ? null : clientName,
      requestQueue: config.requestQueueMax,
      port: port === 0 ? null : port,
      yourIp: host === null ? null : parseIp(host),
      uploadOnly: this.#uploadOnly ? true : null,
      metadataSize: this.#torrent.metadataSize,
    });
  }

  /** We may have begun, or ceased, to want something: whoever was told otherwise hears of it. */
  wishesChanged(): void {
    if (this.#wantsNothing === this.#uploadOnly) return;
    this.#uploadOnly = this.#wantsNothing;
    for (const peer of this.#torrent.peers.values()) this.update(peer);
  }

  /** When the peer must be told something, that may not be told yet or was not; Infinity: it knows everything. */
  deadline(peer: Peer): Millis {
    if (!peer.extended || peer.toldUploadOnly === this.#uploadOnly) return Infinity;
    const { now } = this.#torrent.session.turn;
    return Math.max(paidUntil(peer.toldAt, OWN_BURST, now), now);
  }

  /** Tells the peer what it does not know yet, or sees to it that it is told in time. */
  update(peer: Peer): void {
    const at = this.deadline(peer);
    if (at === Infinity) return;
    if (at > this.#torrent.session.turn.now) {
      this.#torrent.watch(peer, at);
      return;
    }
    this.#send(peer, { uploadOnly: this.#uploadOnly });
  }

  heard(peer: Peer, payload: Uint8Array): void {
    const { turn, votes } = this.#torrent.session;
    const next = paidUntil(peer.introducedAt, HANDSHAKES_BURST, turn.now);
    if (next > turn.now) {
      this.#torrent.offense(peer);
      return;
    }
    peer.introducedAt = next;
    const { handshake } = parseExtendedHandshake(payload);
    if (handshake === null) {
      this.#torrent.offense(peer);
      return;
    }
    const { requestQueue, client, port, uploadOnly, yourIp, extensions, metadataSize } = handshake;
    peer.metadataId = extensions.get('ut_metadata') ?? peer.metadataId;
    if (metadataSize !== null) peer.metadataSize = metadataSize;
    const exchangeId = extensions.get('ut_pex');
    if (exchangeId !== undefined) this.#exchange?.wanted(peer, exchangeId);
    if (requestQueue !== null) peer.requestsMax = requestQueue;
    if (client !== null) peer.clientName = client;
    if (uploadOnly !== null) peer.uploadOnly = uploadOnly;
    if (yourIp !== null) {
      votes.vote(peer.address.host, formatUnmapped(yourIp, 0, yourIp.length), turn);
    }
    if (port !== null) this.#torrent.learnListeningPort(peer, port);
  }

  get #wantsNothing(): boolean {
    const { behaviors, downloading, view } = this.#torrent;
    // Who hides pieces would be taken for one that has nothing more to give.
    return behaviors.disclosure === null && (view.complete || !downloading);
  }

  /** Every handshake says, or leaves open as the truth, whether we want something. */
  #send(peer: Peer, handshake: Partial<ExtendedHandshake>): void {
    peer.toldUploadOnly = this.#uploadOnly;
    peer.toldAt = paidUntil(peer.toldAt, OWN_BURST, this.#torrent.session.turn.now);
    const payload = encodeExtendedHandshake(handshake);
    this.#torrent.send(peer, { type: 'extended', id: 0, payload });
  }
}

/** Up to when handshakes are paid for with one more, those before it up to `at`; in the future: it comes too soon. */
function paidUntil(at: Millis, burst: number, now: Millis): Millis {
  return Math.max(at, now - burst * HANDSHAKE_EVERY) + HANDSHAKE_EVERY;
}
