/** The limits of extension messages (rows S-25 and S-36), named with unit and bound. */
import type { ScanRules } from '../bencode/scan.ts';

/** How an extended handshake is scanned: real ones take some 200 bytes and 30 values. */
export const extendedHandshakeRules: ScanRules = {
  lengthMax: 65_536,
  depthMax: 16,
  tokensMax: 2048,
  keys: 'tolerant',
  trailing: 'refused',
};

/** Requests that a peer may be said to hold (`reqq`), whatever it says itself. */
export const requestQueueMax = 2000;
/** Extensions remembered of one peer. */
export const extensionsMax = 64;
/** Characters of an extension's name. */
export const extensionNameLengthMax = 64;
/** UTF-8 bytes kept of a peer's client name (`v`). */
export const clientNameBytesMax = 128;
/** Bytes of metadata that we would ask a peer for (row S-13). */
export const metadataBytesMax = 10_000_000;

/** How a message of peer exchange is scanned: six texts, of 200 IPv6 peers at most, and room for what others add. */
export const peerExchangeRules: ScanRules = {
  lengthMax: 16_384,
  depthMax: 4,
  tokensMax: 64,
  keys: 'tolerant',
  trailing: 'refused',
};
/**
 * Peers in one message of peer exchange that come, and that go (BEP 11). It wants 50, libtorrent sends 100 of each family,
 * and the first message may have more.
 */
export const exchangedPeersMax = 200;
