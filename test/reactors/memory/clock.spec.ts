/** The virtual clock: strict order, what is settled when, and where the clock stands after a run. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { VirtualClock } from '../../../src/reactors/memory/clock.ts';
import type { Due } from '../../../src/reactors/memory/event-queue.ts';

/** Writes down what happens. */
class Journal implements Due {
  readonly clock: VirtualClock = new VirtualClock();
  readonly lines: string[] = [];
  then: (kind: number, arg: number) => void = () => undefined;

  due(kind: number, arg: number): void {
    this.lines.push(`${this.clock.now}: ${kind}/${arg}`);
    this.then(kind, arg);
  }

  party(name: string, settled: () => void = () => undefined): { settle(): void } {
    return {
      settle: () => {
        this.lines.push(`${this.clock.now}: ${name}`);
        settled();
      },
    };
  }
}

describe('the virtual clock', () => {
  it('lets events happen by time, then by who asked first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 50 }), (times) => {
        const journal = new Journal();
        times.forEach((time, i) => journal.clock.at(time, journal, 1, i));
        assert.equal(journal.clock.pending, times.length);
        assert.equal(journal.clock.runUntil(100), times.length);
        const expected = times
          .map((time, i) => ({ time, i }))
          .sort((a, b) => a.time - b.time)
          .map(({ time, i }) => `${time}: 1/${i}`);
        assert.deepEqual(journal.lines, expected);
        assert.equal(journal.clock.now, 100);
      }),
    );
  });

  it('refuses what lies in the past', () => {
    const { clock } = new Journal();
    const journal = new Journal();
    clock.runUntil(50);
    assert.throws(() => clock.at(49, journal, 0, 0), /past/);
    assert.throws(() => clock.at(NaN, journal, 0, 0), /past/);
    clock.at(50, journal, 0, 0);
    assert(clock.step());
  });

  it('settles after each event, in the order of asking, at the instant of the event', () => {
    const journal = new Journal();
    const { clock } = journal;
    journal.then = (kind) => {
      clock.unsettled(journal.party(`a${kind}`));
      clock.unsettled(journal.party(`b${kind}`));
    };
    clock.at(5, journal, 1, 0);
    clock.at(5, journal, 2, 0);
    clock.runUntil(10);
    assert.deepEqual(journal.lines, ['5: 1/0', '5: a1', '5: b1', '5: 2/0', '5: a2', '5: b2']);
  });

  it('settles also what settling has unsettled, before the next event', () => {
    const journal = new Journal();
    const { clock } = journal;
    let left = 3;
    const again = journal.party('again', () => {
      if (left-- > 0) clock.unsettled(again);
    });
    journal.then = (kind) => {
      if (kind === 1) clock.unsettled(again);
    };
    clock.at(1, journal, 1, 0);
    clock.at(1, journal, 2, 0);
    clock.runUntil(1);
    assert.deepEqual(journal.lines, ['1: 1/0', ...Array<string>(4).fill('1: again'), '1: 2/0']);
  });

  it('settles who sends behind all others, also behind those whom a sender has unsettled', () => {
    const journal = new Journal();
    const { clock } = journal;
    journal.then = () => {
      clock.sends(journal.party('send a', () => clock.unsettled(journal.party('c'))));
      clock.sends(journal.party('send b'));
      clock.unsettled(journal.party('a', () => clock.sends(journal.party('send c'))));
      clock.unsettled(journal.party('b'));
    };
    clock.at(1, journal, 1, 0);
    clock.runUntil(1);
    const order = ['1/0', 'a', 'b', 'send a', 'c', 'send b', 'send c'];
    assert.deepEqual(
      journal.lines,
      order.map((each) => `1: ${each}`),
    );
  });

  it('settles what was unsettled outside of an event before the next one, and before it says when that is', () => {
    const journal = new Journal();
    const { clock } = journal;
    clock.at(9, journal, 1, 0);
    clock.unsettled(journal.party('outside', () => clock.at(4, journal, 2, 0)));
    assert.equal(clock.nextTime, 4);
    clock.unsettled(journal.party('again'));
    assert(clock.step());
    assert.deepEqual(journal.lines, ['0: outside', '0: again', '4: 2/0']);
    assert(!clock.step(8), 'nothing is due by then');
    assert.equal(clock.now, 4, 'a step that finds nothing moves no clock');
    assert.equal(clock.events, 1);
  });

  it('runs until and including an instant, and stands there afterwards', () => {
    const journal = new Journal();
    const { clock } = journal;
    journal.then = (kind, arg) => {
      if (kind === 1 && arg < 3) clock.at(clock.now, journal, 1, arg + 1);
    };
    clock.at(10, journal, 1, 0);
    clock.at(11, journal, 2, 0);
    assert.equal(clock.runUntil(9), 0);
    assert.equal(clock.now, 9);
    assert.equal(clock.runUntil(10), 4, 'what is asked for at the instant happens in it');
    assert.equal(clock.now, 10);
    assert.equal(clock.runUntil(3), 0, 'the past is over');
    assert.equal(clock.now, 10);
    assert.equal(clock.runUntil(Infinity), 1);
    assert.equal(clock.now, 11, 'without end it stands at the last event');
  });

  it('stops after the event that stops it, settled, and leaves the clock where it was', () => {
    const journal = new Journal();
    const { clock } = journal;
    journal.then = (kind) => {
      if (kind !== 1) return;
      clock.unsettled(journal.party('settled'));
      clock.stop();
    };
    for (const kind of [1, 2]) clock.at(5, journal, kind, 0);
    assert.equal(clock.runUntil(100), 1);
    assert.equal(clock.now, 5);
    assert.deepEqual(journal.lines, ['5: 1/0', '5: settled']);
    assert.equal(clock.runUntil(100), 1, 'a stop is over with the run that it ended');
    assert.equal(clock.now, 100);
  });
});
