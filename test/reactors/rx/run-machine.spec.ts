/** A machine as an operator, in marbles: one character is one millisecond. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { from, Subject, take, tap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { Machine, Millis, Sink } from '../../../src/core/index.ts';
import { reactorTimeOf, runMachine, schedulerOf, stepsOf } from '../../../src/reactors/rx/index.ts';
import type { Timeout } from '../../../src/reactors/rx/index.ts';
import { ManualClock } from '../../support/manual-clock.ts';

interface Word {
  readonly type: 'word';
  readonly text: string;
}

const word = (text: string): Word => ({ type: 'word', text });

/**
 * Says every word back; `set` starts a timer of three milliseconds that says `!`, `again` one that is set for ever,
 * `twice` says two words, `late` sets a deadline in the past, `break` throws.
 */
class Parrot implements Machine<Word | Timeout, string> {
  deadline: Millis = Infinity;
  #period = 0;
  #inside = false;
  static made = 0;

  constructor() {
    Parrot.made++;
  }

  step(input: Word | Timeout, now: Millis, out: Sink<string>): void {
    assert.ok(!this.#inside, 'entered twice');
    this.#inside = true;
    if (input.type === 'timeout') {
      assert.ok(now >= this.deadline, 'the driver of this machine is never early');
      out.push('!');
      this.deadline = this.#period === 0 ? Infinity : now + this.#period;
    } else {
      if (input.text === 'set') this.deadline = now + 3;
      else if (input.text === 'late') this.deadline = now - 5;
      else if (input.text === 'again') {
        this.#period = 2;
        this.deadline = now + 2;
      } else if (input.text === 'break') throw new Error('our bug');
      else out.push(input.text);
      if (input.text === 'twice') out.push('more');
    }
    this.#inside = false;
  }
}

const values = {
  a: word('a'),
  b: word('b'),
  s: word('set'),
  g: word('again'),
  t: word('twice'),
  l: word('late'),
  x: word('break'),
};
const spoken = { a: 'a', b: 'b', t: 'twice', m: 'more', o: '!' };

function marbles(
  test: (
    helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0],
    scheduler: TestScheduler,
  ) => void,
): void {
  const scheduler = new TestScheduler((actual, expected) => assert.deepEqual(actual, expected));
  scheduler.run((helpers) => test(helpers, scheduler));
}

describe('runMachine', () => {
  it('gives the effects of inputs and of time-outs, each at its time', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const inputs = hot('-a-s-b----t---|', values);
      const told = '      -a---bo---(tm)|';
      expectObservable(inputs.pipe(runMachine(() => new Parrot(), { scheduler }))).toBe(
        told,
        spoken,
      );
    });
  });

  it('asks at once for a deadline that has passed, and never from inside the step that set it', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const inputs = hot('--l--(la)-|', values);
      const told = '      --o--(ao)-|';
      expectObservable(inputs.pipe(runMachine(() => new Parrot(), { scheduler }))).toBe(
        told,
        spoken,
      );
    });
  });

  it('follows a deadline that is set again and again, and hears the source first', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      // The end comes at 8, and so would a time-out.
      const inputs = hot('g--a----(b|)', values);
      const told = '      --oao-o-(b|)';
      expectObservable(inputs.pipe(runMachine(() => new Parrot(), { scheduler }))).toBe(
        told,
        spoken,
      );
    });
  });

  it('completes with the source, and drops its timer', () => {
    marbles(({ cold, expectObservable, flush }, scheduler) => {
      const inputs = cold('g----|', values);
      expectObservable(inputs.pipe(runMachine(() => new Parrot(), { scheduler }))).toBe(
        '--o-o|',
        spoken,
      );
      flush();
      assert.ok(scheduler.frame <= 6, 'a timer went on after the end');
    });
  });

  it('errors once when step throws, and leaves the source', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
      const inputs = hot('a-g--x--b--|', values);
      const subscribed = '^----!';
      const told = '      a---o#';
      expectObservable(inputs.pipe(runMachine(() => new Parrot(), { scheduler }))).toBe(
        told,
        spoken,
        new Error('our bug'),
      );
      expectSubscriptions(inputs.subscriptions).toBe(subscribed);
    });
  });

  it('passes an error of the source on, and drops its timer', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const inputs = hot('g--#', values, 'theirs');
      expectObservable(inputs.pipe(runMachine(() => new Parrot(), { scheduler }))).toBe(
        '--o#',
        spoken,
        'theirs',
      );
    });
  });

  it('falls silent when it is unsubscribed, and leaves the source', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
      const inputs = hot('g---a---b', values);
      const until = '     -----!';
      const told = '      --o-(ao)';
      expectObservable(inputs.pipe(runMachine(() => new Parrot(), { scheduler })), until).toBe(
        told,
        spoken,
      );
      expectSubscriptions(inputs.subscriptions).toBe('^----!');
    });
  });

  it('has a machine of its own for every subscription, and none before', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const before = Parrot.made;
      const effects = hot('s-a---b|', values).pipe(runMachine(() => new Parrot(), { scheduler }));
      assert.equal(Parrot.made, before);
      expectObservable(effects).toBe('--ao--b|', spoken);
      expectObservable(effects, '-^').toBe('--a---b|', spoken);
    });
  });

  it('queues what a listener feeds back, and steps it when the step was told whole', () => {
    const inputs = new Subject<Word>();
    const told: string[] = [];
    const time = schedulerOf(new ManualClock());
    inputs.pipe(runMachine(() => new Parrot(), { scheduler: time })).subscribe({
      next: (text) => {
        told.push(text);
        if (text === 'twice') {
          inputs.next(word('x'));
          inputs.next(word('y'));
        }
        if (text === 'x') inputs.complete();
      },
      complete: () => told.push('completed'),
    });
    inputs.next(word('twice'));
    assert.deepEqual(told, ['twice', 'more', 'x', 'y', 'completed']);
  });

  it('stops in the middle of a queue that nobody wants any more', () => {
    const words = ['a', 'twice', 'b'].map(word);
    const told: string[] = [];
    const clock = new ManualClock();
    let stepped = 0;
    from(words)
      .pipe(
        tap(() => stepped++),
        runMachine(() => new Parrot(), { scheduler: schedulerOf(clock) }),
        take(2),
      )
      .subscribe((text) => told.push(text));
    assert.deepEqual([told, stepped, clock.pending], [['a', 'twice'], 2, 0]);
  });

  it('errors the stream when the machine cannot be made', () => {
    const errors: unknown[] = [];
    const make = (): never => {
      throw new Error('no machine');
    };
    from([word('a')])
      .pipe(runMachine(make, { scheduler: schedulerOf(new ManualClock()) }))
      .subscribe({ error: (error) => errors.push(error) });
    assert.match(String(errors), /no machine/);
  });
});

describe('stepsOf', () => {
  it('tells inputs, times and effects together, time-outs included', () => {
    const clock = new ManualClock(100);
    const inputs = new Subject<Word>();
    const steps: unknown[] = [];
    inputs
      .pipe(stepsOf(() => new Parrot(), { scheduler: schedulerOf(clock) }))
      .subscribe((step) => steps.push(step));
    inputs.next(word('set'));
    clock.advance(1.25);
    inputs.next(word('twice'));
    clock.advance(5);
    assert.deepEqual(steps, [
      { now: 100, input: word('set'), effects: [] },
      { now: 101.25, input: word('twice'), effects: ['twice', 'more'] },
      { now: 103, input: { type: 'timeout' }, effects: ['!'] },
    ]);
  });

  it('never shows a machine a clock that went back', () => {
    const clock = new ManualClock(50);
    const inputs = new Subject<Word>();
    const times: number[] = [];
    inputs
      .pipe(stepsOf(() => new Parrot(), { scheduler: schedulerOf(clock) }))
      .subscribe(({ now }) => times.push(now));
    inputs.next(word('a'));
    clock.jump(20);
    inputs.next(word('b'));
    assert.deepEqual(times, [50, 50]);
    assert.equal(reactorTimeOf(schedulerOf(clock)).now(), 20);
  });
});
