/**
 * One frame of the peer wire at a time: what its length may be, and what it says.
 *
 * Invariant: `readFrame` is given only frames that `judgeFrame` accepted, whole and in one buffer; what it returns
 * are views into that buffer. Knows nothing of chunks.
 */
import { assert } from '../../core/index.ts';
import * as id from './ids.ts';
import type { WireFault, WireLimits } from './limits.ts';
import {
  CHOKE,
  HAVE_ALL,
  HAVE_NONE,
  INTERESTED,
  NOT_INTERESTED,
  type PeerMessage,
  UNCHOKE,
} from './messages.ts';

/** What to do with a frame: read it, step over it, or give up. */
export type FrameVerdict = 'known' | 'unknown' | WireFault;

/** A big-endian 32-bit number, unsigned. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  );
}

/** The longest frame that any id may have, its length prefix not counted. */
export function frameLengthMax(limits: WireLimits): number {
  return Math.max(
    id.RANGE_LENGTH,
    id.PIECE_LENGTH_MIN + limits.blockLengthMax,
    1 + limits.bitfieldBytesMax,
    id.EXTENDED_LENGTH_MIN + limits.extendedBytesMax,
    1 + limits.unknownBytesMax,
  );
}

/** Judges a frame by its length prefix (1 or more) and its id byte. */
export function judgeFrame(idByte: number, length: number, limits: WireLimits): FrameVerdict {
  switch (idByte) {
    case id.PIECE_ID:
      return within(length, id.PIECE_LENGTH_MIN, id.PIECE_LENGTH_MIN + limits.blockLengthMax);
    case id.HAVE_ID:
    case id.SUGGEST_ID:
    case id.ALLOWED_FAST_ID:
      return length === id.INDEX_LENGTH ? 'known' : 'bad-length';
    case id.REQUEST_ID:
    case id.CANCEL_ID:
    case id.REJECT_ID:
      return length === id.RANGE_LENGTH ? 'known' : 'bad-length';
    case id.CHOKE_ID:
    case id.UNCHOKE_ID:
    case id.INTERESTED_ID:
    case id.NOT_INTERESTED_ID:
    case id.HAVE_ALL_ID:
    case id.HAVE_NONE_ID:
      return length === id.BARE_LENGTH ? 'known' : 'bad-length';
    case id.BITFIELD_ID:
      return within(length, 1, 1 + limits.bitfieldBytesMax);
    case id.PORT_ID:
      return length === id.PORT_LENGTH ? 'known' : 'bad-length';
    case id.EXTENDED_ID: {
      const most = id.EXTENDED_LENGTH_MIN + limits.extendedBytesMax;
      return within(length, id.EXTENDED_LENGTH_MIN, most);
    }
    default:
      return length > 1 + limits.unknownBytesMax ? 'frame-too-long' : 'unknown';
  }
}

/** Reads the frame whose id byte is at `at` and whose last byte is before `end`. */
export function readFrame(bytes: Uint8Array, at: number, end: number): PeerMessage {
  switch (bytes[at]!) {
    case id.PIECE_ID: {
      const index = readUint32(bytes, at + 1);
      const begin = readUint32(bytes, at + 5);
      return { type: 'piece', index, begin, block: bytes.subarray(at + 9, end) };
    }
    case id.REQUEST_ID:
      return readRange('request', bytes, at);
    case id.HAVE_ID:
      return { type: 'have', index: readUint32(bytes, at + 1) };
    case id.CANCEL_ID:
      return readRange('cancel', bytes, at);
    case id.REJECT_ID:
      return readRange('reject', bytes, at);
    case id.CHOKE_ID:
      return CHOKE;
    case id.UNCHOKE_ID:
      return UNCHOKE;
    case id.INTERESTED_ID:
      return INTERESTED;
    case id.NOT_INTERESTED_ID:
      return NOT_INTERESTED;
    case id.HAVE_ALL_ID:
      return HAVE_ALL;
    case id.HAVE_NONE_ID:
      return HAVE_NONE;
    case id.BITFIELD_ID:
      return { type: 'bitfield', bits: bytes.subarray(at + 1, end) };
    case id.PORT_ID:
      return { type: 'port', port: (bytes[at + 1]! << 8) | bytes[at + 2]! };
    case id.SUGGEST_ID:
      return { type: 'suggest', index: readUint32(bytes, at + 1) };
    case id.ALLOWED_FAST_ID:
      return { type: 'allowed-fast', index: readUint32(bytes, at + 1) };
    default:
      assert(bytes[at] === id.EXTENDED_ID, 'wire: a frame of an id that was not judged');
      return { type: 'extended', id: bytes[at + 1]!, payload: bytes.subarray(at + 2, end) };
  }
}

function readRange(
  type: 'request' | 'cancel' | 'reject',
  bytes: Uint8Array,
  at: number,
): PeerMessage {
  return {
    type,
    index: readUint32(bytes, at + 1),
    begin: readUint32(bytes, at + 5),
    length: readUint32(bytes, at + 9),
  };
}

function within(length: number, least: number, most: number): FrameVerdict {
  if (length < least) return 'bad-length';
  return length > most ? 'frame-too-long' : 'known';
}
