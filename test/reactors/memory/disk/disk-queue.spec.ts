/** One delayed call per instant, order kept also by a clock that fires late; the block map and the phantom blocks. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { DelayedCall, Millis } from '../../../../src/core/index.ts';
import { DiskBlockGrid } from '../../../../src/reactors/memory/disk/disk-block-grid.ts';
import { DiskBlockMap, HELD } from '../../../../src/reactors/memory/disk/disk-block-map.ts';
import type { BlockState } from '../../../../src/reactors/memory/disk/disk-block-map.ts';
import { DiskQueue } from '../../../../src/reactors/memory/disk/disk-queue.ts';
import {
  isPhantom,
  isPoisoned,
  phantomBlock,
  poisonedBlock,
} from '../../../../src/reactors/memory/disk/phantom-block.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { BLOCK, makeRig, open } from './rigs.ts';

/** A clock that fires calls so much late as it is told, and can be stopped. */
class LateClock extends ManualClock {
  late: () => Millis = () => 0;
  readonly #calls: DelayedCall[] = [];

  override callLater(delay: Millis, call: () => void): DelayedCall {
    const made = super.callLater(delay + this.late(), call);
    this.#calls.push(made);
    return made;
  }

  stop(): void {
    for (const call of this.#calls) if (call.active) call.cancel();
  }
}

describe('the queue of a disk', () => {
  it('happens in order of (instant, addition), whatever the clock does', () => {
    let late = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ due: fc.nat(20), late: fc.nat(30), more: fc.nat(5) }), {
          maxLength: 40,
        }),
        (list) => {
          const clock = new LateClock();
          const queue = new DiskQueue(clock);
          const happened: { due: number; i: number }[] = [];
          list.forEach((each, i) => {
            clock.late = () => each.late;
            if (each.late > 0) late++;
            queue.add(each.due, {
              happen: () => {
                happened.push({ due: each.due, i });
                clock.late = () => 0;
              },
            });
          });
          const instants = new Set(list.map(({ due }) => due)).size;
          assert.equal(clock.counts.callLater, instants, 'one call for an instant');
          clock.advance(1000);
          assert.equal(happened.length, list.length);
          const sorted = [...happened].sort((a, b) => a.due - b.due || a.i - b.i);
          assert.deepEqual(happened, sorted);
          assert.equal(clock.pending, 0);
        },
      ),
      { numRuns: 200 },
    );
    assert.ok(late > 100);
  });

  it('what is added by an event happens in a later call, also at the same instant', () => {
    const clock = new ManualClock();
    const queue = new DiskQueue(clock);
    let deep = 0;
    let inside = false;
    const again = {
      happen: (): void => {
        assert.ok(!inside);
        inside = true;
        if (++deep < 5) queue.add(clock.now(), again);
        inside = false;
      },
    };
    queue.add(0, again);
    for (let i = 1; i <= 5; i++) {
      clock.fireEarly();
      assert.equal(deep, i);
    }
    assert.equal(clock.pending, 0);
  });

  it('an event that throws takes none with it', () => {
    const clock = new ManualClock();
    const queue = new DiskQueue(clock);
    const happened: number[] = [];
    for (let i = 0; i < 5; i++) {
      queue.add(1, {
        happen: () => {
          if (i === 2) throw new Error('somebody else');
          happened.push(i);
        },
      });
    }
    assert.throws(() => clock.advance(1), /somebody else/);
    assert.deepEqual(happened, [0, 1]);
    clock.advance(0);
    assert.deepEqual(happened, [0, 1, 3, 4]);
  });

  it('a clock that was stopped and runs again does not strand a disk', () => {
    const clock = new LateClock();
    const r = makeRig('memory', { clock, latency: { write: 10, open: 10 } });
    const store = open(r);
    store.submit({ type: 'store-write', offset: 0, data: r.right(0, BLOCK) });
    clock.stop();
    r.disk.crash('process');
    clock.advance(5); // the next life opens for the instant at which the write was due: 20
    clock.jump(10);
    const again = open(r);
    assert.equal(again.write(0, r.right(0, BLOCK)), null);
    assert.equal(store.answers.size, 0);
  });

  it('disks that share a queue share its calls', () => {
    const clock = new ManualClock();
    const queue = new DiskQueue(clock);
    const users = Array.from({ length: 50 }, () => open(makeRig('phantom', { clock, queue })));
    const before = clock.counts.callLater;
    for (const user of users) {
      user.submit({ type: 'store-write', offset: 0, data: phantomBlock(BLOCK) });
    }
    assert.equal(clock.counts.callLater - before, 1);
    clock.advance(0);
    assert.ok(users.every(({ answers }) => answers.size === 1));
  });
});

describe('phantom blocks', () => {
  it('are one view per length, of two buffers, and nothing else is either', () => {
    for (const length of [0, 1, 77, BLOCK - 1, BLOCK]) {
      assert.equal(phantomBlock(length), phantomBlock(length));
      assert.equal(poisonedBlock(length), poisonedBlock(length));
    }
    for (const length of [0, 5, BLOCK, 8 * BLOCK]) {
      const [right, wrong] = [phantomBlock(length), poisonedBlock(length)];
      assert.equal(right.length + wrong.length, 2 * length);
      assert.ok(right.every((byte) => byte === 0));
      assert.ok(
        wrong.every((byte) => byte !== 0),
        'to be seen by who looks',
      );
      assert.deepEqual([isPhantom(right), isPoisoned(right)], [true, false]);
      assert.deepEqual([isPhantom(wrong), isPoisoned(wrong)], [false, true]);
      const bytes = new Uint8Array(length);
      assert.deepEqual([isPhantom(bytes), isPoisoned(bytes)], [false, false]);
    }
    assert.throws(() => phantomBlock(2 ** 30), { code: 'SWARMWRIGHT_BUG' });
  });

  it('bytes from anywhere else are not known to be right', () => {
    const r = makeRig('phantom');
    const store = open(r);
    store.write(0, new Uint8Array(BLOCK));
    assert.ok(isPoisoned(store.read(0, BLOCK).data!));
    assert.throws(() => {
      store.submit({ type: 'store-write', offset: BLOCK, data: phantomBlock(5) });
      r.clock.advance(0);
    }, /whole blocks/);
  });

  it('the map agrees with an array, and counts', () => {
    let alike = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.record({ at: fc.nat(39), state: fc.nat(2), all: fc.nat(15) }), {
          maxLength: 80,
        }),
        (length, steps) => {
          const map = new DiskBlockMap(length);
          const model = new Array<BlockState>(length).fill(0);
          for (const { at, state, all } of steps) {
            const next = state as BlockState;
            if (all === 0) {
              map.fill(next);
              model.fill(next);
            } else {
              map.set(at % length, next);
              model[at % length] = next;
            }
            if (map.all !== null && length > 1) alike++;
          }
          const copy = new DiskBlockMap(length);
          copy.copy(map);
          for (const each of [map, copy]) {
            model.forEach((state, i) => assert.equal(each.get(i), state));
            for (const state of [0, 1, 2] as const) {
              assert.equal(each.count(state), model.filter((one) => one === state).length);
            }
            for (let first = 0; first < length; first += 3) {
              for (let last = first; last < length; last += 5) {
                const range = model.slice(first, last + 1);
                const worst = range.includes(0) ? 0 : range.includes(2) ? 2 : 1;
                assert.equal(each.worst(first, last), worst);
              }
            }
            if (model.every((state) => state === HELD)) assert.equal(each.byteLength, 0);
          }
        },
      ),
      { numRuns: 200 },
    );
    assert.ok(alike > 50);
  });

  it('the grid cuts each extent from its beginning, without gap or overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.nat(70_000), (length, extent) => {
        const grid = new DiskBlockGrid(length, extent);
        const unit = extent === 0 ? BLOCK : extent;
        let at = 0;
        for (let block = 0; block < grid.count; block++) {
          assert.equal(grid.startOf(block), at);
          const end = grid.endOf(block);
          assert.ok(end > at && end - at <= BLOCK);
          assert.ok(Math.floor(at / unit) === Math.floor((end - 1) / unit), 'in one extent');
          assert.equal(grid.blockAt(at), block);
          assert.equal(grid.blockAt(end - 1), block);
          at = end;
          if (block > 2000) return; // tiny extents: enough is seen
        }
        assert.equal(at, length);
      }),
      { numRuns: 100 },
    );
  });

  it('a seed costs no bits, a leech two per block and sync state', () => {
    const bits = (length: number): number => {
      const map = new DiskBlockMap(length);
      map.set(0, HELD);
      return map.byteLength;
    };
    assert.equal(bits(6400), 1600);
    const full = new DiskBlockMap(6400);
    for (let i = 0; i < 6400; i++) full.set(i, HELD);
    assert.equal(full.byteLength, 0);
  });
});
