/**
 * What a plan compiles to: the same every time, entry by entry independent of the others, inside its windows and
 * targets, whole again at the end, and counted.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import {
  assertInjected,
  compileFaults,
  drawFaultPlan,
  faultPlans,
  missedFaults,
  parseFaultPlan,
} from '../../../src/sim/faults/index.ts';
import type { CompiledFaults, FaultPlan, TimedEvent } from '../../../src/sim/faults/index.ts';

const PEERS = 6;

/** A plan in the short form of JSON. */
function planOf(...faults: readonly object[]): FaultPlan {
  const { plan, fault } = parseFaultPlan({ version: 1, name: 'test', until: 1000, faults });
  assert.equal(fault, null);
  return plan;
}

interface Run {
  readonly compiled: CompiledFaults;
  /** The answers, by question. */
  readonly answers: unknown[];
  readonly triggered: TimedEvent[];
}

/** Asks a fixed series of questions: all sorts, all peers, over the whole time. */
function interrogate(plan: FaultPlan, seed = 5, questions = 2000): Run {
  let now = 0;
  const triggered: TimedEvent[] = [];
  const trigger = (event: TimedEvent): void => void triggered.push(event);
  const compiled = compileFaults(plan, { peers: PEERS, seed, now: () => now, trigger });
  const { faults } = compiled;
  const kinds = ['store-open', 'store-read', 'store-write', 'store-hash'] as const;
  const answers: unknown[] = [];
  for (let i = 0; i < questions; i++) {
    now = Math.floor((i * plan.until) / questions);
    const host = i % PEERS;
    const to = (i + 1) % (PEERS + 1);
    const kind = kinds[Math.floor(i / PEERS) % kinds.length]!;
    answers.push([
      faults.store(host, { kind, offset: 0, length: kind === 'store-open' ? 0 : 16_384 }),
      faults.connect(host, to),
      faults.segment(host, to, 1000),
      faults.datagram(host, to, 100),
      faults.resolve(host, 'tracker.example'),
      faults.http(host, 'http://tracker.example/announce'),
      faults.timer(host),
    ]);
  }
  return { compiled, answers, triggered };
}

const drawn = fc
  .record({
    seed: fc.integer(),
    intensity: fc.integer({ min: 20, max: 100 }),
  })
  .map(({ seed, intensity }) =>
    drawFaultPlan(createRandom(seed), { peers: PEERS, duration: 60_000, intensity }),
  );

describe('sim: compiled faults', () => {
  it('are the same for the same plan and seed, and others for another seed', () => {
    const all = faultPlans['all']!;
    const first = interrogate(all);
    const second = interrogate(all);
    assert.deepEqual(first, { ...second, compiled: first.compiled });
    assert.deepEqual(first.compiled.timeline, second.compiled.timeline);
    assert.deepEqual(first.compiled.recruits, second.compiled.recruits);
    assert.deepEqual(first.compiled.injected, second.compiled.injected);
    const other = interrogate(all, 6);
    assert.notDeepEqual(first.answers, other.answers);
    assert.notDeepEqual(first.compiled.timeline, other.compiled.timeline);
  });

  it('leave the draws of the others alone when one entry is taken away', () => {
    let compared = 0;
    fc.assert(
      fc.property(drawn, fc.nat(), (plan, which) => {
        const gone = plan.faults[which % plan.faults.length]!;
        const rest = { ...plan, faults: plan.faults.filter((fault) => fault !== gone) };
        const before = interrogate(plan, 5, 200);
        const after = interrogate(rest, 5, 200);
        const kept = (run: Run): TimedEvent[] =>
          [...run.compiled.timeline, ...run.triggered].filter(({ fault }) => fault !== gone.name);
        assert.deepEqual(kept(after), kept(before));
        compared += kept(before).length;
        // Of the answers: each one of the rest is given again, unless the entry that is gone had spoken first.
        before.answers.forEach((was, i) => {
          (was as unknown[]).forEach((answer, j) => {
            const is = (after.answers[i] as unknown[])[j];
            if (rest.faults.length === 0) assert(is === null || is === 0);
            else if (answer === null || answer === 0) assert.deepEqual(is, answer);
          });
        });
      }),
    );
    assert(compared > 100, 'the plans had hardly any events');
  });

  it('take every draw, whoever is obeyed', () => {
    const first = { kind: 'http-fault', fault: 'refused', from: 0, until: 1000 };
    const loud = { ...first, name: 'loud', trigger: { rate: 500_000 } };
    const shy = { ...first, name: 'shy', fault: 'timed-out', trigger: { rate: 300_000 } };
    const alone = interrogate(planOf(shy)).answers.map((each) => (each as unknown[])[5]);
    const both = interrogate(planOf(loud, shy)).answers.map((each) => (each as unknown[])[5]);
    let struck = 0;
    both.forEach((answer, i) => {
      if (answer === 'refused') return;
      assert.equal(answer, alone[i], 'the second entry was shifted by the first');
      if (answer !== null) struck++;
    });
    assert(struck > 200);
  });

  it('keep to their window, their target and their number', () => {
    const base = { kind: 'http-fault', fault: 'refused', from: 250, until: 500 };
    const always = { rate: 1_000_000 };
    const windowed = planOf({ ...base, name: 'w', target: { peers: [2] }, trigger: always });
    interrogate(windowed).answers.forEach((each, i) => {
      const now = Math.floor((i * 1000) / 2000);
      const struck = i % PEERS === 2 && now >= 250 && now < 500;
      assert.equal((each as unknown[])[5], struck ? 'refused' : null, `question ${i}`);
    });
    const hits = (trigger: object): number[] =>
      interrogate(planOf({ ...base, name: 'n', target: { peers: [2] }, trigger }))
        .answers.map((each, i) => ((each as unknown[])[5] === null ? -1 : i))
        .filter((i) => i >= 0);
    const concerned = hits(always);
    assert.deepEqual(hits({ at: 3 }), [concerned[3]]);
    assert.deepEqual(hits({ at: 3, sticky: true }), concerned.slice(3));
    assert.deepEqual(hits({ rate: 1_000_000, most: 2 }), concerned.slice(0, 2));
  });

  it('strike at about their rate', () => {
    const plan = planOf({
      kind: 'datagram-lost',
      name: 'loss',
      from: 0,
      until: 1000,
      trigger: { rate: 500_000 },
    });
    const { injected } = interrogate(plan, 3, 10_000).compiled;
    const lost = injected.get('F-15 datagram-lost') ?? 0;
    assert(lost > 4800 && lost < 5200, String(lost));
  });

  it('give a share of the peers, and spare those that hold the only copy from destruction', () => {
    const flip = {
      kind: 'store-flip',
      name: 'rot',
      from: 0,
      until: 1000,
      operations: ['store-read'],
      trigger: { rate: 1_000_000 },
    };
    const struck = (spared: readonly number[], target: object | string): number[] => {
      const { faults } = compileFaults(planOf({ ...flip, target }), {
        peers: PEERS,
        seed: 1,
        now: () => 0,
        spared,
      });
      const read = { kind: 'store-read', offset: 0, length: 100 } as const;
      return [0, 1, 2, 3, 4, 5, 6].filter((peer) => faults.store(peer, read) !== null);
    };
    assert.equal(struck([], { share: 50 }).length, 3);
    assert.deepEqual(struck([0, 1], 'all'), [2, 3, 4, 5]);
    assert.throws(() => struck([], { peers: [6] }), /fault "rot": there is no peer 6 among 6/);
  });

  it('answer with torn writes and flipped bits inside the range', () => {
    const each = { from: 0, until: 1000, trigger: { rate: 1_000_000 } };
    const plan = planOf(
      { ...each, kind: 'store-torn', name: 'torn', target: { peers: [0] } },
      { ...each, kind: 'store-flip', name: 'flip', operations: ['store-write'] },
    );
    const { faults } = compileFaults(plan, { peers: 2, seed: 1, now: () => 0 });
    const lengths = new Set<number>();
    for (let i = 0; i < 500; i++) {
      const torn = faults.store(0, { kind: 'store-write', offset: 0, length: 100 });
      assert(torn?.type === 'torn' && torn.bytes >= 0 && torn.bytes < 100);
      lengths.add(torn.bytes);
      const flip = faults.store(1, { kind: 'store-write', offset: 0, length: 100 });
      assert(flip?.type === 'flip' && flip.bit >= 0 && flip.bit < 800);
    }
    assert(lengths.size > 90, 'all places are reached');
    assert.equal(faults.store(0, { kind: 'store-open', offset: 0, length: 0 }), null);
  });

  it('crash at a store operation: the runner hears of it, and counts it', () => {
    const plan = planOf({
      kind: 'crash-at',
      name: 'bang',
      from: 0,
      until: 1000,
      target: { peers: [3] },
      operations: ['store-write'],
      trigger: { at: 7 },
      mode: 'power',
      lasts: { least: 20, most: 20 },
    });
    const { triggered, compiled } = interrogate(plan);
    const [crash, restart] = triggered;
    assert.equal(triggered.length, 2);
    assert.deepEqual(crash?.event, { type: 'crash', peer: 3, mode: 'power', silent: false });
    assert.deepEqual(restart?.event, { type: 'restart', peer: 3 });
    assert.equal(restart.at, crash.at + 20);
    assert.throws(() => assertInjected(plan, compiled.injected), /F-19 crash-at/);
    compiled.count('bang');
    assertInjected(plan, compiled.injected);
  });

  it('make everything whole again before the end', () => {
    let broken = 0;
    fc.assert(
      fc.property(drawn, fc.integer(), (plan, seed) => {
        const { timeline } = compileFaults(plan, { peers: PEERS, seed, now: () => 0 });
        const byName = new Map(plan.faults.map((fault) => [fault.name, fault]));
        const open = new Map<string, number>();
        let last = 0;
        for (const { at, fault, breaks, event } of timeline) {
          assert(at >= last, 'the timeline is in order');
          last = at;
          const { from, until } = byName.get(fault)!;
          assert(at >= from && at <= until && Number.isInteger(at), 'outside of its window');
          if (['clock-jump', 'meddle'].includes(event.type)) continue;
          if (event.type === 'order' && ['recheck', 'announce'].includes(event.order)) continue;
          const key = `${fault} ${'peer' in event ? event.peer : ''}`;
          open.set(key, (open.get(key) ?? 0) + (breaks ? 1 : -1));
          assert([0, 1].includes(open.get(key)!), `${key}: broken or mended twice`);
          if (breaks) broken++;
        }
        assert(
          [...open.values()].every((count) => count === 0),
          'something stays broken',
        );
      }),
    );
    assert(broken > 100);
  });

  it('split everybody into groups that do not overlap, targets from the others', () => {
    const split = { kind: 'partition', name: 's', from: 0, until: 1000, times: 2 };
    const groupsOf = (changes: object, peers = PEERS): (readonly (readonly number[])[])[] => {
      const plan = planOf({ ...split, groups: 3, lasts: { least: 10, most: 50 }, ...changes });
      const { timeline } = compileFaults(plan, { peers, seed: 1, now: () => 0 });
      assert.equal(
        new Set(timeline.map(({ event }) => 'id' in event && event.id)).size * 2,
        timeline.length,
      );
      return timeline.flatMap(({ event }) => (event.type === 'partition' ? [event.groups] : []));
    };
    const all = groupsOf({});
    assert.equal(all.length, 2);
    for (const groups of all) {
      assert.deepEqual(
        groups.map((group) => group.length),
        [2, 2, 2],
      );
      assert.deepEqual(groups.flat().sort(), [0, 1, 2, 3, 4, 5]);
    }
    for (const groups of groupsOf({ target: { peers: [1, 4] } })) {
      assert.deepEqual(groups[2], [0, 2, 3, 5]);
      assert.deepEqual(groups.slice(0, 2).flat().sort(), [1, 4]);
    }
    const [single] = groupsOf({ target: { peers: [1] }, oneWay: true });
    assert.deepEqual(single, [[1], [0, 2, 3, 4, 5]]);
    assert.deepEqual(groupsOf({}, 1), [], 'one peer cannot fall apart');
  });

  it('fail a run that was promised a fault and met none', () => {
    const plan = faultPlans['resets']!;
    const { injected, count, injectedBy } = compileFaults(plan, {
      peers: PEERS,
      seed: 1,
      now: () => 0,
    });
    assert.deepEqual(missedFaults(plan, injected), ['F-01 segment-reset', 'F-01 adversary:reset']);
    assert.throws(() => assertInjected(plan, injected), /"resets" promised and never injected/);
    count('resets', 3);
    count('resetting peer');
    count('refusals', 0);
    count('nobody knows this one');
    assertInjected(plan, injected);
    assert.deepEqual(
      [...injectedBy],
      [
        ['resets', 3],
        ['resetting peer', 1],
      ],
    );
    const chancy = faultPlans['tracker']!;
    assert.throws(() => assertInjected(chancy, new Map()), /"tracker" injected nothing/);
    assertInjected(faultPlans['none']!, new Map());
  });
});
