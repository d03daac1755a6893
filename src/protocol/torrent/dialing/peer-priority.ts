/**
 * The canonical priority of a connection between two addresses (BEP 40): the same number at both ends, so that all of a
 * swarm agree on who goes first, and nobody can choose to be first everywhere.
 *
 * CRC32-C over both addresses, the smaller first, each masked the more the further they are apart; over both ports
 * where the addresses are equal. Pure arithmetic: who uses it, and for which of our addresses, is not decided here.
 */
import type { Address } from '../../../core/index.ts';
import { canonicalIp, parseIp } from '../../tracker/ip-text.ts';

/** From 0 to 2^32 - 1, the greater the better; 0 where an address is no literal, or their families differ. */
export function peerPriority(a: Address, b: Address): number {
  const first = bytesOf(a.host);
  const second = bytesOf(b.host);
  if (first === null || second?.length !== first.length) return 0;
  const shared = sharedBytes(first, second);
  if (shared === first.length) return crcOfSorted(portBytes(a.port), portBytes(b.port));
  // The first bytes count whole, one more for each that they share beyond; of the others every second bit.
  const least = first.length === 4 ? 2 : 6;
  const whole = shared < least ? least : shared + 1;
  return crcOfSorted(masked(first, whole), masked(second, whole));
}

function bytesOf(host: string): Uint8Array | null {
  const literal = canonicalIp(host);
  return literal === null ? null : parseIp(literal);
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return shared;
}

function masked(bytes: Uint8Array, whole: number): Uint8Array {
  return bytes.map((byte, i) => (i < whole ? byte : byte & 0x55));
}

function portBytes(port: number): Uint8Array {
  return Uint8Array.of(port >> 8, port & 255);
}

function crcOfSorted(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  const swapped = at >= 0 && a[at]! > b[at]!;
  return crc32c(swapped ? [...b, ...a] : [...a, ...b]);
}

/** CRC32-C (Castagnoli), reflected. Bit by bit: eight bytes are not worth a table. */
function crc32c(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
