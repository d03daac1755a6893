/**
 * Every limit of reading a magnet link: it comes from a web page, so from a stranger. What is beyond one is dropped and
 * counted, but for the length of the whole.
 */

export interface MagnetLimits {
  /** Characters of the whole link. */
  readonly linkLengthMax: number;
  /** Parameters looked at; further ones are dropped. */
  readonly parametersMax: number;
  /** Tracker URLs. */
  readonly trackersMax: number;
  /** Characters of a URL. */
  readonly urlLengthMax: number;
  /** Web seed URLs. */
  readonly webSeedsMax: number;
  /** Peer addresses. */
  readonly peersMax: number;
  /** UTF-8 bytes kept of the name. */
  readonly nameBytesMax: number;
  /** The greatest index of a file that may be selected. */
  readonly fileIndexMax: number;
  /** Numbers and ranges of `so`. */
  readonly fileRangesMax: number;
}

export const magnetLimits: MagnetLimits = {
  linkLengthMax: 65_536,
  parametersMax: 1024,
  trackersMax: 256,
  urlLengthMax: 2048,
  webSeedsMax: 64,
  peersMax: 64,
  nameBytesMax: 1024,
  fileIndexMax: 262_143,
  fileRangesMax: 4096,
};
