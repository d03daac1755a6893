/**
 * The nouns that inputs, effects and reactors share. Nothing here knows BitTorrent.
 */

import type { Millis } from './machine.ts';

/** One connection. Even: dialled by the machine. Odd: accepted by the network. Never reused. */
export type ConnectionId = number;
/** One piece of work that is answered exactly once. Chosen by the machine, never reused. */
export type JobId = number;
/** One store, chosen by the machine that opens it, never reused. */
export type StoreId = number;

/** An endpoint: `host` is a literal IPv4 or IPv6 address, without brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One file of a store. `path` elements are already safe to join under the store's root. */
export interface StoreFile {
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** Padding reads as zeros, is never written and never exists as a file. */
  readonly padding: boolean;
}

/**
 * Why a store job failed. `full`: no space. `io`: the device failed. `missing`: file absent or too short.
 * `denied`: no permission, or read-only. `closed`: the store was closed.
 */
export type StoreFault = 'full' | 'io' | 'missing' | 'denied' | 'closed';

/** Why an HTTP request brought no reply. `forbidden`: `localPath` or a restraint does not allow to ask there. */
export type HttpFault =
  'refused' | 'unresolved' | 'timed-out' | 'too-large' | 'bad-reply' | 'cancelled' | 'forbidden';

/** Why a host name did not resolve. */
export type ResolveFault = 'not-found' | 'timed-out' | 'failed';

/** Why a connection ended, or never came to be. `bad-frame`: the decoder gave up on the remote's bytes. */
export type LostReason = 'closed' | 'reset' | 'refused' | 'unreachable' | 'timed-out' | 'bad-frame';

/**
 * What a request must not do, after redirects too. `anonymous`: say who asks (no `User-Agent`). `no-idna`: go to a host
 * with an internationalised name (`xn--`). `filtered`: go to an address that the application's filter denies, where the
 * reactor was given one. What would break the last two ends as `forbidden`.
 */
export type HttpRestraint = 'anonymous' | 'no-idna' | 'filtered';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: string;
  /** First and last byte, inclusive, or null for the whole. */
  readonly range: readonly [number, number] | null;
  /**
   * Where machines that are not on the public Internet may be asked, for URLs that a stranger chose: this host itself on
   * exactly this path, others on paths that end in it, and link-local ones nowhere. The addresses that are connected to
   * are judged, after every redirect. Null: anywhere. A reactor without such a difference may ignore it.
   */
  readonly localPath: string | null;
  /**
   * The literal address of this machine that the request leaves from, and with it the family of the address that is
   * asked; `0.0.0.0` and `::` name the family alone. Absent: the reactor chooses both.
   */
  readonly localAddress?: string;
  readonly restraints: readonly HttpRestraint[];
  /** Most bytes of body accepted, after decompression. */
  readonly bytesMax: number;
  /** Most time for the whole exchange, redirects included. */
  readonly timeMax: Millis;
}

export interface HttpReply {
  readonly status: number;
  readonly body: Uint8Array;
}
