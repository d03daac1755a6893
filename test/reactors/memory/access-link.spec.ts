/** A link: turns, express segments, exact long-run rates, and two directions that do not touch each other. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AccessLink } from '../../../src/reactors/memory/network/access-link.ts';
import type { Traffic } from '../../../src/reactors/memory/network/access-link.ts';
import { VirtualClock } from '../../../src/reactors/memory/clock.ts';

/** A flow that has these segments to send, and writes down when each has left. */
class Sender implements Traffic {
  readonly left: number[] = [];
  readonly #clock: VirtualClock;
  readonly #link: AccessLink;
  readonly #segments: number[];

  constructor(clock: VirtualClock, link: AccessLink, segments: readonly number[]) {
    this.#clock = clock;
    this.#link = link;
    this.#segments = [...segments];
  }

  begin(): number {
    return this.#segments.shift() ?? 0;
  }

  sent(): void {
    this.left.push(this.#clock.now);
    if (this.#segments.length > 0) this.#link.enqueue(this);
  }
}

const rate = fc.integer({ min: 1, max: 10_000_000 });
const segment = fc.integer({ min: 1, max: 100_000 });

describe('an access link', () => {
  it('has an exact long-run rate up: what divisions leave over is carried', () => {
    fc.assert(
      fc.property(rate, fc.array(segment, { minLength: 1, maxLength: 100 }), (up, segments) => {
        const clock = new VirtualClock();
        const link = new AccessLink(clock, up, 1);
        const sender = new Sender(clock, link, segments);
        link.enqueue(sender);
        clock.runUntil(Infinity);
        let bytes = 0;
        for (const [i, size] of segments.entries()) {
          bytes += size;
          assert.equal(sender.left[i], Math.floor((bytes * 1e6) / up));
        }
        assert.equal(link.sentBytes, bytes);
      }),
    );
  });

  it('has an exact long-run rate down, and takes in by order of arrival', () => {
    fc.assert(
      fc.property(rate, fc.array(segment, { minLength: 1, maxLength: 100 }), (down, segments) => {
        const clock = new VirtualClock();
        const link = new AccessLink(clock, 1, down);
        let bytes = 0;
        for (const size of segments) {
          bytes += size;
          assert.equal(link.receive(size), Math.floor((bytes * 1e6) / down));
        }
        assert.equal(link.receivedBytes, bytes);
      }),
    );
  });

  it('serves its flows in turn, one segment each, whoever came first', () => {
    const clock = new VirtualClock();
    const link = new AccessLink(clock, 1_000_000, Infinity);
    const lengths = [3, 1, 5, 2, 40];
    // More than the ring holds at first.
    const senders = [...lengths, ...new Array<number>(30).fill(2)].map(
      (count) => new Sender(clock, link, new Array<number>(count).fill(10)),
    );
    for (const sender of senders) link.enqueue(sender);
    clock.runUntil(Infinity);
    const order = senders
      .flatMap(({ left }, index) => left.map((at, turn) => ({ at, index, turn })))
      .sort((a, b) => a.at - b.at);
    // Every segment takes the same time: the order of leaving is by turn, then by flow.
    const expected = [...order].sort((a, b) => a.turn - b.turn || a.index - b.index);
    assert.deepEqual(order, expected);
    assert.deepEqual(
      order.map(({ at }) => at),
      order.map((_, i) => 10 * (i + 1)),
    );
  });

  it('lets who has nothing to send go, and goes on', () => {
    const clock = new VirtualClock();
    const link = new AccessLink(clock, 1_000_000, Infinity);
    const senders = [[], [5], [], []].map((sizes) => new Sender(clock, link, sizes));
    for (const sender of senders) link.enqueue(sender);
    clock.runUntil(Infinity);
    assert.deepEqual(
      senders.map(({ left }) => left),
      [[], [5], [], []],
    );
    const late = new Sender(clock, link, [7]);
    link.enqueue(late);
    clock.runUntil(Infinity);
    assert.deepEqual(late.left, [12]);
  });

  it('sends express between the packets of bulk, and takes its time from the bulk behind', () => {
    const clock = new VirtualClock();
    const link = new AccessLink(clock, 1_000_000, Infinity);
    const bulk = new Sender(clock, link, [1000, 1000]);
    link.enqueue(bulk);
    clock.runUntil(100);
    assert.equal(link.express(50), 150, 'it does not wait for the segment on the wire');
    assert.equal(link.express(30), 130);
    clock.runUntil(Infinity);
    // The first one has its time; the second one begins when the express ones are paid for.
    assert.deepEqual(bulk.left, [1000, 2080]);
    assert.equal(link.sentBytes, 2080);
  });

  it('sends express one after the other where nothing bulky is on the wire', () => {
    const clock = new VirtualClock();
    const link = new AccessLink(clock, 1_000_000, Infinity);
    assert.deepEqual([link.express(50), link.express(50)], [50, 100]);
    const bulk = new Sender(clock, link, [10]);
    link.enqueue(bulk);
    clock.runUntil(Infinity);
    assert.deepEqual(bulk.left, [110], 'bulk does not overtake it');
  });

  it('takes express in at once, and makes those who wait wait for it', () => {
    const clock = new VirtualClock();
    const link = new AccessLink(clock, Infinity, 1_000_000);
    assert.equal(link.receiveExpress(40), 40);
    assert.equal(link.receive(100), 100, 'an idle link is not busy with express');
    assert.equal(link.receiveExpress(40), 40);
    assert.equal(link.receive(100), 240);
    assert.equal(link.receivedBytes, 280);
  });

  it('takes new rates for what is sent from then on', () => {
    const clock = new VirtualClock();
    const link = new AccessLink(clock, 1_000_000, 1_000_000);
    const bulk = new Sender(clock, link, [100, 100]);
    link.enqueue(bulk);
    link.setRates(500_000, 2_000_000);
    assert.equal(link.receive(100), 50);
    clock.runUntil(Infinity);
    assert.deepEqual(bulk.left, [100, 300]);
    assert.throws(() => link.setRates(0, 1), /above 0/);
    assert.throws(() => new AccessLink(clock, 1, -1), /above 0/);
  });

  it('takes no time at all without limits', () => {
    const clock = new VirtualClock();
    const link = new AccessLink(clock, Infinity, Infinity);
    const bulk = new Sender(clock, link, [1e9, 1e9]);
    link.enqueue(bulk);
    assert.deepEqual([link.express(1e6), link.receive(1e6), link.receiveExpress(1e6)], [0, 0, 0]);
    clock.runUntil(Infinity);
    assert.deepEqual(bulk.left, [0, 0]);
  });
});
