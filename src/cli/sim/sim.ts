/**
 * `swarmwright sim`: one run of a scenario, judged, or a sweep over many.
 */
import {
  eventsLimit,
  faultPlans,
  namedScenarios,
  runScenario,
  scenarioJsonSchema,
  scenarioOf,
} from '../../sim/index.ts';
import type { RunResult, Scenario } from '../../sim/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';
import { lawBroken, shrinkFailure } from './sim-failure.ts';
import { replayCommand, simTask } from './sim-order.ts';
import type { SimTask, SimWords } from './sim-order.ts';
import { SimProgress } from './sim-progress.ts';
import { runJson, runText } from './sim-summary.ts';
import { simSweep } from './sim-sweep.ts';

export async function sim(name: string, words: SimWords, streams: Streams): Promise<ExitCode> {
  if (words.schema === true) {
    streams.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    return EXIT.done;
  }
  if (words.list === true) {
    streams.stdout.write(listText());
    return EXIT.done;
  }
  const task = await simTask(name, words);
  if (words.seeds !== undefined) return simSweep(task, words.seeds, words, streams);
  return simulate(task, words, streams);
}

async function simulate(task: SimTask, words: SimWords, streams: Streams): Promise<ExitCode> {
  const { order, seed } = task;
  const scenario = scenarioOf(order, seed);
  const reached = new Map<string, number>();
  const began = performance.now();
  const result = run(scenario, seed, reached, new SimProgress(streams, words.json === true));
  const milliseconds = performance.now() - began;
  const told = { result, reached, milliseconds };
  if (words.json !== true) streams.stdout.write(runText(told));
  const { events } = result;
  const failure = result.failure === null ? null : { seed, events, ...result.failure };
  // A file that says what it breaks has been made small before.
  const small =
    failure === null || failure.law === task.law
      ? null
      : await shrinkFailure(scenario, failure, words, streams);
  const replay = replayCommand(task.name, words, seed);
  if (words.json === true) streams.stdout.write(jsonLine(runJson(told, replay, small)));
  if (failure !== null) throw lawBroken(failure, replay, small);
  return EXIT.done;
}

function run(
  scenario: Scenario,
  seed: number,
  reached: Map<string, number>,
  progress: SimProgress,
): RunResult {
  const until = scenario.peers.reduce(
    (last, peer) => Math.max(last, peer.arrives),
    scenario.faults.until,
  );
  try {
    return runScenario(scenario, {
      seed,
      eventsMax: eventsLimit(scenario),
      reached: (what) => reached.set(what, (reached.get(what) ?? 0) + 1),
      progress: (now) => {
        const phase = now < until ? 'faults' : 'finishing';
        progress.show(now / Math.max(now, until), `${Math.round(now / 1000)} s  ${phase}`);
      },
    });
  } finally {
    progress.end();
  }
}

function listText(): string {
  const rows = Object.entries(namedScenarios).map(([name, { about, peers }]) => {
    return `  ${name.padEnd(12)} ${about}${peers === null ? '' : ` (${peers} peers)`}\n`;
  });
  const plans = Object.keys(faultPlans).join(', ');
  return `Scenarios:\n${rows.join('')}\nFault plans:\n  ${plans}\n`;
}
