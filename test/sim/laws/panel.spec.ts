/**
 * Proof that the panel is just: runs that break no law raise nothing, every law that it knows had something to judge,
 * and everything that must happen now and then does.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allJudges, lawTable, Panel, sometimesNames } from '../../../src/sim/laws/index.ts';
import { unrulyRun } from './unruly-runs.ts';
import type { Deeds } from './unruly-runs.ts';
import { busy, hiding, idle, limited, paddedPrivate, rough, shared, silent } from './scenes.ts';

describe('the panel of laws', () => {
  it('raises nothing in runs that break no law, judges every law, and sees all that happens', () => {
    const judged = new Map<string, number>();
    const reached = new Map<string, number>();
    const sometimes = {
      reached: (name: string): unknown => reached.set(name, (reached.get(name) ?? 0) + 1),
    };
    let steps = 0;
    for (const scene of [busy, rough, shared, paddedPrivate, silent, idle, limited, hiding]) {
      const panel = new Panel(allJudges({ sometimes, recountEvery: 1, truthLasts: 0 }));
      steps += scene(panel).steps;
      for (const [law, count] of panel.judged) judged.set(law, (judged.get(law) ?? 0) + count);
    }
    assert(steps > 4000, `only ${steps} steps were judged`);
    for (const { law, state } of lawTable) {
      assert.equal((judged.get(law) ?? 0) > 0, state === 'checked', law);
    }
    assert.deepEqual([...reached.keys()].sort(), [...sometimesNames].sort());
  });

  it('condemns nothing that is legal, whatever happens and whenever', () => {
    const deeds: Deeds = new Map();
    let steps = 0;
    for (let seed = 1; seed <= 25; seed++) {
      // A remote that says anything counts as nobody honest: it may well be banned.
      const panel = new Panel(allJudges({ recountEvery: 1, diskMayLie: true }));
      steps += unrulyRun(seed, panel, deeds).steps;
    }
    assert(steps > 20_000, `only ${steps} steps were judged`);
    assert.equal(deeds.size, 13, [...deeds.keys()].join());
  });

  it('has a row for each of the 38 laws, in order', () => {
    const names = Array.from({ length: 38 }, (_, i) => `I-${String(i + 1).padStart(2, '0')}`);
    assert.deepEqual(
      lawTable.map(({ law }) => law),
      names,
    );
    for (const { law, why } of lawTable) assert(why.length > 0, law);
  });

  it('lists each law once, by the judge that judges it', () => {
    const names = new Panel().laws.map(({ name }) => name);
    const checked = lawTable.filter(({ state }) => state === 'checked').map(({ law }) => law);
    assert.deepEqual([...names].sort(), checked);
  });
});
