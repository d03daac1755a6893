/** The clock of a host: the law of delayed calls, frozen and thawed, ahead of the world, and over several lives. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { DelayedCall } from '../../../src/core/index.ts';
import { VirtualClock } from '../../../src/reactors/memory/clock.ts';
import { HostTime } from '../../../src/reactors/memory/host-time.ts';
import { SegmentFaults } from './flow-rig.ts';

class Rig {
  readonly clock: VirtualClock = new VirtualClock();
  readonly faults: SegmentFaults = new SegmentFaults();
  readonly time: HostTime = new HostTime(this.clock, 3, this.faults);
  readonly fired: string[] = [];

  call(name: string, delay: number): DelayedCall {
    return this.time.callLater(delay, () => this.fired.push(`${name} ${this.time.now()}`));
  }

  /** Lets milliseconds of the world pass. */
  pass(time: number): void {
    this.clock.runUntil(this.clock.now + time * 1000);
  }
}

type Step =
  | { readonly do: 'set' | 'reset'; readonly which: number; readonly delay: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'pass' | 'jump'; readonly by: number }
  | { readonly do: 'freeze' | 'thaw' };

const small = fc.nat(6);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('set' as const, 'reset' as const),
      which: small,
      delay: small,
    }),
  },
  fc.record({ do: fc.constant('cancel' as const), which: small }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), by: small }) },
  fc.record({ do: fc.constant('jump' as const), by: small }),
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('freeze' as const, 'thaw' as const) }) },
);

interface ModelCall {
  readonly id: number;
  /** By the clock of the host. */
  at: number;
  setting: number;
  active: boolean;
}

/** What should fire, and when: by (deadline, setting), never while frozen, all at once after. */
class Model {
  readonly calls: ModelCall[] = [];
  readonly fired: string[] = [];
  now = 0;
  frozen = false;
  #settings = 0;

  set(call: ModelCall, delay: number): void {
    call.at = this.now + delay;
    call.setting = this.#settings++;
  }

  /** The host's clock goes on; `smooth`: each call fires at its own instant. */
  move(to: number, smooth: boolean): void {
    for (; !this.frozen;) {
      const due = this.calls
        .filter((call) => call.active && call.at <= to)
        .sort((a, b) => a.at - b.at || a.setting - b.setting)[0];
      if (due === undefined) break;
      due.active = false;
      this.now = smooth ? Math.max(this.now, due.at) : to;
      this.fired.push(`${due.id} ${this.now}`);
    }
    this.now = to;
  }
}

describe("a host's time", () => {
  it('keeps the law of delayed calls through freezes, jumps, resets and cancels', () => {
    const seen = { freeze: 0, jump: 0, late: 0 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const rig = new Rig();
        const model = new Model();
        const calls: DelayedCall[] = [];
        for (const each of steps) {
          switch (each.do) {
            case 'set': {
              const id = calls.length;
              calls.push(rig.call(String(id), each.delay));
              const call = { id, at: 0, setting: 0, active: true };
              model.calls.push(call);
              model.set(call, each.delay);
              break;
            }
            case 'reset': {
              const call = model.calls[each.which];
              calls[each.which]?.reset(each.delay);
              if (call?.active === true) model.set(call, each.delay);
              break;
            }
            case 'cancel': {
              const call = model.calls[each.which];
              calls[each.which]?.cancel();
              if (call !== undefined) call.active = false;
              break;
            }
            case 'pass':
              rig.pass(each.by);
              model.move(model.now + each.by, true);
              break;
            case 'jump':
              seen.jump++;
              rig.time.jump(each.by);
              rig.pass(0);
              model.move(model.now + each.by, false);
              break;
            case 'freeze':
              seen.freeze++;
              rig.time.freeze();
              model.frozen = true;
              break;
            case 'thaw': {
              rig.pass(0); // what is due at this very instant is held first
              rig.time.thaw();
              rig.pass(0);
              const before = model.fired.length;
              model.frozen = false;
              model.move(model.now, false);
              seen.late += model.fired.length - before;
            }
          }
          assert.equal(rig.time.now(), model.now);
          assert.equal(rig.time.pending, model.calls.filter(({ active }) => active).length);
          assert.deepEqual(
            calls.map(({ active }) => active),
            model.calls.map(({ active }) => active),
          );
        }
        assert.deepEqual(rig.fired, model.fired);
      }),
      { numRuns: 400 },
    );
    assert(seen.freeze > 100 && seen.jump > 100 && seen.late > 50, JSON.stringify(seen));
  });

  it('fires a call that was reset while frozen when it is due, not when the host is thawed', () => {
    const rig = new Rig();
    const call = rig.call('a', 10);
    rig.time.freeze();
    rig.pass(20);
    call.reset(100);
    rig.time.thaw();
    rig.pass(50);
    assert.deepEqual(rig.fired, []);
    rig.pass(100);
    assert.deepEqual(rig.fired, ['a 120']);
  });

  it('keeps the order of equal deadlines over a jump', () => {
    const rig = new Rig();
    const a = rig.call('a', 30);
    rig.call('b', 30);
    a.reset(30);
    rig.time.jump(10);
    rig.pass(50);
    assert.deepEqual(rig.fired, ['b 30', 'a 30']);
  });

  it('rounds a delay up to the next microsecond, and takes one below 0 for 0', () => {
    const rig = new Rig();
    rig.call('a', 0.0001);
    rig.call('b', -5);
    rig.clock.runUntil(0);
    assert.deepEqual(rig.fired, ['b 0']);
    rig.clock.runUntil(1);
    assert.deepEqual(rig.fired, ['b 0', 'a 0.001']);
  });

  it('fires late by what the faults say, asked at every setting', () => {
    const rig = new Rig();
    const asked: number[] = [];
    rig.faults.timer = (host = -1) => {
      asked.push(host);
      return asked.length * 10;
    };
    const call = rig.call('a', 5);
    call.reset(5);
    rig.pass(100);
    assert.deepEqual(asked, [3, 3]);
    assert.deepEqual(rig.fired, ['a 25']);
  });

  it('fires nothing after a stop, and takes new calls after a restart', () => {
    const rig = new Rig();
    const old = rig.call('old', 10);
    rig.time.freeze();
    rig.pass(20);
    rig.time.stop();
    assert(!old.active && !rig.call('none', 1).active);
    old.reset(1);
    rig.time.restart();
    assert(!rig.time.frozen);
    rig.call('new', 1);
    rig.time.thaw();
    rig.pass(100);
    assert.deepEqual(rig.fired, ['new 21']);
    assert.equal(rig.time.pending, 0);
  });
});
