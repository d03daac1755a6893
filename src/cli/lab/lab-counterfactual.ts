/**
 * `swarmwright lab counterfactual`: one peer plays something else, and all else is as it was.
 */
import {
  BrokenRun,
  counterfactual,
  counterfactualTasks,
  defaultJobs,
  loadStrategies,
  readContestant,
  readSetting,
  runTasks,
  withSettings,
} from '../../lab/index.ts';
import type { Counterfactual, PairedTest, RunRecord } from '../../lab/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';
import { SimProgress } from '../sim/sim-progress.ts';
import { scenarioFrom, withComplaints } from './lab-faults.ts';
import type { LabWords } from './lab-words.ts';
import { figure, tableText } from './table-text.ts';

export async function labCounterfactual(
  path: string,
  words: LabWords,
  streams: Streams,
): Promise<ExitCode> {
  return withComplaints(async () => {
    await loadStrategies(words.strategies);
    const scenario = withSettings(await scenarioFrom(path), words.set.map(readSetting));
    const { peer, seeds, jobs = defaultJobs() } = words;
    const tasks = counterfactualTasks(scenario, peer, readContestant(words.play.join('+')), seeds);
    const records: RunRecord[] = [];
    const interrupts = new Interrupts(() => streams.stderr.write('stopping\n'));
    const progress = new SimProgress(streams, words.json === true);
    let done = 0;
    try {
      await runTasks(tasks, {
        jobs,
        signal: interrupts.signal,
        heard: ({ record, fault }, index) => {
          if (record === null) throw new BrokenRun(fault.law, fault.detail, tasks[index]!.seed, '');
          records[index] = record;
          progress.show(++done / tasks.length, `${done} of ${tasks.length} runs`);
        },
      });
    } finally {
      progress.end();
      interrupts.release();
    }
    if (interrupts.signal.aborted) return EXIT.interrupted;
    const pairs = seeds.map((_, i) => [records[2 * i]!, records[2 * i + 1]!] as const);
    const told = counterfactual(pairs, peer);
    if (words.json === true) streams.stdout.write(jsonLine({ type: 'counterfactual', ...told }));
    else streams.stdout.write(textOf(told));
    return EXIT.done;
  });
}

function textOf({ outcomes, peer, others }: Counterfactual): string {
  const time = (value: number | null): string => (value === null ? 'never' : figure(value));
  const rows = outcomes.map((each) => [
    String(each.seed),
    each.network,
    time(each.before),
    time(each.after),
    time(each.othersBefore),
    time(each.othersAfter),
  ]);
  const head = ['seed', 'class', 'its time, s', 'changed', 'others, s', 'changed'];
  return `${tableText([head, ...rows])}${line('its time', peer)}${line('others', others)}`;
}

function line(what: string, test: PairedTest | null): string {
  if (test === null) return `${what}: nothing to compare\n`;
  const { mean, low, high } = test;
  const range = low === null || high === null ? '' : ` [${figure(low)}, ${figure(high)}]`;
  return `${what}: ${mean > 0 ? '+' : ''}${figure(mean)} s${range}\n`;
}
