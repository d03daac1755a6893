// Two peers that dial each other at once agree on one connection without a word (S-31, F-12).
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import fc from 'fast-check';
import { makeContent } from '../../support/session-world.ts';
import { SessionPair } from '../../support/session-pair.ts';

const CONTENT = makeContent(40_000, 32_768);
const seen = { orders: 0, bothDialled: 0, greaterIsA: 0, lesserIsA: 0 };

/** Both ends learn of each other somewhere in a random order of deliveries. */
function play(pair: SessionPair, picks: readonly number[], addresses: number): void {
  const meetB = picks.length % 8;
  pair.introduce(pair.a, addresses);
  picks.forEach((pick, i) => {
    if (i === meetB) pair.introduce(pair.b, addresses);
    pair.deliver(pick);
  });
  if (picks.length <= meetB) pair.introduce(pair.b, addresses);
}

/** One connection, of the same direction seen from both ends. */
function assertOne(pair: SessionPair): void {
  const [ofA, ...moreA] = pair.a.peers;
  const [ofB, ...moreB] = pair.b.peers;
  assert.equal(moreA.length + moreB.length, 0, 'more than one connection');
  assert(ofA !== undefined && ofB !== undefined, 'no connection is left');
  assert.notEqual(ofA.dialled, ofB.dialled);
  assert.equal(pair.a.outgoing.get(ofA.conn)?.conn, ofB.conn, 'not the same connection');
}

const order = fc.array(fc.nat(7), { maxLength: 40, size: 'max' });
const names = fc.constantFrom<[string, string]>(['lesser', 'more'], ['more', 'lesser']);

describe('simultaneous open', () => {
  it('leaves exactly one connection, the same at both ends, in 1,000 orders (S-31)', () => {
    fc.assert(
      fc.property(order, names, fc.nat(1000), (picks, [a, b], seed) => {
        const pair = new SessionPair(CONTENT, [a, b], seed);
        play(pair, picks, 1);
        pair.settle();
        assertOne(pair);
        seen.orders++;
        if (pair.a.dials > 0 && pair.b.dials > 0) {
          seen.bothDialled++;
          // Both keep what the end with the greater id dialled, if that end dialled before they met.
          if (a > b) seen.greaterIsA++;
          else seen.lesserIsA++;
        }
        pair.settle(100_000);
        assertOne(pair);
        assert(pair.a.dials + pair.b.dials <= 4, 'they go on dialling each other');
      }),
      { numRuns: 1000 },
    );
  });

  it('comes to rest on one connection, though each knows the other by three addresses', () => {
    fc.assert(
      fc.property(order, names, fc.nat(1000), (picks, [a, b], seed) => {
        const pair = new SessionPair(CONTENT, [a, b], seed);
        play(pair, picks, 3);
        pair.settle(140_000);
        assertOne(pair);
        assert(pair.a.dials + pair.b.dials <= 24, 'they go on dialling each other');
      }),
      { numRuns: 300 },
    );
  });

  after(() => {
    for (const [what, count] of Object.entries(seen)) assert(count > 100, `too few: ${what}`);
  });
});
