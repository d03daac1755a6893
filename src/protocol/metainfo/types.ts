/**
 * The checked contents of a torrent file (BEP 3, 12, 27, 47). Everything in it is safe to use: paths stay under the
 * root, sizes are exact integers that add up, there is one SHA-1 per piece.
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
