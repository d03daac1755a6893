/**
 * Connection ids of the UDP tracker protocol (BEP 15) that need no memory: a keyed hash of the peer's address and the
 * minute (S-45). Who can echo one has received it at that address, so sources cannot be forged. An id is good for the
 * minute it was made in and the next one: between one minute and two, as BEP 15 asks. None is good before it is made.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Millis } from '../core/index.ts';
import type { ConnectionIdBook } from '../protocol/index.ts';

const WINDOW: Millis = 60_000;

export class ConnectionIds implements ConnectionIdBook {
  readonly #secret: Uint8Array;

  /** `secret`: bytes that nobody else knows; made here if not given. */
  constructor(secret: Uint8Array = randomBytes(32)) {
    this.#secret = secret;
  }

  /** The 8 bytes for the peer at `host`. */
  make(host: string, now: Millis): Uint8Array {
    return this.#hash(host, Math.floor(now / WINDOW));
  }

  /** True where `id` was made for `host` this minute or the last one. Takes the same time for every wrong id. */
  accepts(id: Uint8Array, host: string, now: Millis): boolean {
    const window = Math.floor(now / WINDOW);
    const current = timingSafeEqual(id, this.#hash(host, window));
    const previous = timingSafeEqual(id, this.#hash(host, window - 1));
    return current || previous;
  }

  #hash(host: string, window: number): Uint8Array {
    const digest = createHmac('sha256', this.#secret).update(`${window} ${host}`).digest();
    return digest.subarray(0, 8);
  }
}
