/**
 * Every limit of a resume file, named with its unit and bound (S-68). It is an input like any other: somebody may have
 * changed it.
 */
export interface ResumeLimits {
  /** Bytes of the whole file. */
  readonly bytesMax: number;
  /** Unverified pieces of which blocks are remembered; further ones are fetched again. */
  readonly partialMax: number;
  /** Peer addresses remembered. */
  readonly peersMax: number;
}

export const resumeLimits: ResumeLimits = {
  bytesMax: 33_554_432,
  partialMax: 10_000,
  peersMax: 50,
};
