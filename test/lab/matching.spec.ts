/**
 * Laws of the tracker that matches links: who is told of, and that peers with like links find each other more often.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import { drawRun, runReplication } from '../../src/lab/index.ts';
import { matchedOf, matchingPeers } from '../../src/lab/matching.ts';
import type { RunRecord } from '../../src/lab/index.ts';
import { unchokeShares } from '../../src/lab/unchoke-shares.ts';
import { tinyScenario } from './tiny.ts';

const crowd = Array.from({ length: 40 }, (_, index) => ({
  index,
  network: index % 2 === 0 ? 'slow' : 'fast',
}));

describe('lab: a tracker that matches links', () => {
  it('tells of others of the class of the asker, each once, and each as often', () => {
    const random = createRandom(1);
    const told = new Map<number, number>();
    for (let i = 0; i < 1000; i++) {
      const peers = matchingPeers(crowd[1]!, crowd, 5, random);
      assert.equal(new Set(peers).size, 5);
      for (const peer of peers) told.set(peer, (told.get(peer) ?? 0) + 1);
    }
    assert(!told.has(1), 'not of itself');
    assert([...told.keys()].every((peer) => peer % 2 === 1));
    assert.equal(told.size, 19);
    // 5,000 draws over 19 peers: 263 each, with a standard deviation of 14.
    assert([...told.values()].every((count) => count > 190 && count < 340));
  });

  it('tells of all that there are, where there are too few', () => {
    const random = createRandom(1);
    assert.equal(matchingPeers(crowd[0]!, crowd, 100, random).length, 19);
    assert.deepEqual(matchingPeers(crowd[0]!, [crowd[0]!], 5, random), []);
    assert.deepEqual(matchingPeers(crowd[0]!, [], 5, random), []);
    assert.equal(matchedOf(1), 0);
    assert.equal(matchedOf(5), 2);
  });

  it('brings like to like in a swarm, leaves all else as it was, and nobody out', () => {
    const within = (type: 'tracker' | 'matching'): { runs: RunRecord[]; share: number } => {
      const scenario = tinyScenario({
        arrivals: [{ type: 'flash-crowd', count: 30, rate: 10 }],
        tracker: { type, peers: 6, interval: 300 },
      });
      const runs = [1, 2, 3].map((seed) => runReplication(drawRun(scenario, seed)));
      const shares = unchokeShares(runs, 'network');
      const share = shares.find(({ from, to }) => from === 'fast' && to === 'fast');
      return { runs, share: share?.value ?? NaN };
    };
    const plain = within('tracker');
    const matching = within('matching');
    assert(matching.share > plain.share + 0.05, `${matching.share} ${plain.share}`);
    for (const [i, { peers }] of matching.runs.entries()) {
      assert.equal(peers.filter(({ completed }) => completed !== null).length, 30);
      const drawn = ({ arrived, network, up }: (typeof peers)[number]): unknown => [
        arrived,
        network,
        up,
      ];
      assert.deepEqual(peers.map(drawn), plain.runs[i]!.peers.map(drawn));
    }
  });
});
