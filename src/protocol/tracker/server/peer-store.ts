/**
 * The port between a tracker and whatever remembers its peers: in memory, or in a database that several trackers share.
 *
 * A store owns swarms, their bounds, and the time after which a silent peer is forgotten. It does not know transports,
 * lists, passkeys or intervals. Each call is answered exactly once, from inside the call or later; `null` means that the
 * store cannot be reached now, and that nothing is known of what it did. What is given to a store is borrowed until the
 * call returns, what it answers until the answer's own call returns. One suite holds every store to this
 * (`test/tracker/store-contract.ts`).
 */
import type { Millis } from '../../../core/index.ts';
import type { AnnounceEvent } from '../../session/event.ts';
import type { ScrapeCounts } from '../udp-reply.ts';

/** One announce, as a store needs it. */
export interface StoreAnnounce {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 4 or 16 bytes, as the socket tells. */
  readonly ip: Uint8Array;
  readonly port: number;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** 32 bits; a peer that has told one leaves by it only (S-48). */
  readonly key: number | null;
  readonly seed: boolean;
  /** Whether it is told of seeds as well as of leeches. */
  readonly wantsSeeds: boolean;
  readonly event: AnnounceEvent;
  /** Peers to be chosen, 0 to `peersPerReplyMax`; none for `stopped`. */
  readonly peersWanted: number;
  /** `both`: where the own family has too few, of the other one as well. */
  readonly families: 'own' | 'both';
  /** Whether peer ids are wanted as well. */
  readonly withIds: boolean;
}

/** Peers of one family, packed: 6 or 18 bytes each, and 20 bytes of peer id each where they were asked for. */
export interface PackedPeers {
  readonly endpoints: Uint8Array;
  readonly ids: Uint8Array;
}

/** Whom a peer is told of, and how many there are, itself included. */
export interface StoreAnswer extends ScrapeCounts {
  readonly v4: PackedPeers;
  readonly v6: PackedPeers;
}

/** Why a peer is not taken. */
export type StoreRefusal = 'the tracker is full' | 'too many peers at this address';

export interface PeerStore {
  /** Takes, renews or removes one peer, and chooses others for it. */
  announce(
    announce: StoreAnnounce,
    now: Millis,
    told: (answer: StoreAnswer | StoreRefusal | null) => void,
  ): void;
  /** Counts of these torrents, in their order; zeros for one that is not known. */
  scrape(
    infoHashes: readonly Uint8Array[],
    now: Millis,
    told: (counts: readonly ScrapeCounts[] | null) => void,
  ): void;
  /** Forgets peers that have been silent for too long; bounded work, true where more is left. */
  sweep(now: Millis): boolean;
  /** What is held, for those who watch; a store that cannot tell without asking says what it was told last. */
  readonly size: { readonly torrents: number; readonly peers: number };
}

export const noPeers: PackedPeers = { endpoints: new Uint8Array(0), ids: new Uint8Array(0) };
