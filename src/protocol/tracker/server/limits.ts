/**
 * Every bound of our own tracker, named with its unit: what it takes from a peer, what it keeps, how long it waits (S-45 to
 * S-48). Each has a test at the limit. Those of `TrackerLimits` can be set; the others are what the field agrees on.
 */
import type { Millis } from '../../../core/index.ts';

/** Characters of the query of one request. */
export const queryLengthMax = 4_096;
/** Parameters of one query, and so info-hashes of one scrape over HTTP (S-47). */
export const queryParametersMax = 128;
/** Addresses given when the peer does not say how many it wants. */
export const peersWantedDefault = 50;
/** Bytes of one request over HTTP, from its first letter to the empty line. */
export const requestHeadMax = 8_192;
/** Header lines of one request. */
export const requestHeadersMax = 64;
/** Letters of a passkey (`A-Z a-z 0-9 _ -`). */
export const passkeyLengthMax = 64;
/** Bytes of path and query that a UDP peer may tell (BEP 41). */
export const udpTargetMax = 1_024;
/** Ports that no peer may name: others would be sent there by us, and mail and shell servers are no peers (S-48). */
export const portsRefused: ReadonlySet<number> = new Set([0, 22, 25]);
/** Peers that one announce forgets at most because their time has come, so that its cost has a bound. */
export const expiredPerAnnounceMax = 16;
/** Minutes after which a peer is asked to try again while the store is lost (BEP 31). */
export const storeLostRetryMinutes = 1;

export interface TrackerLimits {
  /** Torrents with peers. */
  readonly torrentsMax: number;
  /** Peers of all torrents together. */
  readonly peersMax: number;
  /** Peers of one torrent, by address family. A full swarm forgets somebody who has been silent for long. */
  readonly torrentPeersMax: number;
  /** Peers of one torrent at one IPv4 address or in one IPv6 /64. */
  readonly torrentHostPeersMax: number;
  /** Peers of all torrents at one IPv4 address or in one IPv6 /64. */
  readonly hostPeersMax: number;
  /** A peer that has been silent for longer is forgotten, in milliseconds. */
  readonly silenceMax: Millis;
}

/** Of one that is asked for once in half an hour. */
export const trackerLimitsDefault: TrackerLimits = {
  torrentsMax: 100_000,
  peersMax: 5_000_000,
  torrentPeersMax: 50_000,
  torrentHostPeersMax: 32,
  hostPeersMax: 20_000,
  silenceMax: 2 * 30 * 60_000,
};
