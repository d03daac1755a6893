/**
 * The limits of getting and giving metadata (BEP 9, S-13), named with unit and bound. How large metadata may be is
 * `metadataBytesMax`, beside the handshake that claims it.
 */
import type { Millis } from '../../../core/index.ts';

/** Sizes, and peers asked alone, that are gone after at once: all that holds bytes before they are judged. */
export const attemptsMax = 4;
/** Requests that one peer has at a time. */
export const requestsMax = 4;
/** A request may take so long; then the peer rests, and others are asked. */
export const requestTimeMax: Millis = 10_000;
/** Whoever rejects, or does not answer, is left alone for so long; each further time twice as long. */
export const restTime: Millis = 20_000;
export const restTimeMax: Millis = 600_000;
/** While others wait for a place an attempt may take so long; each further time twice as long. */
export const attemptTimeMax: Millis = 60_000;

/** Peers that have given us the metadata wait so long for the torrent to begin; then they are let go. */
export const handOverTimeMax: Millis = 120_000;
/** Pieces remembered of what such a peer says that it has; more is not kept, and it is met anew. */
export const earlyPiecesMax = 262_144;
/** Single pieces that it may tell of, beside a bitfield. */
export const earlyHavesMax = 4096;

/** Requests for metadata that a peer may have waiting; more are rejected. */
export const servingQueueMax = 64;
/** Pieces of metadata that a peer is given in a second, and as many at once. */
export const servedPerSecond = 64;
/** How often one connection is given the whole metadata; more is rejected, and counts as an offense. */
export const copiesMax = 3;
