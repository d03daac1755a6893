/**
 * The law of pipelining: a depth is a whole number from 1 to what the peer accepts, small for a snubbed peer, bounded
 * by the behavior's own maximum, and the same for the same history.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createRandom } from '../../../src/core/index.ts';
import type { Behavior, Pipelining } from '../../../src/protocol/index.ts';
import { describeLaws } from './law.ts';
import type { Law } from './law.ts';
import { BLOCK_BYTES, runLink } from './model-link.ts';
import { ModelPeer, ModelTorrent } from './model-torrent.ts';

export interface PipeliningSubject {
  readonly behavior: Behavior<Pipelining>;
  /** Greatest depth it ever gives. */
  readonly depthMax: number;
}

const moment = fc.record({
  after: fc.integer({ min: 0, max: 5000 }),
  blocks: fc.integer({ min: 0, max: 400 }),
  snubbed: fc.boolean(),
  idle: fc.boolean(),
  rate: fc.integer({ min: 0, max: 50_000_000 }),
});
const history = fc.record({
  requestsMax: fc.integer({ min: 1, max: 2000 }),
  moments: fc.array(moment, { minLength: 5, maxLength: 60 }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

function open({ behavior }: PipeliningSubject): Pipelining {
  const torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });
  return behavior(torrent, createRandom(1));
}

/** The depth at every moment, judged by `judge`. */
function play(
  subject: PipeliningSubject,
  { requestsMax, moments }: History,
  judge: (depth: number, peer: ModelPeer) => void,
): number[] {
  const pipelining = open(subject);
  const peer = new ModelPeer(2);
  peer.requestsMax = requestsMax;
  let now = 0;
  return moments.map(({ after, blocks, snubbed, idle, rate }) => {
    now += after;
    peer.downloaded += blocks * BLOCK_BYTES;
    peer.snubbed = snubbed;
    peer.outstandingFixed = idle ? 0 : 5;
    peer.rateDown = rate;
    const depth = pipelining.depth(peer, now);
    judge(depth, peer);
    return depth;
  });
}

function always(
  name: string,
  judge: (depth: number, peer: ModelPeer, subject: PipeliningSubject) => void,
): Law<PipeliningSubject> {
  return {
    name,
    check: (subject) => {
      fc.assert(
        fc.property(history, (past) => {
          play(subject, past, (depth, peer) => judge(depth, peer, subject));
        }),
      );
    },
  };
}

export const pipeliningLawNames = {
  whole: 'a whole number, at least 1',
  accepted: 'at most what the peer accepts (I-09)',
  bounded: 'at most its own maximum',
  snubbed: 'at most 2 for a snubbed peer (S-34)',
  same: 'the same for the same history',
  busy: 'keeps a link of 10 MB/s and 50 ms more than half busy',
} as const;

export const pipeliningLawList: readonly Law<PipeliningSubject>[] = [
  always(pipeliningLawNames.whole, (depth) => {
    assert.ok(Number.isInteger(depth) && depth >= 1, `depth ${depth}`);
  }),
  always(pipeliningLawNames.accepted, (depth, peer) => {
    assert.ok(depth <= peer.requestsMax, `depth ${depth} of ${peer.requestsMax}`);
  }),
  always(pipeliningLawNames.bounded, (depth, _peer, { depthMax }) => {
    assert.ok(depth <= depthMax, `depth ${depth}`);
  }),
  always(pipeliningLawNames.snubbed, (depth, peer) => {
    assert.ok(!peer.snubbed || depth <= 2, `depth ${depth} while snubbed`);
  }),
  {
    name: pipeliningLawNames.same,
    check: (subject) => {
      const ignore = (): void => undefined;
      fc.assert(
        fc.property(history, (past) => {
          assert.deepEqual(play(subject, past, ignore), play(subject, past, ignore));
        }),
      );
    },
  },
  {
    name: pipeliningLawNames.busy,
    check: (subject) => {
      const kind = { latency: 50, rate: 10_000_000, window: 0 };
      const { peer } = runLink(open(subject), kind, 10_000);
      assert.ok(peer.downloaded > 50_000_000, `${peer.downloaded} bytes in 10 s`);
    },
  },
];

/** Makes the tests of all laws for one pipelining behavior. */
export function pipeliningLaws(name: string, subject: PipeliningSubject): void {
  describeLaws(`${name} (law of pipelining)`, pipeliningLawList, subject);
}
