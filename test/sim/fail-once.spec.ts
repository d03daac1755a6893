/**
 * Every store, network, timer and name operation of six reference swarms fails once, one per run, in every way in which
 * its kind plausibly fails, under all judges.
 *
 * After any one of them everybody must have everything in the end, by itself where the store was full or failed, else
 * after being started again once; a fault is told as what it is, and never as another. No law is broken, nothing is left behind.
 * `FAIL_ONCE=all` runs each swarm in both fidelities.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { after, describe, it } from 'mocha';
import { FailOnce, failings, faultOf } from '../support/fail-once-faults.ts';
import type { Failing, FailingKind } from '../support/fail-once-faults.ts';
import { references } from '../support/fail-once-references.ts';
import type { Reference } from '../support/fail-once-references.ts';
import { failOnce } from '../support/fail-once-swarm.ts';
import type { OnceResult } from '../support/fail-once-swarm.ts';

interface Tally {
  operations: number;
  runs: number;
  /** Runs in which a torrent stopped and said why. */
  told: number;
}

const tallies = new Map<FailingKind, Tally>();
/** By kind and way. */
const told = new Map<string, number>();

function tallyOf(kind: FailingKind): Tally {
  let tally = tallies.get(kind);
  if (tally === undefined) tallies.set(kind, (tally = { operations: 0, runs: 0, told: 0 }));
  return tally;
}

/**
 * A piece that a check finds missing is not held, and nothing is wrong with that: if nobody else has it, nobody gets it,
 * which the judges know.
 */
function mayLack({ kind, how }: Failing, { scenario }: Reference): number {
  return kind === 'store-hash' && how === 'missing' ? scenario.content.pieceLength : 0;
}

function assertWell(reference: Reference, failing: Failing, result: OnceResult): void {
  const fault = faultOf(failing);
  assert.equal(result.failure, null);
  assert.ok(result.left <= mayLack(failing, reference), `${result.left} bytes are left`);
  for (const error of result.errors) assert.equal(error, fault, 'the fault is told as another');
  assert.ok(result.errors.length <= 1, `${result.errors.length} errors for one fault`);
}

function bothWays(): readonly Reference[] {
  if (process.env['FAIL_ONCE'] !== 'all') return references;
  return references.flatMap((each) =>
    (['bytes', 'messages'] as const).map((fidelity) => ({
      ...each,
      name: `${each.name} (${fidelity})`,
      scenario: { ...each.scenario, fidelity },
    })),
  );
}

describe('each operation fails once', () => {
  for (const reference of bothWays()) {
    it(reference.name, function () {
      this.timeout(600_000);
      const whole = new FailOnce(null, 0);
      const undisturbed = failOnce(reference, whole);
      assert.deepEqual(
        { ...undisturbed, doneAt: 0 },
        { failure: null, errors: [], restarts: 0, doneAt: 0, left: 0 },
      );
      for (const [kind, count] of whole.asked) tallyOf(kind).operations += count;
      for (const failing of failings) {
        const { kind, how } = failing;
        const count = whole.asked.get(kind) ?? 0;
        for (let number = 0; number < count; number++) {
          const faults = new FailOnce(failing, number);
          const result = failOnce(reference, faults);
          try {
            assert.equal(faults.struck, 1, 'it did not fail once');
            assertWell(reference, failing, result);
          } catch (error) {
            const message = error instanceof Error ? error.message : String(error);
            throw new Error(`${kind} ${number} of ${count}, ${how}: ${message}`, { cause: error });
          }
          const tally = tallyOf(kind);
          tally.runs++;
          if (result.errors.length > 0) tally.told++;
          const way = `${kind} ${how}`;
          told.set(way, (told.get(way) ?? 0) + result.errors.length);
        }
      }
    });
  }

  it('and there is no kind of operation that never failed', () => {
    const never = new Set(failings.map(({ kind }) => kind).filter((kind) => !tallies.has(kind)));
    assert.deepEqual([...never], []);
    for (const [kind, { operations, runs }] of tallies) {
      const ways = failings.filter((each) => each.kind === kind).length;
      assert.equal(runs, operations * ways, `${kind}: not each in each way`);
    }
  });

  it('and every fault of a store was told of by somebody', () => {
    for (const failing of failings) {
      const { kind, how } = failing;
      // Whoever closes a store has no use for it any more.
      const silent = faultOf(failing) === null || kind === 'store-close';
      if (silent) continue;
      assert.ok((told.get(`${kind} ${how}`) ?? 0) > 0, `${kind} ${how}`);
    }
  });

  it('and a torrent that nobody starts again is noticed', () => {
    const faults = new FailOnce({ kind: 'store-write', how: 'denied' }, 5);
    const { failure, errors } = failOnce(references[0]!, faults, false);
    assert.match(failure ?? '', /I-30.*does not come back: error/);
    assert.deepEqual(errors, ['denied']);
  });

  it('and one whose store failed comes back though nobody starts it again (F-16)', () => {
    for (const how of ['io', 'full'] as const) {
      const faults = new FailOnce({ kind: 'store-write', how }, 5);
      const { failure, errors, restarts, left } = failOnce(references[0]!, faults, false);
      assert.deepEqual(
        { failure, errors, restarts, left },
        { failure: null, errors: [how], restarts: 0, left: 0 },
      );
    }
  });

  after(() => {
    let total = 0;
    for (const [kind, { operations, runs, told: stopped }] of tallies) {
      total += runs;
      const stops = stopped === 0 ? '' : `, ${stopped} of which stopped a torrent`;
      console.log(`      ${kind}: ${operations} operations, ${runs} runs${stops}`);
    }
    console.log(`      ${total} runs with one failure each, all of them`);
  });
});
