/**
 * Connection ids of the UDP tracker protocol (BEP 15) that need no memory: a keyed hash of the peer's address and the
 * minute (S-45). Who can echo one has received it at that address, so sources cannot be forged. An id is good for the
 * minute it was made in and the next one: between one minute and two, as BEP 15 asks. None is good before it is made.
 *
 * The lowest bit of an id says whether its minute is odd, so that one hash decides; the other 63 are the proof.
 */
import type { Millis } from '../../../core/index.ts';
import { readUint32, writeUint32 } from '../big-endian.ts';
import type { SipKey, SipResult } from './siphash.ts';
import { sipHash } from './siphash.ts';

const WINDOW: Millis = 60_000;

export class ConnectionIds {
  readonly #key: SipKey;
  readonly #words = new Int32Array(5);
  readonly #hash: SipResult = { low: 0, high: 0 };

  /** `secret`: 16 bytes that nobody else knows; several trackers behind one address share it. */
  constructor(secret: Uint8Array) {
    this.#key = [
      readUint32(secret, 0),
      readUint32(secret, 4),
      readUint32(secret, 8),
      readUint32(secret, 12),
    ];
  }

  /** Writes the 8 bytes for the peer at `ip` (4 or 16 bytes). */
  make(ip: Uint8Array, now: Millis, out: Uint8Array, at: number): void {
    this.#make(ip, Math.floor(now / WINDOW));
    writeUint32(out, at, this.#hash.high);
    writeUint32(out, at + 4, this.#hash.low);
  }

  /** True where the 8 bytes at `at` were made for `ip` this minute or the last one. */
  accepts(data: Uint8Array, at: number, ip: Uint8Array, now: Millis): boolean {
    const high = readUint32(data, at);
    const low = readUint32(data, at + 4);
    const window = Math.floor(now / WINDOW);
    this.#make(ip, window - ((window ^ low) & 1));
    return ((high ^ this.#hash.high) | (low ^ this.#hash.low)) === 0;
  }

  #make(ip: Uint8Array, window: number): void {
    const words = ip.length / 4;
    for (let i = 0; i < words; i++) this.#words[i] = readUint32(ip, 4 * i);
    this.#words[words] = window;
    sipHash(this.#key, this.#words, words + 1, this.#hash);
    this.#hash.low = ((this.#hash.low & ~1) | (window & 1)) >>> 0;
  }
}
