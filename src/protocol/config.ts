/**
 * Every limit of the peer session, in one place: named with its unit and bound, with a default and a range. The limits
 * of a codec stand beside that codec. Nothing a remote does can make the session exceed one of these.
 */
import { assert } from '../core/index.ts';
import type { Millis } from '../core/index.ts';

export interface SessionConfig {
  /** Connections over all torrents, those without a handshake included. */
  readonly connectionsMax: number;
  /**
   * Connections with one host: per torrent, and as many that have not shaken hands yet (S-31). Hosts of the loopback
   * network are not counted: any number of peers may share a machine.
   */
  readonly connectionsPerHostMax: number;
  /**
   * Peers of one torrent with the same peer id. 1, the default: two peers have one connection between them (S-31). More
   * is for networks in which different peers cannot help having the same id.
   */
  readonly connectionsPerPeerIdMax: number;
  /** Dials under way over all torrents, until the handshake (S-32). */
  readonly diallingMax: number;
  /** Dials per second over all torrents, and as many at once after a pause; fractions are rounded up. */
  readonly dialsPerSecondMax: number;
  /** Accepted connections that have not shaken hands; above it the oldest one is closed (S-21). */
  readonly strangersMax: number;
  /** A host that a tracker named and that never shook hands is dialled once in so long at most (S-33). */
  readonly hostDialEvery: Millis;
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
  /**
   * Pieces suggested to a peer that it does not have yet (BEP 6): what was just read for others. Below 1, the default:
   * nobody is suggested any.
   */
  readonly suggestionsMax: number;
  /** Bytes being read from the store, or handed to the network, per peer, ahead of what the socket took (S-26). */
  readonly readAheadBytesMax: number;
  /** Blocks handed to the store and not yet taken, per torrent: above it no new requests go out. */
  readonly unwrittenBytesMax: number;
  /**
   * Blocks requested of all peers and not yet written, per torrent: what comes if all answer at once. Above it a peer may
   * have four requests out and no more.
   */
  readonly requestedBytesMax: number;
  /** Bad or unasked-for messages that a connection may send before it is closed as `flooding`. */
  readonly offensesMax: number;
  /** Requests may come for so long after a choke; later ones count as offenses (S-28). */
  readonly chokeGrace: Millis;
  /**
   * The socket of a peer has had no room for so long: closed as `not-reading` (S-26). A peer that is only slow must be able
   * to take `readAheadBytesMax` in that time.
   */
  readonly unsentTimeMax: Millis;
  /** While all places are taken: neither side interested for so long, and the peer makes room. */
  readonly uninterestedTimeMax: Millis;
  /**
   * While all places are taken: a peer that we want nothing of holds an upload slot and asks for nothing for so long, and
   * makes room (S-28).
   */
  readonly slotIdleTimeMax: Millis;
  /** While all places are taken and nobody comes or goes for so long, the least useful peer makes room. */
  readonly turnoverTime: Millis;
  /** A host that is banned may come again after so long. */
  readonly banTime: Millis;
  /** Bans per torrent: above it the oldest ends early. */
  readonly bansMax: number;
  /** Blocks of failed pieces of which sender and digest are remembered, per torrent (S-29). */
  readonly evidenceBlocksMax: number;
  /** A suspect has a piece to itself for so long; then others may be asked for the rest of it. */
  readonly paroleTimeMax: Millis;
  /** Upload slots per torrent, the optimistic one included. */
  readonly uploadSlots: number;
  /** Pieces being hashed at once while existing data is checked. */
  readonly checkJobsMax: number;
  /** Addresses asked of a tracker at once. */
  readonly peersWantedMax: number;
  /**
   * Peers that came, and that went, in one message of peer exchange but the first (BEP 11: 50). Below 1, the default: no
   * torrent exchanges peers; `createClient` sets it.
   */
  readonly exchangePeersMax: number;
  /** From a store that was full or failed (`io`) to the next try; each further one waits twice as long. */
  readonly storeRetryTime: Millis;
  /** The longest wait between such tries. */
  readonly storeRetryTimeMax: Millis;
  /** A graceful stop may take so long; then whatever is still owed is given up. */
  readonly drainTimeMax: Millis;
}

export const defaultConfig: SessionConfig = {
  connectionsMax: 200,
  connectionsPerHostMax: 8,
  connectionsPerPeerIdMax: 1,
  diallingMax: 100,
  dialsPerSecondMax: 30,
  strangersMax: 100,
  hostDialEvery: 60_000,
  candidatesMax: 3000,
  handshakeTimeMax: 10_000,
  idleTimeMax: 150_000,
  keepAliveEvery: 100_000,
  stallTimeMax: 20_000,
  requestTimeMax: 60_000,
  requestQueueMax: 2000,
  requestsOutDefault: 250,
  allowedFastMax: 10,
  suggestionsMax: 0.5,
  readAheadBytesMax: 1_048_576,
  unwrittenBytesMax: 33_554_432,
  requestedBytesMax: 33_554_432,
  offensesMax: 300,
  chokeGrace: 2000,
  unsentTimeMax: 180_000,
  uninterestedTimeMax: 120_000,
  slotIdleTimeMax: 60_000,
  turnoverTime: 300_000,
  banTime: 3_600_000,
  bansMax: 4096,
  evidenceBlocksMax: 65_536,
  paroleTimeMax: 60_000,
  uploadSlots: 8,
  checkJobsMax: 32,
  peersWantedMax: 80,
  exchangePeersMax: 0.5,
  storeRetryTime: 30_000,
  storeRetryTimeMax: 600_000,
  drainTimeMax: 60_000,
};

/** Fills in the defaults and checks every value: a limit is a positive number. Throws on our own caller's mistake. */
export function sessionConfig(given: Partial<SessionConfig>): SessionConfig {
  const config: SessionConfig = { ...defaultConfig, ...given };
  for (const value of Object.values(config)) {
    assert(typeof value === 'number' && value > 0, 'config: every limit is a positive number');
  }
  return config;
}
