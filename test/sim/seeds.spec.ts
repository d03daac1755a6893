/**
 * The sweep: whole swarms drawn from seeds, with faults and hostile peers, every law judged at every step.
 *
 * `SIM_SEEDS=1..30000` takes another range. From `sometimesSeedsMin` seeds on, what ought to happen now and then must
 * have happened, and every fault must have been met.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { faultLabels, sometimesNames, sometimesSeedsMin } from '../../src/sim/index.ts';
import type { Sweep } from '../../src/sim/index.ts';
import { failureReport, sweepSeeds } from '../support/sweep.ts';

const HOUR = 3_600_000;
const usualRange = '1..2000';

function range(): [from: number, to: number] {
  const text = process.env['SIM_SEEDS'] ?? usualRange;
  const found = /^(\d+)\.\.(\d+)$/.exec(text);
  assert(found !== null && Number(found[1]) <= Number(found[2]), `SIM_SEEDS: "${text}" is no A..B`);
  return [Number(found[1]), Number(found[2])];
}

function report({ tally, hash }: Sweep): void {
  const judged = [...tally.judged.values()];
  const sum = judged.reduce((all, each) => all + each, 0);
  const laws = judged.filter((times) => times > 0).length;
  const swarmHours = (tally.time / HOUR).toFixed(1);
  const peerHours = (tally.peerTime / HOUR).toFixed(1);
  const lines = [
    `${tally.seeds} seeds: ${swarmHours} swarm-hours, ${peerHours} peer-hours, hash ${hash}`,
    `${tally.events} events, ${tally.steps} steps; ${laws} laws judged ${sum} times`,
    `${faultLabels.length - tally.neverInjected.length} of ${faultLabels.length} faults injected`,
    `${sometimesNames.length - tally.neverReached.length} of ${sometimesNames.length} moments reached`,
    ...told('injected', tally.injected),
    ...told('reached', tally.reached),
  ];
  for (const line of lines) console.log(`      ${line}`);
}

/** The rarest first: they say whether the sweep is long enough. */
function told(what: string, counts: ReadonlyMap<string, number>): string[] {
  const rarest = [...counts].sort((a, b) => a[1] - b[1]).slice(0, 8);
  return rarest.length === 0
    ? []
    : [`rarest ${what}: ${rarest.map(([name, times]) => `${name} ${times}`).join(', ')}`];
}

describe('sim: seeds', function () {
  this.timeout(0);

  it('no law is broken in any drawn swarm', async () => {
    const [from, to] = range();
    const sweep = await sweepSeeds(from, to);
    report(sweep);
    assert.equal(failureReport(sweep), '');
    const { tally } = sweep;
    assert.equal(tally.seeds, to - from + 1, 'every seed was counted');
    assert(tally.events > 1000 * tally.seeds, 'the swarms did nothing');
    if (tally.seeds < sometimesSeedsMin) return;
    assert.deepEqual(tally.neverReached, [], 'never reached');
    assert.deepEqual(tally.neverInjected, [], 'never injected');
    assert.deepEqual(tally.neverJudged, [], 'never judged');
  });
});
