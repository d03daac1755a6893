// Bans: who sent bad data is banned, who shared a piece with it is not (S-29), and memory is bounded.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { banPolicy } from '../../src/behaviors/index.ts';
import type { BanPolicyOptions } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import { EARLIER } from '../../src/protocol/index.ts';
import type { Ban, BanPolicy } from '../../src/protocol/index.ts';
import { ModelTorrent } from '../../src/testing/index.ts';

function open(options?: BanPolicyOptions): BanPolicy {
  const torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });
  return banPolicy(options)(torrent, createRandom(1));
}

function fail(policy: BanPolicy, contributors: readonly number[]): number[] {
  const bans: Ban[] = [];
  policy.pieceFailed(5, contributors, bans);
  for (const { reason } of bans) assert.notEqual(reason, '');
  return bans.map(({ conn }) => conn);
}

describe('banPolicy', () => {
  it('bans the only contributor at once, whatever it did before', () => {
    const policy = open();
    for (let i = 0; i < 20; i++) policy.pieceVerified(i, [2]);
    assert.deepEqual(fail(policy, [2]), [2]);
  });

  it('cannot ban an earlier session, and does not take who shared a piece with it for the only one', () => {
    const policy = open();
    for (let i = 0; i < 10; i++) assert.deepEqual(fail(policy, [EARLIER]), []);
    assert.deepEqual(fail(policy, [EARLIER, 2]), []);
    assert.equal(policy.isSuspect?.(2), true);
    policy.pieceVerified(1, [EARLIER]);
    assert.equal(policy.isSuspect(EARLIER), false);
  });

  it('bans nobody for a piece that nobody sent', () => {
    assert.deepEqual(fail(open(), []), []);
  });

  it('bans nobody for shared pieces, however many they are', () => {
    const policy = open();
    for (let i = 0; i < 100; i++) assert.deepEqual(fail(policy, [2, 4]), []);
    assert.deepEqual([policy.isSuspect?.(2), policy.isSuspect?.(4)], [true, true]);
    assert.deepEqual(fail(policy, [2]), [2], 'the next one is proof');
  });

  it('at the limits: trust ends at trustMin and trustMax, and takes so many pieces to come back or to lose', () => {
    const policy = open({ trustMin: -5, trustMax: 3 });
    const suspect = (): boolean | undefined => policy.isSuspect?.(2);
    for (let i = 0; i < 20; i++) fail(policy, [2, 4]);
    for (let i = 0; i < 4; i++) policy.pieceVerified(i, [2]);
    assert.equal(suspect(), true);
    policy.pieceVerified(4, [2]);
    assert.equal(suspect(), false);
    for (let i = 0; i < 20; i++) policy.pieceVerified(i, [2]);
    fail(policy, [2, 4]);
    assert.equal(suspect(), false, '3 - 2');
    fail(policy, [2, 4]);
    assert.equal(suspect(), true);
  });

  it('finds the polluter among honest peers, where suspects work alone, and bans no other', () => {
    let failures = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const policy = open();
        let polluter = 0;
        for (let piece = 0; piece < 400 && polluter === 0; piece++) {
          // As the machine has it: a suspect shares no piece (`Parole`).
          const first = random.below(12);
          const second = random.below(12);
          const alone =
            first === second || [first, second].some((conn) => policy.isSuspect?.(conn) === true);
          const contributors = alone ? [first] : [first, second];
          if (!contributors.includes(7)) policy.pieceVerified(piece, contributors);
          else {
            failures++;
            for (const conn of fail(policy, contributors)) {
              assert.equal(conn, 7);
              polluter = conn;
            }
          }
        }
        assert.equal(polluter, 7);
      }),
    );
    assert.ok(failures > 100);
  });

  it('at the limit: remembers so many connections and forgets the longest known', () => {
    const policy = open({ connectionsMax: 16 });
    fail(policy, [1000, 1001]);
    for (let conn = 1; conn < 15; conn++) policy.pieceVerified(0, [conn]);
    assert.deepEqual(
      [1000, 1001].map((conn) => policy.isSuspect?.(conn)),
      [true, true],
    );
    policy.pieceVerified(0, [15]);
    assert.equal(policy.isSuspect?.(1000), false, 'the first known was forgotten');
    assert.equal(policy.isSuspect(1001), true);
  });
});
