/**
 * The timer queue against a sorted array (law 6 of machines, law of equal deadlines).
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AssertionError, TimerQueue } from '../../src/core/index.ts';

type Kind = 'a' | 'b' | 'c';

interface ModelTimer {
  readonly kind: Kind;
  readonly id: number;
  at: number;
  order: number;
  handle: number;
}

/** The same queue, as simple as can be. */
class SortedArray {
  timers: ModelTimer[] = [];
  #order = 0;

  add(kind: Kind, id: number, at: number, handle: number): void {
    this.timers.push({ kind, id, at, order: this.#order++, handle });
  }

  get deadline(): number {
    return Math.min(Infinity, ...this.timers.map((timer) => timer.at));
  }

  move(handle: number, at: number): boolean {
    const timer = this.timers.find((other) => other.handle === handle);
    if (timer === undefined) return false;
    timer.at = at;
    timer.order = this.#order++;
    return true;
  }

  cancel(handle: number): void {
    this.timers = this.timers.filter((timer) => timer.handle !== handle);
  }

  expire(now: number): string[] {
    const due = this.timers.filter((timer) => timer.at <= now);
    this.timers = this.timers.filter((timer) => timer.at > now);
    return due
      .sort((a, b) => a.at - b.at || a.order - b.order)
      .map(({ kind, id }) => `${kind}${id}`);
  }
}

interface Real {
  readonly queue: TimerQueue<Kind>;
  /** Every handle ever given, spent ones too. */
  readonly handles: number[];
  nextId: number;
}

type QueueCommand = fc.Command<SortedArray, Real>;

class SetCommand implements QueueCommand {
  readonly kind: Kind;
  readonly at: number;
  constructor(kind: Kind, at: number) {
    this.kind = kind;
    this.at = at;
  }
  check(): boolean {
    return true;
  }
  run(model: SortedArray, real: Real): void {
    const id = real.nextId++;
    const handle = real.queue.set(this.kind, id, this.at);
    assert.ok(handle > 0 && Number.isSafeInteger(handle));
    assert.ok(!real.handles.includes(handle), 'a handle came again');
    real.handles.push(handle);
    model.add(this.kind, id, this.at, handle);
    compare(model, real);
  }
  toString(): string {
    return `set(${this.kind}, ${this.at})`;
  }
}

class CancelCommand implements QueueCommand {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check(): boolean {
    return true;
  }
  run(model: SortedArray, real: Real): void {
    const handle = real.handles[this.pick % (real.handles.length + 1)] ?? 0;
    real.queue.cancel(handle);
    model.cancel(handle);
    compare(model, real);
  }
  toString(): string {
    return `cancel(#${this.pick})`;
  }
}

class MoveCommand implements QueueCommand {
  readonly pick: number;
  readonly at: number;
  constructor(pick: number, at: number) {
    this.pick = pick;
    this.at = at;
  }
  check(): boolean {
    return true;
  }
  run(model: SortedArray, real: Real): void {
    const handle = real.handles[this.pick % (real.handles.length + 1)] ?? 0;
    assert.equal(real.queue.move(handle, this.at), model.move(handle, this.at));
    compare(model, real);
  }
  toString(): string {
    return `move(#${this.pick}, ${this.at})`;
  }
}

class ExpireCommand implements QueueCommand {
  readonly now: number;
  constructor(now: number) {
    this.now = now;
  }
  check(): boolean {
    return true;
  }
  run(model: SortedArray, real: Real): void {
    const fired: string[] = [];
    real.queue.expire(this.now, (kind, id) => fired.push(`${kind}${id}`));
    assert.deepEqual(fired, model.expire(this.now));
    compare(model, real);
  }
  toString(): string {
    return `expire(${this.now})`;
  }
}

function compare(model: SortedArray, { queue }: Real): void {
  assert.equal(queue.size, model.timers.length);
  assert.equal(queue.deadline, model.deadline);
}

describe('TimerQueue', () => {
  it('does what a sorted array does, for any calls', () => {
    // Few distinct times, so that ties are common.
    const time = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 12 }) },
      { weight: 2, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }) },
      { weight: 1, arbitrary: fc.constant(Infinity) },
    );
    const kind = fc.constantFrom<Kind>('a', 'b', 'c');
    const commands = fc.commands(
      [
        fc.tuple(kind, time).map(([k, at]) => new SetCommand(k, at)),
        fc.tuple(kind, time).map(([k, at]) => new SetCommand(k, at)),
        fc.nat(200).map((pick) => new CancelCommand(pick)),
        fc.tuple(fc.nat(200), time).map(([pick, at]) => new MoveCommand(pick, at)),
        fc.integer({ min: -1, max: 13 }).map((now) => new ExpireCommand(now)),
      ],
      { maxCommands: 120, size: 'max' },
    );
    let sets = 0;
    fc.assert(
      fc.property(commands, (list) => {
        const real: Real = { queue: new TimerQueue<Kind>(), handles: [], nextId: 0 };
        fc.modelRun(() => ({ model: new SortedArray(), real }), list);
        sets += real.nextId;
      }),
      { numRuns: 300 },
    );
    assert.ok(sets > 1_000, 'the property must have set timers');
  });

  it('fires equal deadlines in the order in which they were set, over growth', () => {
    const queue = new TimerQueue<'tick'>();
    for (let id = 0; id < 1_000; id++) queue.set('tick', id, 7);
    const fired: number[] = [];
    queue.expire(7, (_, id) => fired.push(id));
    assert.deepEqual(
      fired,
      Array.from({ length: 1_000 }, (_, i) => i),
    );
    assert.equal(queue.size, 0);
    assert.equal(queue.deadline, Infinity);
  });

  it('leaves what is set while it fires to the next call', () => {
    const queue = new TimerQueue<'again'>();
    let fired = 0;
    queue.set('again', 1, 5);
    const again = (): void => {
      fired += 1;
      queue.set('again', 1, -100);
    };
    queue.expire(5, again);
    assert.equal(fired, 1);
    assert.equal(queue.deadline, -100);
    queue.expire(5, again);
    assert.equal(fired, 2);
  });

  it('honours cancel and move of timers that are due in the same call', () => {
    const queue = new TimerQueue<'t'>();
    const handles = [1, 2, 3, 4].map((id) => queue.set('t', id, id));
    const fired: number[] = [];
    queue.expire(10, (_, id) => {
      fired.push(id);
      if (id !== 1) return;
      queue.cancel(handles[1]!);
      assert.equal(queue.move(handles[2]!, 3), true);
      assert.equal(queue.move(handles[0]!, 9), false, 'the handle of a fired timer is spent');
    });
    assert.deepEqual(fired, [1, 4]);
    assert.equal(queue.size, 1);
    assert.equal(queue.deadline, 3);
    queue.expire(10, (_, id) => fired.push(id));
    assert.deepEqual(fired, [1, 4, 3]);
  });

  it('does not confuse a spent handle with the timer that has its slot now', () => {
    const queue = new TimerQueue<'t'>();
    const spent: number[] = [];
    for (let i = 0; i < 5_000; i++) {
      const handle = queue.set('t', i, i);
      queue.cancel(handle);
      spent.push(handle);
    }
    const live = queue.set('t', -1, 1);
    for (const handle of spent) {
      queue.cancel(handle);
      assert.equal(queue.move(handle, 0), false);
    }
    assert.equal(queue.size, 1);
    assert.ok(!spent.includes(live));
  });

  it('keeps the timers that a throwing call-back did not reach', () => {
    const queue = new TimerQueue<'t'>();
    for (let id = 0; id < 3; id++) queue.set('t', id, 1);
    assert.throws(() => queue.expire(1, () => assert.fail('first')), /first/);
    const fired: number[] = [];
    queue.expire(1, (_, id) => fired.push(id));
    assert.deepEqual(fired, [1, 2]);
  });

  it('refuses a deadline that is not a number, and expire inside expire', () => {
    const queue = new TimerQueue<'t'>();
    assert.throws(() => queue.set('t', 0, NaN), AssertionError);
    const handle = queue.set('t', 0, 0);
    assert.throws(() => queue.move(handle, NaN), AssertionError);
    queue.set('t', 1, 0);
    queue.set('t', 2, 5);
    const inside = (): void => queue.expire(9, () => assert.fail());
    assert.throws(() => queue.expire(1, inside), AssertionError);
  });
});
