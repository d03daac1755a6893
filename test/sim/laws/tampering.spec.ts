/**
 * Proof that the panel sees: a run that broke no law, shown with one lie in it, is condemned for that law and no other.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Violation } from '../../../src/sim/judge.ts';
import { allJudges, lawTable, Panel } from '../../../src/sim/laws/index.ts';
import { tamperings } from './tamperings/index.ts';

describe('the laws, lied to', () => {
  for (const { law, lie, scene, tamper, options } of tamperings) {
    it(`${law}: ${lie}`, () => {
      const panel = new Panel(allJudges({ recountEvery: 1, truthLasts: 0, ...options }));
      let told = 0;
      let found: unknown = null;
      try {
        scene(
          panel,
          tamper(() => told++),
        );
      } catch (error) {
        found = error;
      }
      assert(told > 0, 'the lie was never told');
      assert(found instanceof Violation, `not found out: ${String(found)}`);
      assert.equal(found.law, law, found.message);
    });
  }

  it('has a lie for every law that is judged', () => {
    const lied = new Set(tamperings.map(({ law }) => law));
    for (const { law, state } of lawTable) assert.equal(lied.has(law), state === 'checked', law);
  });
});
