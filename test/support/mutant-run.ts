/**
 * A process of its own for one planted bug: loads the engine with it, runs scenarios of the menu in the order that it is
 * told, and reports what came of each. Nothing of the engine may be imported before the hook is in place.
 */
import assert from 'node:assert/strict';
import { register } from 'node:module';
import process from 'node:process';
import { isFinding } from './mutant-report.ts';
import type { MutantOrder, MutantReport, MutantVerdict } from './mutant-report.ts';

/** Events after which a run spins; none of the menu takes a third of them. */
const eventsMax = 1_000_000;

async function obey({ patch, runs, untilFound }: MutantOrder): Promise<MutantReport> {
  // Hundreds of files of others, which the hook need not look at one by one.
  await Promise.all([import('zod'), import('rxjs')]);
  if (patch !== null) register('./mutant-hook.js', import.meta.url, { data: patch });
  const { runScenario } = await import('../../src/sim/index.ts');
  const { menu } = await import('../mutants/menu.ts');
  const marks = (globalThis as { swarmwrightMutants?: number }).swarmwrightMutants ?? 0;
  assert.equal(marks, patch === null ? 0 : 1, 'the planted bug was not loaded once');
  const verdicts: MutantVerdict[] = [];
  for (const run of runs) {
    const { scenario, seed } = menu[run]!;
    const { failure } = runScenario(scenario(), { seed, eventsMax });
    verdicts.push({ run, failure });
    if (untilFound && isFinding(failure)) break;
  }
  const { user, system } = process.cpuUsage();
  return { verdicts, cpu: (user + system) / 1e6 };
}

process.once('message', (order: MutantOrder) => {
  void obey(order)
    .catch((error: unknown): MutantReport => ({ problem: String(error) }))
    .then((report) => {
      process.send!(report, () => process.disconnect());
    });
});
