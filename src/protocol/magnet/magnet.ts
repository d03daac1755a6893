/**
 * What a magnet link says of a torrent (BEP 9, BEP 53), checked. Nothing in it is more than a claim but the info-hash,
 * by which the metadata will be judged.
 */

/** Files of consecutive indices, from 0, both ends included (BEP 53). */
export interface FileRange {
  readonly first: number;
  readonly last: number;
}

export interface Magnet {
  /** `xt=urn:btih:`: SHA-1 of `info`, 20 bytes. */
  readonly infoHash: Uint8Array;
  /** `xt=urn:btmh:`, of a hybrid torrent: SHA-256 of `info`, 32 bytes (BEP 52). Kept, and not used yet. */
  readonly infoHashV2: Uint8Array | null;
  /** `dn`: safe to show, until the metadata tells the true one. */
  readonly name: string | null;
  /** `tr`: http, https or udp, each once, each a tier of its own, in the order of the link. */
  readonly tiers: readonly (readonly string[])[];
  /** `x.pe`: addresses as `HOST:PORT`, IPv6 in brackets; names not looked up. */
  readonly peers: readonly string[];
  /** `ws`: kept for those who speak BEP 19; this engine does not. */
  readonly webSeeds: readonly string[];
  /** `so`: the files wanted, ascending, apart from each other; null: the link does not say. */
  readonly selected: readonly FileRange[] | null;
}

/**
 * `not-a-magnet`: another kind of text. `too-long`: over `linkLengthMax`. `no-topic`: no `xt` that names a torrent.
 * `bad-hash`: one that does, and whose hash is none. `v2-only`: BEP 52 without the v1 hash.
 */
export type MagnetFault = 'not-a-magnet' | 'too-long' | 'no-topic' | 'bad-hash' | 'v2-only';
