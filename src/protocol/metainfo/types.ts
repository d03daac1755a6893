/**
 * The checked contents of a torrent file (BEP 3, 12, 27, 47, 52). Everything in it is safe to use: paths stay under the
 * root, sizes are exact integers that add up, there is one SHA-1 per piece, piece layers hash to their roots.
 */

export interface MetainfoFile {
  /** Safe elements, relative to the download folder; for a multi-file torrent the first one is the torrent's name. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** Where it begins in the torrent's byte array. */
  readonly offset: number;
  /** BEP 47 padding: zeros that never become a file. */
  readonly padding: boolean;
}

export interface Metainfo {
  /** SHA-1 of the original bytes of the `info` value, 20 bytes. */
  readonly infoHash: Uint8Array;
  /** Safe for a file system and for display. */
  readonly name: string;
  /** Bytes. */
  readonly pieceLength: number;
  /** SHA-1 of every piece, 20 bytes each, concatenated. */
  readonly pieces: Uint8Array;
  readonly pieceCount: number;
  /** Bytes over all files, padding included. */
  readonly length: number;
  readonly files: readonly MetainfoFile[];
  /** BEP 27: peers only from the trackers. */
  readonly private: boolean;
  /** Tracker URLs, tier by tier, in the file's order (BEP 12); `announce` where there is no usable list. */
  readonly tiers: readonly (readonly string[])[];
  readonly comment: string | null;
  readonly createdBy: string | null;
  /** Seconds since 1970, or null. */
  readonly creationDate: number | null;
  /** The original bytes of the `info` value. */
  readonly info: Uint8Array;
}

/** A file as BitTorrent v2 has it (BEP 52): a hash tree of its own, beginning at a piece of its own. */
export interface FileV2 {
  /** Safe elements, as in `MetainfoFile`. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** The 32-byte root of its hash tree; null: it is empty. */
  readonly piecesRoot: Uint8Array | null;
  /**
   * The roots of its pieces, 32 bytes each, concatenated, which hash to `piecesRoot`; null where it has one piece at most, and
   * where the torrent file leaves them out (a magnet's does).
   */
  readonly layer: Uint8Array | null;
  /** `attr` has an x (BEP 47). */
  readonly executable: boolean;
}

/** The v2 half of a torrent (BEP 52). */
export interface MetainfoV2 {
  /** SHA-256 of the original bytes of the `info` value, 32 bytes. */
  readonly infoHash: Uint8Array;
  readonly files: readonly FileV2[];
  /** Pieces over all files; each file begins a new one. */
  readonly pieceCount: number;
  /** Bytes over all files. */
  readonly length: number;
}

/** All that a torrent file says: its v1 half, its v2 half, or both (a hybrid), and what goes for either. */
export interface FullMetainfo {
  readonly v1: Metainfo | null;
  readonly v2: MetainfoV2 | null;
  readonly name: string;
  /** Bytes. */
  readonly pieceLength: number;
  readonly private: boolean;
  readonly tiers: readonly (readonly string[])[];
  readonly comment: string | null;
  readonly createdBy: string | null;
  readonly creationDate: number | null;
  readonly info: Uint8Array;
  readonly extras: MetainfoExtras;
}

/** What no transfer needs and people want to see. Texts are unsafe to print as they are. */
export interface MetainfoExtras {
  /** URLs under which the content lies (BEP 19); a bad entry is left out. */
  readonly webSeeds: readonly string[];
  /** Where to enter the DHT (BEP 5). */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** `info.source`, by which private trackers tell their torrents apart. */
  readonly source: string | null;
  /** Info-hashes of 20 bytes (BEP 38). */
  readonly similar: readonly Uint8Array[];
  readonly collections: readonly string[];
}
