// What each choker is for, beyond the law: who gets the slots, for how long, and with what reason.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  byState,
  defaultChoker,
  roundRobin,
  steady,
  titForTat,
  withOptimistic,
} from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Behavior, Choker } from '../../src/protocol/index.ts';
import { Crowd } from '../../src/testing/index.ts';
import type { ModelPeer } from '../../src/testing/index.ts';
import { jainIndex } from '../support/behaviors/jain-index.ts';

function crowdOf(
  behavior: Behavior<Choker>,
  { peers, slots, complete = false, seed = 1 }: CrowdSize,
): Crowd {
  const crowd = new Crowd({ behavior, complete, fair: true }, slots, createRandom(seed));
  for (let i = 0; i < peers; i++) crowd.join();
  return crowd;
}

interface CrowdSize {
  readonly peers: number;
  readonly slots: number;
  readonly complete?: boolean;
  readonly seed?: number;
}

const unchoked = (crowd: Crowd): number[] =>
  crowd.peers.filter((peer) => !peer.amChoking).map((peer) => peer.conn);

/** Seconds unchoked, per peer, over `time` milliseconds of calls every 10 s. */
function served(crowd: Crowd, time: number): Map<ModelPeer, number> {
  const seconds = new Map<ModelPeer, number>();
  for (const end = crowd.now + time; crowd.now < end; crowd.now += 10_000) {
    crowd.rechoke();
    for (const peer of crowd.peers) {
      seconds.set(peer, (seconds.get(peer) ?? 0) + (peer.amChoking ? 0 : 10));
    }
  }
  return seconds;
}

describe('titForTat', () => {
  it('unchokes those that send most, and says so', () => {
    const crowd = crowdOf(titForTat(), { peers: 4, slots: 2 });
    [10, 40, 20, 30].forEach((rate, i) => (crowd.peers[i]!.rateDown = rate * 1024));
    crowd.rechoke();
    assert.deepEqual(unchoked(crowd), [4, 8]);
    assert.deepEqual(
      crowd.said.map(({ reason }) => reason),
      ['rate 1 of 4: 40 KiB/s, slot 1 of 2', 'rate 2 of 4: 30 KiB/s, slot 2 of 2'],
    );
  });

  it('leaves out the snubbed, the uninterested and seeds, however fast they are', () => {
    const crowd = crowdOf(titForTat(), { peers: 4, slots: 4 });
    for (const peer of crowd.peers) peer.rateDown = 1000;
    crowd.peers[0]!.snubbed = true;
    crowd.peers[1]!.peerInterested = false;
    crowd.peers[2]!.pieces[0] = true;
    crowd.rechoke();
    assert.deepEqual(unchoked(crowd), [8]);
  });

  it('with equal rates, who is unchoked stays', () => {
    const crowd = crowdOf(titForTat(), { peers: 10, slots: 3 });
    crowd.rechoke();
    const first = unchoked(crowd);
    for (; crowd.now < 300_000; crowd.now += 10_000) crowd.rechoke();
    assert.deepEqual(unchoked(crowd), first);
    assert.equal(crowd.flips, 3);
  });
});

describe('roundRobin', () => {
  it('everybody gets a turn within (peers / slots + 2) turns, and the same time in the long run (I-18)', () => {
    for (const [peers, slots] of [
      [20, 1],
      [20, 4],
      [7, 3],
      [5, 4],
    ] as const) {
      const crowd = crowdOf(roundRobin(), { peers, slots, complete: true });
      served(crowd, (peers / slots + 2) * 30_000);
      for (const peer of crowd.peers) assert.ok(peer.unchokedAt >= 0, `${peers} peers: starved`);
      const shares = [...served(crowd, 36_000_000).values()];
      assert.ok(jainIndex(shares) >= 0.99, `${peers} peers, ${slots} slots: ${shares.join(' ')}`);
    }
  });

  it('gives fast takers nothing more: Jain index at least 0.9 with 3 fast attackers of 32 (S-35)', () => {
    const crowd = crowdOf(roundRobin(), { peers: 32, slots: 4, complete: true });
    for (const peer of crowd.peers.slice(0, 3)) peer.rateUp = 1e9;
    assert.ok(jainIndex([...served(crowd, 7_200_000).values()]) >= 0.9);
  });

  it('a peer that comes again and again gains nothing by it', () => {
    const crowd = crowdOf(roundRobin(), { peers: 9, slots: 1, complete: true });
    let stolen = 0;
    let reconnects = 0;
    let thief = crowd.join();
    let honest = 0;
    for (; crowd.now < 7_200_000; crowd.now += 10_000) {
      crowd.rechoke();
      if (!thief.amChoking) stolen++;
      honest += crowd.peers.filter((peer) => !peer.amChoking && peer !== thief).length;
      if (crowd.now % 60_000 !== 0) continue;
      crowd.leave(thief);
      thief = crowd.join();
      reconnects++;
    }
    assert.ok(reconnects > 100, 'the thief never came again');
    assert.ok(stolen * 9 <= honest * 1.1, `stolen ${stolen}, honest ${honest}`);
  });

  it('lets a turn go on while nobody waits', () => {
    const crowd = crowdOf(roundRobin(), { peers: 2, slots: 4, complete: true });
    served(crowd, 600_000);
    assert.equal(crowd.flips, 2);
    assert.ok(crowd.said.some(({ reason }) => reason.startsWith('turn over, nobody waits')));
  });
});

describe('withOptimistic', () => {
  it('20 idle peers, 1 slot: every share within a quarter of the mean in the long run', () => {
    const crowd = crowdOf(withOptimistic(titForTat()), { peers: 20, slots: 1 });
    const turns = 8000;
    const shares = [...served(crowd, turns * 30_000).values()];
    const mean = (turns * 30) / 20;
    for (const share of shares) {
      assert.ok(Math.abs(share - mean) < mean / 4, `${share} s of ${mean} s`);
    }
  });

  it('the last slot rotates every 30 s among those that send nothing', () => {
    const crowd = crowdOf(withOptimistic(titForTat()), { peers: 12, slots: 3 });
    crowd.peers[0]!.rateDown = 9000;
    crowd.peers[1]!.rateDown = 8000;
    const optimists: number[] = [];
    for (; crowd.now < 600_000; crowd.now += 10_000) {
      crowd.rechoke();
      // Whoever was optimistic at first may also hold a turn; the fast two have their own slots by then.
      optimists.push(...unchoked(crowd).filter((conn) => conn > 4));
    }
    assert.ok(optimists.length >= 57, 'the optimistic slot was not used');
    let run = 0;
    for (let i = 0; i < optimists.length; i++) {
      run = optimists[i] === optimists[i - 1] ? run + 1 : 1;
      assert.ok(run <= 3, 'a turn lasted longer than 30 s');
    }
  });

  it('a newcomer is three times as likely as another', () => {
    let newcomers = 0;
    const runs = 3000;
    for (let seed = 0; seed < runs; seed++) {
      const crowd = crowdOf(withOptimistic(titForTat()), { peers: 4, slots: 1, seed });
      for (const peer of crowd.peers.slice(0, 3)) peer.unchokedAt = -100_000;
      crowd.rechoke();
      if (unchoked(crowd)[0] === 8) newcomers++;
    }
    assert.ok(newcomers > runs * 0.46 && newcomers < runs * 0.54, `${newcomers} of ${runs}`);
  });

  it('when all snub us, the slots left empty are given out by lot (S-34)', () => {
    const crowd = crowdOf(withOptimistic(titForTat()), { peers: 8, slots: 4 });
    for (const peer of crowd.peers) peer.snubbed = true;
    crowd.rechoke();
    assert.equal(unchoked(crowd).length, 4);
  });

  it('never the uninterested or seeds', () => {
    const crowd = crowdOf(withOptimistic(titForTat()), { peers: 3, slots: 3 });
    crowd.peers[0]!.peerInterested = false;
    crowd.peers[1]!.pieces[0] = true;
    crowd.rechoke();
    assert.deepEqual(unchoked(crowd), [6]);
  });
});

describe('byState and steady', () => {
  it('changes its rule when the torrent is complete', () => {
    const crowd = crowdOf(byState({ leeching: titForTat(), seeding: roundRobin() }), {
      peers: 6,
      slots: 2,
    });
    crowd.peers.forEach((peer, i) => (peer.rateDown = i));
    assert.equal(jainIndex([...served(crowd, 600_000).values()]), 1 / 3);
    crowd.torrent.settle(0, true);
    assert.ok(jainIndex([...served(crowd, 3_600_000).values()]) > 0.98);
  });

  it('does not flip when the rule changes', () => {
    for (let seed = 0; seed < 50; seed++) {
      const crowd = crowdOf(defaultChoker(), { peers: 8, slots: 3, seed });
      for (; crowd.now < 60_000; crowd.now += 1000) {
        crowd.peers.forEach((peer, i) => (peer.rateDown = (i * 7919 * crowd.now) % 1000));
        if (crowd.now === 33_000) crowd.torrent.settle(0, true);
        if (crowd.now % 10_000 === 0 || crowd.now % 33_000 === 0) crowd.rechoke();
      }
      assert.deepEqual([...crowd.violations], []);
    }
  });

  it('keeps who was unchoked lately, in the place of a newcomer', () => {
    const crowd = crowdOf(titForTat(), { peers: 2, slots: 1 });
    crowd.peers[0]!.rateDown = 10;
    crowd.rechoke();
    crowd.peers[1]!.rateDown = 20;
    crowd.now = 9000;
    crowd.rechoke();
    assert.deepEqual(unchoked(crowd), [2]);
    assert.equal(crowd.said.at(-1)!.reason, 'kept: unchoked 9 s ago');
    crowd.now = 10_000;
    crowd.rechoke();
    assert.deepEqual(unchoked(crowd), [4]);
    crowd.peers[0]!.rateDown = 30;
    crowd.now = 19_999;
    crowd.rechoke();
    assert.deepEqual(unchoked(crowd), [4]);
  });

  it('answers interest that came back at once, where a slot is free', () => {
    const crowd = crowdOf(steady(titForTat()), { peers: 1, slots: 1 });
    crowd.rechoke();
    crowd.now = 3000;
    crowd.peers[0]!.peerInterested = false;
    crowd.rechoke();
    assert.deepEqual(unchoked(crowd), []);
    crowd.now = 4000;
    crowd.peers[0]!.peerInterested = true;
    crowd.rechoke();
    assert.deepEqual(unchoked(crowd), [2]);
  });
});
