/**
 * Every limit of the peer session, in one place: named with its unit and bound, with a default and a range. The limits
 * of a codec stand beside that codec. Nothing a remote does can make the session exceed one of these.
 */
import { assert } from '../core/index.ts';
import type { Millis } from '../core/index.ts';

export interface SessionConfig {
  /** Connections over all torrents, those without a handshake included. */
  readonly connectionsMax: number;
  /** Addresses remembered per torrent; further ones are dropped. */
  readonly candidatesMax: number;
  /** From connected to a valid handshake, in all (S-21). */
  readonly handshakeTimeMax: Millis;
  /** Nothing received for so long: closed as `idle`. BEP 3 expects something every two minutes. */
  readonly idleTimeMax: Millis;
  /** Nothing sent for so long: a keep-alive goes out. */
  readonly keepAliveEvery: Millis;
  /** Requests out, and no block for so long: the peer is snubbed and all its leases return (S-34). */
  readonly stallTimeMax: Millis;
  /** One request unanswered for so long although others are answered: cancelled and given to others. */
  readonly requestTimeMax: Millis;
  /** Requests that we keep for one peer, and what we tell it as `reqq` (S-25). */
  readonly requestQueueMax: number;
  /** Requests that a peer takes which has not told its `reqq`. */
  readonly requestsOutDefault: number;
  /**
   * Pieces that a peer may have while choked, and what it may have itself to be offered any (S-27); no more than an eighth
   * of a torrent. Below 1: nobody is offered any.
   */
  readonly allowedFastMax: number;
  /** Bytes being read from the store, or handed to the network, per peer, ahead of what the socket took (S-26). */
  readonly readAheadBytesMax: number;
  /** Blocks handed to the store and not yet taken, per torrent: above it no new requests go out. */
  readonly unwrittenBytesMax: number;
  /** Bad or unasked-for messages that a connection may send before it is closed as `flooding`. */
  readonly offensesMax: number;
  /** Upload slots per torrent, the optimistic one included. */
  readonly uploadSlots: number;
  /** Pieces being hashed at once while existing data is checked. */
  readonly checkJobsMax: number;
  /** Addresses asked of a tracker at once. */
  readonly peersWantedMax: number;
}

export const defaultConfig: SessionConfig = {
  connectionsMax: 200,
  candidatesMax: 3000,
  handshakeTimeMax: 10_000,
  idleTimeMax: 150_000,
  keepAliveEvery: 100_000,
  stallTimeMax: 20_000,
  requestTimeMax: 60_000,
  requestQueueMax: 2000,
  requestsOutDefault: 250,
  allowedFastMax: 10,
  readAheadBytesMax: 1_048_576,
  unwrittenBytesMax: 33_554_432,
  offensesMax: 300,
  uploadSlots: 8,
  checkJobsMax: 32,
  peersWantedMax: 80,
};

/** Fills in the defaults and checks every value: a limit is a positive number. Throws on our own caller's mistake. */
export function sessionConfig(given: Partial<SessionConfig>): SessionConfig {
  const config: SessionConfig = { ...defaultConfig, ...given };
  for (const value of Object.values(config)) {
    assert(typeof value === 'number' && value > 0, 'config: every limit is a positive number');
  }
  return config;
}
