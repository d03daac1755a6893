// Dialing: the law, the law broken on purpose, limits, order and back-off.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dialing } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Behavior, Dialing } from '../../src/protocol/index.ts';
import {
  candidateAt,
  describeDialing,
  dialingLawNames,
  dialingLaws,
  ModelTorrent,
} from '../../src/testing/index.ts';
import { itBreaks } from '../support/behaviors/it-breaks.ts';

const LIMITS = { connectionsMax: 12, diallingMax: 4, restMin: 3750 };
const small: Behavior<Dialing> = dialing({ connectionsMax: 12, diallingMax: 4 });
const NONE = { connected: 0, dialling: 0 };

function open(behavior: Behavior<Dialing>, seed = 1): Dialing {
  const torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });
  return behavior(torrent, createRandom(seed));
}

describeDialing(
  'dialing',
  {
    behavior: dialing(),
    connectionsMax: 40,
    diallingMax: 10,
    restMin: 3750,
  },
  { describe, it },
);
describeDialing('dialing, small limits', { behavior: small, ...LIMITS }, { describe, it });

describe('law of dialing: behaviors that are wrong on purpose', () => {
  const wrong =
    (change: (right: Dialing) => Partial<Dialing>): Behavior<Dialing> =>
    (torrent, random) => {
      const right = small(torrent, random);
      return { ...right, ...change(right) };
    };
  let calls = 0;
  const subject = (behavior: Behavior<Dialing>) => ({ behavior, ...LIMITS });
  const laws = dialingLaws;
  const names = dialingLawNames;
  const eager = wrong((right) => ({
    nextDial: (candidates, _counts, now) => right.nextDial(candidates, NONE, now),
  }));
  const restless = wrong(() => ({
    nextDial: (candidates, counts) => (candidates.length > 0 && counts.dialling < 4 ? 0 : -1),
  }));
  const sleepy = wrong((right) => ({
    wakeAt: (candidates, counts, now) => right.wakeAt(candidates, counts, now) - 1,
  }));
  const astray = wrong(() => ({ nextDial: (candidates) => candidates.length }));
  const shy = wrong((right) => ({
    nextDial: (candidates, counts, now) => {
      const index = right.nextDial(candidates, counts, now);
      return index >= 0 && candidates[index]!.address.port === 1000 ? -1 : index;
    },
    wakeAt: () => Infinity,
  }));
  const moody = wrong((right) => ({
    nextDial: (candidates, counts, now) =>
      calls++ % 5 === 0 ? -1 : right.nextDial(candidates, counts, now),
  }));
  itBreaks('an eager one', laws, names.limits, subject(eager));
  itBreaks('a restless one', laws, names.rest, subject(restless));
  itBreaks('one that wakes too early', laws, names.wakes, subject(sleepy));
  itBreaks('one that points past the list', laws, names.index, subject(astray));
  itBreaks('a shy one', laws, names.all, subject(shy));
  itBreaks('one with a memory of its own', laws, names.same, subject(moody));
});

describe('dialing', () => {
  it('at the limits: 40 dialled, 50 admitted, 10 half-open', () => {
    const dials = open(dialing());
    const list = [candidateAt(1)];
    assert.equal(dials.nextDial(list, { connected: 39, dialling: 0 }, 0), 0);
    assert.equal(dials.nextDial(list, { connected: 40, dialling: 0 }, 0), -1);
    assert.equal(dials.nextDial(list, { connected: 0, dialling: 9 }, 0), 0);
    assert.equal(dials.nextDial(list, { connected: 0, dialling: 10 }, 0), -1);
    assert.equal(dials.wakeAt(list, { connected: 0, dialling: 10 }, 0), Infinity);
    assert.equal(dials.admits({ connected: 45, dialling: 4 }), true);
    assert.equal(dials.admits({ connected: 45, dialling: 5 }), false);
    assert.equal(open(dialing({ connectionsMax: 1 })).nextDial(list, NONE, 0), 0);
  });

  it('never tried first, then fewer failures, then oldest', () => {
    const dials = open(dialing());
    const list = [
      candidateAt(1, 1, -900_000),
      candidateAt(2, 0, -500_000),
      candidateAt(3, 0, -600_000),
      candidateAt(4),
      candidateAt(5),
    ];
    const order: number[] = [];
    while (list.length > 0) {
      const index = dials.nextDial(list, NONE, 0);
      order.push(list.splice(index, 1)[0]!.address.port);
    }
    assert.deepEqual(order, [4, 5, 3, 2, 1]);
  });

  it('rests 5 s, doubled per failure up to an hour, then a day, each within a quarter', () => {
    const rests = [5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 86_400, 86_400];
    for (let seed = 0; seed < 40; seed++) {
      rests.forEach((seconds, failures) => {
        const wakeAt = open(dialing(), seed).wakeAt([candidateAt(1, failures, 0)], NONE, 0);
        assert.ok(wakeAt >= seconds * 750 && wakeAt <= seconds * 1250, `${failures}: ${wakeAt}`);
      });
    }
    const patient = open(dialing({ failuresMax: 100 }));
    assert.ok(patient.wakeAt([candidateAt(1, 60, 0)], NONE, 0) <= 4_500_000, 'at most an hour');
  });

  it('spreads addresses that failed together, and keeps one jitter per try', () => {
    const dials = open(dialing());
    const list = Array.from({ length: 200 }, (_, i) => candidateAt(i, 1, 0));
    const times = list.map((candidate) => dials.wakeAt([candidate], NONE, 0));
    assert.ok(new Set(times).size > 100, 'they come back together');
    assert.deepEqual(
      list.map((candidate) => dials.wakeAt([candidate], NONE, 5)),
      times,
    );
    list[0]!.lastTriedAt = 1;
    list[0]!.failures = 2;
    assert.notEqual(dials.wakeAt([list[0]!], NONE, 5), times[0]! * 2);
  });
});
