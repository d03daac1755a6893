/**
 * What an adversary can see and do at one moment: the contract between a trick (a tamper or a script) and the machine
 * that plays it.
 */
import type { Address, ConnectionId, Millis, Random } from '../../core/index.ts';
import type { Geometry, Metainfo, PeerMessage, SessionEffect } from '../../protocol/index.ts';
import type { Poison } from './adversary.ts';
import type { Link, LinkBook } from './link-book.ts';

export interface Scene {
  readonly now: Millis;
  readonly random: Random;
  readonly links: LinkBook;
  readonly metainfo: Metainfo;
  readonly geometry: Geometry;
  readonly poison: Poison;
  /** Raw messages can be sent (`hostile-codec.ts`). */
  readonly raw: boolean;
  /** Our own peer id, 20 bytes. */
  readonly peerId: Uint8Array;
  /** Lets an effect out to the driver. Words on a connection that is gone are dropped. */
  push(effect: SessionEffect): void;
  send(conn: ConnectionId, message: PeerMessage): void;
  /** Ends the connection without a word. */
  reset(conn: ConnectionId, reason: string): void;
  /** Counts what was really done. */
  did(what: string, times?: number): void;
}

/** What only a script can do. */
export interface Stage extends Scene {
  /** Calls the script's `woken` for this connection at `at`; one call per connection, the later one replaces. */
  wake(link: Link, at: Millis): void;
  /** Dials again after `delay`, whatever became of the earlier dials. */
  dial(address: Address, delay: Millis): void;
}
