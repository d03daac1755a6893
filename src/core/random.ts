/**
 * Seeded randomness, integers only, so that a seed value means the same run on every engine and machine.
 *
 * `fork(name)` gives an independent stream that depends only on the parent's seed value and the name, never on how
 * much the parent has drawn: a new consumer does not disturb the others. The only door of `pure-rand`.
 * Not for secrets: those are made by the reactor's cryptographic source and handed in as configuration.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { assert } from './assert.ts';

export interface Random {
  /** An integer in [0, n). `n` is between 1 and 2^31. */
  below(n: number): number;
  /** Shuffles in place (Fisher and Yates), and returns the same array. */
  shuffle<T extends number[] | Uint32Array | Int32Array>(items: T): T;
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** A stream of its own, decided by this stream's seed value and `name` alone. */
  fork(name: string): Random;
}

/** Draws thrown away at the start of each stream. */
const WARM_UP = 8;

class SeededRandom implements Random {
  readonly #seed: number;
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#seed = seed;
    // The generator starts slowly from seeds that are alike: spread the seed, and let the state fill with bits.
    this.#generator = xoroshiro128plus(mix(seed, ''));
    for (let i = 0; i < WARM_UP; i++) this.#generator.next();
  }

  below(n: number): number {
    assert(n >= 1 && n <= 0x80000000, 'random: below() takes 1 to 2^31');
    return uniformInt(this.#generator, 0, n - 1);
  }

  shuffle<T extends number[] | Uint32Array | Int32Array>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = items[i]!;
      items[i] = items[j]!;
      items[j] = held;
    }
    return items;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.below(256);
    return bytes;
  }

  fork(name: string): Random {
    return new SeededRandom(mix(this.#seed, name));
  }
}

/** FNV-1a over the name's UTF-16 units, started from the seed value, with a final avalanche (murmur3's). */
function mix(seed: number, name: string): number {
  let hash = (seed ^ 0x811c9dc5) | 0;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

/** The root stream of a run. `seed` is the seed value that decides everything drawn from it: a 32-bit integer. */
export function createRandom(seed: number): Random {
  assert(Number.isInteger(seed), 'random: the seed value is an integer');
  return new SeededRandom(seed | 0);
}
