/**
 * Getting metadata from a crowd in which liars are (S-13, F-32): one honest peer is enough, liars are found, nobody else
 * is blamed, and nobody can make us hold or ask more than is allowed.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { createRandom } from '../../../../src/core/index.ts';
import { METADATA_PIECE } from '../../../../src/protocol/extensions/ut-metadata.ts';
import {
  attemptsMax,
  attemptTimeMax,
  requestsMax,
  requestTimeMax,
  restTime,
} from '../../../../src/protocol/torrent/metadata/limits.ts';
import { MetadataFetch } from '../../../../src/protocol/torrent/metadata/metadata-fetch.ts';

/** What a peer does when it is asked. */
type Way =
  | 'honest'
  | 'wrong bytes'
  | 'wrong length'
  | 'wrong total'
  | 'silent'
  | 'rejects'
  | 'wrong size'
  | 'last piece wrong'
  | 'slow';

interface Player {
  readonly conn: number;
  readonly way: Way;
  readonly size: number;
}

const LIES: readonly Way[] = ['wrong bytes', 'wrong length', 'wrong total', 'last piece wrong'];

function metadataOf(size: number): Uint8Array {
  const random = createRandom(size);
  return Uint8Array.from({ length: size }, () => random.below(256));
}

/** A crowd in virtual time: whatever is asked is answered after the peer's own delay. */
class Crowd {
  readonly info: Uint8Array;
  readonly fetch: MetadataFetch;
  readonly blamed = new Map<number, string>();
  readonly asked = new Map<number, number>();
  readonly asks: { conn: number; piece: number; at: number }[] = [];
  got: Uint8Array | null = null;
  now = 0;
  readonly #players: readonly Player[];
  #answers: { at: number; conn: number; piece: number }[] = [];

  constructor(size: number, ways: readonly (readonly [Way, number])[]) {
    this.info = metadataOf(size);
    this.#players = ways.map(([way, claims], i) => ({
      ...{ conn: i + 1, way },
      size: way === 'wrong size' ? claims : size,
    }));
    const infoHash = new Uint8Array(createHash('sha1').update(this.info).digest());
    this.fetch = new MetadataFetch(infoHash, {
      ask: (conn, piece) => this.#ask(conn, piece),
      blame: (conn, why) => {
        assert(!this.blamed.has(conn), 'blamed once');
        this.blamed.set(conn, why);
        this.asked.set(conn, 0);
      },
      progressed: (received, of) => assert(received > 0 && received <= of),
      fetched: (info) => {
        assert.equal(this.got, null, 'told once');
        this.got = info;
      },
    });
  }

  meet(): this {
    for (const { conn, size } of this.#players) this.fetch.offered(conn, size, this.now);
    return this;
  }

  /** Until it is there, or for so long. */
  run(most: number): this {
    while (this.got === null && this.now < most) {
      const next = this.#answers.reduce((at, answer) => Math.min(at, answer.at), Infinity);
      const at = Math.min(next, this.fetch.deadline(this.now));
      if (at > most) break;
      assert(at >= this.now, 'never in the past');
      this.now = at;
      const due = this.#answers.filter((answer) => answer.at <= at);
      this.#answers = this.#answers.filter((answer) => answer.at > at);
      for (const { conn, piece } of due) if (!this.fetch.done) this.#answer(conn, piece);
      this.#forgetLate();
      this.fetch.pump(at);
      const most_ = attemptsMax * Math.max(...this.#players.map(({ size }) => size));
      assert(this.fetch.held <= most_, 'no more is held than by so many attempts');
    }
    return this;
  }

  get honest(): readonly number[] {
    return this.#players.filter(({ way }) => way === 'honest').map(({ conn }) => conn);
  }

  #ask(conn: number, piece: number): void {
    assert(!this.blamed.has(conn), 'a liar is asked for nothing more');
    this.asks.push({ conn, piece, at: this.now });
    const out = (this.asked.get(conn) ?? 0) + 1;
    this.asked.set(conn, out);
    const { way } = this.#players[conn - 1]!;
    if (way === 'silent') return;
    const delay = way === 'slow' ? requestTimeMax - 1 : 10 + conn;
    this.#answers.push({ at: this.now + delay, conn, piece });
  }

  /** Requests that ended without an answer are not out any more. */
  #forgetLate(): void {
    for (const { conn, at } of this.asks) {
      const { way } = this.#players[conn - 1]!;
      if (way === 'silent' && at + requestTimeMax === this.now) {
        this.asked.set(conn, this.asked.get(conn)! - 1);
      }
    }
    for (const [conn, out] of this.asked) assert(out <= requestsMax, `${out} requests of ${conn}`);
  }

  #answer(conn: number, piece: number): void {
    const { way, size } = this.#players[conn - 1]!;
    if (this.blamed.has(conn)) return;
    this.asked.set(conn, this.asked.get(conn)! - 1);
    if (way === 'rejects') {
      assert(this.fetch.rejected(conn, piece, this.now));
      return;
    }
    const from = piece * METADATA_PIECE;
    const data = new Uint8Array(Math.min(METADATA_PIECE, size - from));
    data.set(this.info.subarray(from, from + data.length));
    const isLast = from + METADATA_PIECE >= size;
    if (way === 'wrong bytes' || (way === 'last piece wrong' && isLast)) data[0]! ^= 1;
    const sent = way === 'wrong length' ? data.subarray(1) : data;
    const totalSize = way === 'wrong total' ? size + 1 : size;
    this.fetch.received(conn, { piece, totalSize, data: sent }, this.now);
  }
}

const crowd = (size: number, ...ways: Way[]): Crowd =>
  new Crowd(
    size,
    ways.map((way, i) => [way, size + 1 + i] as const),
  ).meet();

describe('fetching metadata', () => {
  it('from one peer, of one byte and of many pieces', () => {
    for (const size of [1, METADATA_PIECE, METADATA_PIECE + 1, 9 * METADATA_PIECE + 5]) {
      const { got, info, blamed } = crowd(size, 'honest').run(1000);
      assert.deepEqual(got, info);
      assert.equal(blamed.size, 0);
    }
  });

  it('is shared by all who have it, and no piece is asked for twice', () => {
    const all = crowd(8 * METADATA_PIECE, 'honest', 'honest', 'honest').run(1000);
    assert.deepEqual(all.got, all.info);
    assert.equal(all.asks.length, 8);
    assert(new Set(all.asks.map(({ conn }) => conn)).size > 1);
  });

  it('S-13: wrong bytes of one among five: it completes, and the liar alone is blamed', () => {
    const all = crowd(
      20 * METADATA_PIECE,
      ...(['honest', 'honest', 'wrong bytes', 'honest', 'honest'] as const),
    ).run(10_000);
    assert.deepEqual(all.got, all.info);
    assert.deepEqual([...all.blamed.keys()], [3]);
  });

  it('wrong bytes of all but one: it completes', () => {
    const ways: Way[] = [...Array<Way>(9).fill('last piece wrong'), 'honest'];
    const all = crowd(3 * METADATA_PIECE, ...ways).run(600_000);
    assert.deepEqual(all.got, all.info);
    assert(!all.blamed.has(10));
  });

  it('lies about size, length and total size: blamed at once', () => {
    const all = crowd(2 * METADATA_PIECE, 'wrong length', 'wrong total', 'honest').run(60_000);
    assert.deepEqual(all.got, all.info);
    assert.deepEqual([...all.blamed.keys()].sort(), [1, 2]);
    const two = crowd(METADATA_PIECE, 'silent');
    two.fetch.offered(1, METADATA_PIECE, 0);
    assert.equal(two.blamed.size, 0, 'the same size again is no lie');
    two.fetch.offered(1, METADATA_PIECE + 1, 0);
    assert.match(two.blamed.get(1)!, /two sizes/);
  });

  it('many sizes: liars hold no place for ever, and memory is bounded', () => {
    const ways: Way[] = [...Array<Way>(40).fill('wrong size'), 'honest'];
    const all = crowd(4 * METADATA_PIECE, ...ways).run(600_000);
    assert.deepEqual(all.got, all.info);
    assert(!all.blamed.has(41));
  });

  it('liars with sizes of their own that answer as slowly as they may', () => {
    const size = 4 * METADATA_PIECE;
    const slow: (readonly [Way, number])[] = [];
    for (let i = 0; i < 2 * attemptsMax; i++) slow.push(['silent', size]);
    const all = new Crowd(size, [...slow, ['honest', size]]);
    // They claim sizes of megabytes, each another one, and come first.
    for (let i = 0; i < slow.length; i++) all.fetch.offered(i + 1, 1_000_000 + i, 0);
    all.fetch.offered(slow.length + 1, size, 0);
    all.run(10 * attemptTimeMax);
    assert.deepEqual(all.got, all.info);
    assert(all.now <= 2 * requestTimeMax + 100, `a silent liar costs ${all.now} ms`);
  });

  it('who never answers rests, longer every time, and is asked again', () => {
    const all = crowd(METADATA_PIECE, 'silent').run(300_000);
    const at = all.asks.map((ask) => ask.at);
    const waits = at.slice(1).map((time, i) => time - at[i]!);
    assert.deepEqual(waits.slice(0, 3), [
      requestTimeMax + restTime,
      requestTimeMax + 2 * restTime,
      requestTimeMax + 4 * restTime,
    ]);
    assert.equal(all.blamed.size, 0);
  });

  it('who rejects is asked again later', () => {
    const all = crowd(METADATA_PIECE, 'rejects').run(100_000);
    assert(all.asks.length >= 3 && all.asks.length <= 5);
    assert(all.asks[1]!.at >= restTime);
  });

  it('what was not asked for is not taken', () => {
    const all = crowd(METADATA_PIECE * 9, 'silent');
    const data = new Uint8Array(METADATA_PIECE);
    const piece = (n: number): object => ({ piece: n, totalSize: 9 * METADATA_PIECE, data });
    assert.equal(all.fetch.received(1, piece(8) as never, 0), false);
    assert.equal(all.fetch.received(2, piece(0) as never, 0), false);
    assert.equal(all.fetch.rejected(1, 8, 0), false);
    assert.equal(all.fetch.held, 0);
  });

  it('peers that leave cost nothing: others go on where they were', () => {
    const all = crowd(6 * METADATA_PIECE, 'silent', 'honest').run(5);
    all.fetch.left(1, all.now);
    all.run(1000);
    assert.deepEqual(all.got, all.info);
  });

  it('one honest peer is enough, and nobody honest is blamed (property)', () => {
    const ways = fc.constantFrom<Way>(
      ...LIES,
      ...(['silent', 'rejects', 'wrong size', 'slow', 'honest'] as const),
    );
    const others = fc.array(fc.tuple(ways, fc.integer({ min: 1, max: 100_000 })), {
      maxLength: 12,
    });
    const counts = { blamed: 0, liars: 0 };
    fc.assert(
      fc.property(others, fc.nat(12), fc.integer({ min: 1, max: 80_000 }), (all, at, size) => {
        const players = all.map(
          ([way, claims]) => [way, claims === size ? size + 1 : claims] as const,
        );
        const place = Math.min(at, players.length);
        const with_ = [
          ...players.slice(0, place),
          ['honest', size] as const,
          ...players.slice(place),
        ];
        const run = new Crowd(size, with_).meet().run(3_600_000);
        assert.deepEqual(run.got, run.info);
        for (const conn of run.honest) assert(!run.blamed.has(conn), 'an honest peer was blamed');
        for (const conn of run.blamed.keys()) {
          const [way] = with_[conn - 1]!;
          assert(LIES.includes(way) || way === 'wrong size', `${way} was blamed`);
        }
        counts.blamed += run.blamed.size;
        counts.liars += with_.filter(([way]) => LIES.includes(way)).length;
      }),
    );
    assert(counts.blamed > 20 && counts.liars > 20, JSON.stringify(counts));
  });
});
