/**
 * Two fidelities, one run: a swarm in messages does what the same swarm does in bytes.
 *
 * Left out of the drawn plans is what only one of them can express. Of disks: torn writes, flipped bits, limits, files
 * changed behind our back, and what a crash leaves of writes that a process had gathered; all of these go by the byte in
 * the one and by the block in the other. Of hostile peers: those whose evil is in the bytes, since the codec hears it.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { drawScenario, runScenario } from '../../src/sim/index.ts';
import type { RunResult, Scenario } from '../../src/sim/index.ts';
import { firstDifference, logSessions } from './session-log.ts';

type Fault = Scenario['faults']['faults'][number];

const byTheByte: ReadonlySet<Fault['kind']> = new Set([
  'store-torn',
  'store-flip',
  'disk-limit',
  'meddle',
  'crash',
  'crash-at',
  'half-open',
]);
const inTheBytes: ReadonlySet<string> = new Set(['malformed', 'slow-loris', 'resize']);

function isSharedByBoth(fault: Fault): boolean {
  if (fault.kind === 'adversary') return !inTheBytes.has(fault.adversary.type);
  return !byTheByte.has(fault.kind);
}

/** A drawn swarm with the faults that both fidelities can express. */
function drawn(seed: number, peers: number): Scenario {
  const scenario = drawScenario(seed, { peers });
  const faults = scenario.faults.faults.filter(isSharedByBoth);
  const content = { ...scenario.content, length: Math.min(scenario.content.length, 1_500_001) };
  return { ...scenario, content, faults: { ...scenario.faults, faults } };
}

/** Runs it both ways; fails with the first line in which they part. */
function runBoth(scenario: Scenario, seed: number): { messages: RunResult; bytes: RunResult } {
  const run = (fidelity: Scenario['fidelity']) =>
    logSessions(() => runScenario({ ...scenario, fidelity }, { seed, judged: false }));
  const [messages, bytes] = [run('messages'), run('bytes')];
  const difference = firstDifference(messages.lines, bytes.lines);
  assert(difference === null, `seed ${seed}: in messages, then in bytes, ${difference ?? ''}`);
  return { messages: messages.result, bytes: bytes.result };
}

/** What must be the same: all but the counts of what happened below the machines. */
function told({
  eventHash,
  failure,
  time,
  complete,
  came,
  meanTime,
  lastTime,
  injected,
}: RunResult) {
  return { eventHash, failure, time, complete, came, meanTime, lastTime, injected };
}

describe('the two fidelities', () => {
  it('tell the same story of 20 peers: every input, every event, every instant', () => {
    const scenario: Scenario = {
      ...drawn(21, 20),
      content: { length: 60 * 32_768 + 777, pieceLength: 32_768, files: 3, private: false },
    };
    const { messages, bytes } = runBoth(
      { ...scenario, faults: { ...scenario.faults, faults: [] } },
      21,
    );
    assert.deepEqual(told(messages), told(bytes));
    assert.equal(messages.complete, 20);
    assert(messages.steps > 10_000, `${messages.steps} steps`);
  });

  it('tell the same story of drawn swarms, with all faults that both can express', () => {
    const injected = new Map<string, number>();
    let alike = 0;
    for (let seed = 1; seed <= 24; seed++) {
      const { messages, bytes } = runBoth(drawn(seed, 5), seed);
      assert.deepEqual(told(messages), told(bytes), `seed ${seed}`);
      if (messages.traceHash === bytes.traceHash) alike++;
      for (const [name, count] of Object.entries(messages.injected)) {
        const label = name.replace(/^\d+ /, '');
        injected.set(label, (injected.get(label) ?? 0) + count);
      }
    }
    const kinds = [...injected].filter(([, count]) => count > 0);
    assert(kinds.length >= 12, `injected: ${kinds.map(([name]) => name).join(', ')}`);
    // The trace holds every input, also those that come too late to matter: it is the same where there are none.
    assert(alike > 0);
  });

  it('part where they must: the log shows the line', () => {
    const scenario = drawn(15, 5);
    const run = (seed: number) => logSessions(() => runScenario(scenario, { seed, judged: false }));
    const [a, b] = [run(1), run(2)];
    assert.match(firstDifference(a.lines, b.lines) ?? '', /^line \d+ of \d+ and \d+\n/);
    assert.equal(firstDifference(a.lines, a.lines), null);
    assert.notEqual(a.result.eventHash, b.result.eventHash);
  });
});
