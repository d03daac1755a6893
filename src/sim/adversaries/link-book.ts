/**
 * What an adversary remembers of its connections, read off the inputs and effects that pass by.
 *
 * Invariant: a link is here exactly from `connect` or `connected` until either end closes it. Believes nothing that
 * could make it throw: indices out of range and bitfields of the wrong size are skipped.
 */
import { copyOf } from '../../core/index.ts';
import type { Address, ConnectionId } from '../../core/index.ts';
import { PieceSet, supportsFast } from '../../protocol/index.ts';
import type { Metainfo, PeerMessage, SessionEffect, SessionInput } from '../../protocol/index.ts';

export interface Link {
  readonly conn: ConnectionId;
  readonly address: Address;
  connected: boolean;
  /** Their handshake, when it has come: the peer id. */
  peerId: Uint8Array | null;
  /** We have sent ours. */
  shaken: boolean;
  /** They speak the fast extension (BEP 6). */
  fast: boolean;
  /** What they say that they hold. */
  has: PieceSet;
  /** Their socket takes no more for now. */
  paused: boolean;
  sent: number;
  received: number;
}

export class LinkBook {
  readonly links: Map<ConnectionId, Link> = new Map<ConnectionId, Link>();
  readonly #pieceCount: number;

  constructor(metainfo: Metainfo) {
    this.#pieceCount = metainfo.pieceCount;
  }

  get(conn: ConnectionId): Link | undefined {
    return this.links.get(conn);
  }

  /** Links on which both ends have shaken hands. */
  get greeted(): Link[] {
    return [...this.links.values()].filter((link) => link.shaken && link.peerId !== null);
  }

  input(input: SessionInput): void {
    switch (input.type) {
      case 'connected': {
        const dialled = input.conn % 2 === 0;
        const link = this.links.get(input.conn);
        if (link !== undefined) link.connected = true;
        else if (!dialled) this.#open(input.conn, input.address).connected = true;
        return;
      }
      case 'disconnected':
        this.links.delete(input.conn);
        return;
      case 'pause-writing':
      case 'resume-writing': {
        const link = this.links.get(input.conn);
        if (link !== undefined) link.paused = input.type === 'pause-writing';
        return;
      }
      case 'message': {
        const link = this.links.get(input.conn);
        if (link !== undefined) this.#heard(link, input.message);
        return;
      }
      default:
    }
  }

  effect(effect: SessionEffect): void {
    switch (effect.type) {
      case 'connect':
        this.#open(effect.conn, effect.address);
        return;
      case 'close':
      case 'abort':
        this.links.delete(effect.conn);
        return;
      case 'send': {
        const link = this.links.get(effect.conn);
        if (link === undefined) return;
        link.sent++;
        if (effect.message.type === 'handshake') link.shaken = true;
        return;
      }
      default:
    }
  }

  #open(conn: ConnectionId, address: Address): Link {
    const link: Link = {
      conn,
      address: { host: address.host, port: address.port },
      connected: false,
      peerId: null,
      shaken: false,
      fast: false,
      has: new PieceSet(this.#pieceCount),
      paused: false,
      sent: 0,
      received: 0,
    };
    this.links.set(conn, link);
    return link;
  }

  #heard(link: Link, message: PeerMessage): void {
    link.received++;
    switch (message.type) {
      case 'handshake':
        link.peerId ??= copyOf(message.peerId);
        link.fast = supportsFast(message.reserved);
        return;
      case 'have':
        if (message.index < this.#pieceCount) link.has.add(message.index);
        return;
      case 'bitfield':
        link.has = PieceSet.fromWire(message.bits, this.#pieceCount) ?? link.has;
        return;
      case 'have-all':
      case 'have-none':
        link.has = new PieceSet(this.#pieceCount);
        if (message.type === 'have-all') link.has.fill();
        return;
      default:
    }
  }
}
