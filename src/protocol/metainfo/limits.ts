/**
 * Every limit of reading a torrent file, named with its unit and bound (rows S-05, S-06, S-08 and S-11). The defaults
 * take everything seen in the field and keep a hostile file from costing more than a small multiple of its size.
 */

export interface MetainfoLimits {
  /**
   * Bytes of the whole torrent file. The default has room for `piecesMax` digests (42 MB) beside `filesMax` files of 80 bytes;
   * what a hostile file of that size costs is the memory of its bytes twice, and one pass over them.
   */
  readonly torrentBytesMax: number;
  /** Lists and dictionaries open at once. */
  readonly bencodeDepthMax: number;
  /** Values in the whole torrent file, keys included. */
  readonly bencodeTokensMax: number;
  readonly piecesMax: number;
  /** Bytes of a piece. */
  readonly pieceLengthMax: number;
  /** Entries of `files`, padding and links included. */
  readonly filesMax: number;
  /** Elements of one path, the torrent's name included. */
  readonly pathDepthMax: number;
  /** UTF-8 bytes of one path with its separators. */
  readonly pathBytesMax: number;
  /** Files that need another name because theirs is taken. */
  readonly duplicatesMax: number;
  /** Tracker URLs over all tiers; further ones are dropped. */
  readonly trackersMax: number;
  /** Characters of a tracker URL; a longer one is dropped. */
  readonly trackerUrlLengthMax: number;
  /** UTF-8 bytes kept of a comment or a program's name. */
  readonly textBytesMax: number;
}

export const metainfoLimits: MetainfoLimits = {
  torrentBytesMax: 64_000_000,
  bencodeDepthMax: 100,
  bencodeTokensMax: 3_000_000,
  piecesMax: 2_097_152,
  pieceLengthMax: 536_870_912,
  filesMax: 262_144,
  pathDepthMax: 100,
  pathBytesMax: 3072, // most systems take 4096 in all: this leaves room for the download folder
  duplicatesMax: 500,
  trackersMax: 256,
  trackerUrlLengthMax: 2048,
  textBytesMax: 16_384,
};
