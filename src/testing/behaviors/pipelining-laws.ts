/**
 * The law of pipelining: a depth is a whole number from 1 to what the peer accepts, small for a snubbed peer, bounded
 * by the behavior's own maximum, and the same for the same history.
 */
import { createRandom } from '../../core/index.ts';
import type { Random } from '../../core/index.ts';
import type { Behavior, Pipelining } from '../../protocol/index.ts';
import { between, brokenLaws, describeLaws, eachSeed, insist, judgeBy } from './law.ts';
import type { BehaviorLaw, SyncRunner } from './law.ts';
import { BLOCK_BYTES, runLink } from './model-link.ts';
import { ModelPeer, ModelTorrent } from './model-torrent.ts';

/** A pipelining behavior, and what it claims. */
export interface PipeliningSubject {
  readonly behavior: Behavior<Pipelining>;
  /** Greatest depth it ever gives. */
  readonly depthMax: number;
}

interface Moment {
  readonly after: number;
  readonly blocks: number;
  readonly snubbed: boolean;
  readonly idle: boolean;
  readonly rate: number;
}

interface History {
  readonly requestsMax: number;
  readonly moments: readonly Moment[];
}

function drawHistory(random: Random): History {
  return {
    requestsMax: between(random, 1, random.below(2) === 0 ? 20 : 2000),
    moments: Array.from({ length: between(random, 5, 60) }, () => ({
      after: random.below(5001),
      blocks: random.below(401),
      snubbed: random.below(2) === 0,
      idle: random.below(2) === 0,
      rate: random.below(50_000_001),
    })),
  };
}

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

const always = (): boolean => true;

function keeps(
  name: string,
  holds: (depth: number, peer: ModelPeer, subject: PipeliningSubject) => boolean,
): BehaviorLaw<PipeliningSubject> {
  return {
    name,
    binds: always,
    check: (subject) => {
      eachSeed(100, (random, seed) => {
        play(subject, drawHistory(random), (depth, peer) => {
          insist(holds(depth, peer, subject), name, () => `${seed}: depth ${depth}`);
        });
      });
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
const LAWS = pipeliningLawNames;

/** The laws of every pipelining behavior. */
export const pipeliningLaws: readonly BehaviorLaw<PipeliningSubject>[] = [
  keeps(LAWS.whole, (depth) => Number.isInteger(depth) && depth >= 1),
  keeps(LAWS.accepted, (depth, peer) => depth <= peer.requestsMax),
  keeps(LAWS.bounded, (depth, _peer, { depthMax }) => depth <= depthMax),
  keeps(LAWS.snubbed, (depth, peer) => !peer.snubbed || depth <= 2),
  {
    name: LAWS.same,
    binds: always,
    check: (subject) => {
      const ignore = (): void => undefined;
      eachSeed(100, (random, seed) => {
        const past = drawHistory(random);
        const [first, second] = [0, 1].map(() => play(subject, past, ignore).join());
        insist(first === second, LAWS.same, () => seed);
      });
    },
  },
  {
    name: LAWS.busy,
    binds: always,
    check: (subject) => {
      const kind = { latency: 50, rate: 10_000_000, window: 0 };
      const { peer } = runLink(open(subject), kind, 10_000);
      const { downloaded } = peer;
      insist(downloaded > 50_000_000, LAWS.busy, () => `${downloaded} bytes in 10 s`);
    },
  },
];

/** Throws `LawBroken` unless the behavior keeps every law. */
export function judgePipelining(subject: PipeliningSubject): void {
  judgeBy(pipeliningLaws, subject);
}

/** One test per law. */
export function describePipelining(
  title: string,
  subject: PipeliningSubject,
  runner: SyncRunner,
): void {
  describeLaws(`${title} (law of pipelining)`, pipeliningLaws, subject, runner);
}

/** The names of the laws that it breaks. */
export function brokenByPipelining(subject: PipeliningSubject): readonly string[] {
  return brokenLaws(pipeliningLaws, subject);
}
