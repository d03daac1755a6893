/**
 * The bounds of the peer wire, and what can be wrong with a remote's bytes.
 *
 * Every frame is judged by its length prefix and its id against these before a byte of its body is kept (S-20).
 * Whether a bitfield fits the torrent, or a request its piece, is the session's to judge (S-22, S-24).
 */
import { assert } from '../../core/index.ts';

export interface WireLimits {
  /** Bytes of the block in a `piece` message, 1 to 131072. BEP 3 asks for 16 KiB; some peers ask for more. */
  readonly blockLengthMax: number;
  /** Bytes of a `bitfield`: eight times as many pieces. */
  readonly bitfieldBytesMax: number;
  /** Bytes of the payload of an `extended` message (BEP 10). */
  readonly extendedBytesMax: number;
  /** Bytes of the body of a message with an id that we do not know; it is skipped and never kept. */
  readonly unknownBytesMax: number;
  /** Messages with unknown ids that one connection may send. */
  readonly unknownCountMax: number;
}

export const wireLimitsDefault: WireLimits = Object.freeze({
  blockLengthMax: 16_384,
  bitfieldBytesMax: 262_144,
  extendedBytesMax: 1_048_576,
  unknownBytesMax: 1_048_576,
  unknownCountMax: 1_000,
});

/** The most that `blockLengthMax` can be set to, in bytes. */
export const blockLengthCeiling = 131_072;
const lengthCeiling = 0x7fffffff;

/**
 * Why a decoder gave up. `bad-protocol`: the stream does not begin as BEP 3 says. `frame-too-long`: above the limit of
 * its kind. `bad-length`: not the length that a message of this id has. `unknown-message`: too many unknown ids.
 */
export type WireFault = 'bad-protocol' | 'frame-too-long' | 'bad-length' | 'unknown-message';

/** The defaults with `changes` over them. Asserts that each is within its bounds. */
export function wireLimits(changes: Partial<WireLimits>): WireLimits {
  const limits: WireLimits = { ...wireLimitsDefault, ...changes };
  assert(isCount(limits.blockLengthMax, blockLengthCeiling), 'wire limits: blockLengthMax');
  assert(limits.blockLengthMax > 0, 'wire limits: blockLengthMax');
  assert(isCount(limits.bitfieldBytesMax, lengthCeiling), 'wire limits: bitfieldBytesMax');
  assert(isCount(limits.extendedBytesMax, lengthCeiling), 'wire limits: extendedBytesMax');
  assert(isCount(limits.unknownBytesMax, lengthCeiling), 'wire limits: unknownBytesMax');
  assert(isCount(limits.unknownCountMax, lengthCeiling), 'wire limits: unknownCountMax');
  return limits;
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
