/**
 * The one place where real randomness enters: the seed value of a client's machine, and its peer ids.
 *
 * Everything else that is random follows from the seed value, so that a recorded session can be replayed.
 */
import { randomBytes, randomInt } from 'node:crypto';

/** BEP 20: client letters and version in front of a peer id. */
export const PEER_ID_PREFIX = '-SW0100-';

/** A seed value: any 32-bit integer. */
export function drawSeedValue(): number {
  return randomInt(0x1_0000_0000) | 0;
}

/** 20 bytes: the prefix and 12 random bytes. */
export function drawPeerId(): Uint8Array {
  const id = new Uint8Array(20);
  id.set(new TextEncoder().encode(PEER_ID_PREFIX));
  id.set(randomBytes(12), PEER_ID_PREFIX.length);
  return id;
}

/** 20 random bytes, which say nothing of the client that drew them. */
export function drawAnonymousId(): Uint8Array {
  return Uint8Array.from(randomBytes(20));
}
