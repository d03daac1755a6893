/**
 * The first 68 bytes of each direction (BEP 3): protocol name, eight bytes of feature bits, info-hash, peer id.
 *
 * Owns the layout and the names of the feature bits: BEP 5 (DHT), BEP 6 (fast), BEP 10 (extended). Does not judge
 * the info-hash or the peer id: those mean something only to the session.
 */
import { assert } from '../../core/index.ts';
import type { HandshakeMessage } from './messages.ts';

/** Bytes of a whole handshake. */
export const HANDSHAKE_LENGTH = 68;
/** Bytes before the feature bits: the length of the name, and the name. */
export const PROTOCOL_LENGTH = 20;
const INFO_HASH_AT = 28;
const PEER_ID_AT = 48;
const RESERVED_BYTES = 8;
const HASH_BYTES = 20;

const DHT_BIT = 0x01; // byte 7
const FAST_BIT = 0x04; // byte 7
const EXTENDED_BIT = 0x10; // byte 5

const protocolName = 'BitTorrent protocol';

/** The byte of the protocol name, with its length in front, at `position` below `PROTOCOL_LENGTH`. */
export function protocolByte(position: number): number {
  return position === 0 ? protocolName.length : protocolName.charCodeAt(position - 1);
}

/** Eight bytes of feature bits, fresh. */
export function reservedBits(features: {
  readonly fast: boolean;
  readonly extended: boolean;
  readonly dht?: boolean;
}): Uint8Array {
  const reserved = new Uint8Array(RESERVED_BYTES);
  if (features.extended) reserved[5] = EXTENDED_BIT;
  reserved[7] = (features.fast ? FAST_BIT : 0) | (features.dht === true ? DHT_BIT : 0);
  return reserved;
}

/** BEP 6: suggest, have-all, have-none, reject, allowed-fast. */
export function supportsFast(reserved: Uint8Array): boolean {
  return (reserved[7]! & FAST_BIT) !== 0;
}

/** BEP 10: extended messages. */
export function supportsExtended(reserved: Uint8Array): boolean {
  return (reserved[5]! & EXTENDED_BIT) !== 0;
}

/** BEP 5: the remote runs a DHT node and understands `port`. */
export function supportsDht(reserved: Uint8Array): boolean {
  return (reserved[7]! & DHT_BIT) !== 0;
}

/** Views into the 68 bytes at `at`, whose protocol name was already checked. */
export function readHandshake(bytes: Uint8Array, at: number): HandshakeMessage {
  return {
    type: 'handshake',
    reserved: bytes.subarray(at + PROTOCOL_LENGTH, at + INFO_HASH_AT),
    infoHash: bytes.subarray(at + INFO_HASH_AT, at + PEER_ID_AT),
    peerId: bytes.subarray(at + PEER_ID_AT, at + HANDSHAKE_LENGTH),
  };
}

/** Writes 68 bytes at `at`. */
export function writeHandshake(message: HandshakeMessage, bytes: Uint8Array, at: number): void {
  assert(message.reserved.length === RESERVED_BYTES, 'handshake: 8 bytes of feature bits');
  assert(message.infoHash.length === HASH_BYTES, 'handshake: 20 bytes of info-hash');
  assert(message.peerId.length === HASH_BYTES, 'handshake: 20 bytes of peer id');
  for (let i = 0; i < PROTOCOL_LENGTH; i++) bytes[at + i] = protocolByte(i);
  bytes.set(message.reserved, at + PROTOCOL_LENGTH);
  bytes.set(message.infoHash, at + INFO_HASH_AT);
  bytes.set(message.peerId, at + PEER_ID_AT);
}
