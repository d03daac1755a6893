/**
 * `swarmwright lab collect`, `compare` and `report`: what is made from runs that are there.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ResultsFolder, collect, compareRuns, reportHtml, selectCell } from '../../lab/index.ts';
import type { Comparison, Estimate, Metrics, NamedRuns } from '../../lab/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { count } from '../output/figures.ts';
import { jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';
import { withComplaints } from './lab-faults.ts';
import type { CompareWords } from './lab-words.ts';
import { figure, tableText } from './table-text.ts';

export async function labCollect(path: string, streams: Streams): Promise<ExitCode> {
  return withComplaints(async () => {
    const runs = await collect(await ResultsFolder.open(path));
    streams.stdout.write(`${count(runs, 'run', 'runs')} in ${join(path, 'runs.csv')}\n`);
    return EXIT.done;
  });
}

export async function labReport(
  path: string,
  output: string | undefined,
  streams: Streams,
): Promise<ExitCode> {
  return withComplaints(async () => {
    const folder = await ResultsFolder.open(path);
    const html = await reportHtml(folder);
    const file = output ?? join(path, 'report.html');
    await writeFile(file, html);
    streams.stdout.write(`${file}\n`);
    return EXIT.done;
  });
}

export async function labCompare(
  a: string,
  b: string,
  words: CompareWords,
  streams: Streams,
): Promise<ExitCode> {
  return withComplaints(async () => {
    const [left, right] = [await selectCell(a), await selectCell(b)];
    const comparison = compareRuns(left.runs, right.runs);
    if (words.json === true) streams.stdout.write(jsonLine({ type: 'comparison', ...comparison }));
    else {
      streams.stdout.write(`A: ${nameOf(left, a)}\nB: ${nameOf(right, b)}\n\n`);
      streams.stdout.write(comparisonText(comparison));
    }
    return EXIT.done;
  });
}

function nameOf({ cell, runs }: NamedRuns, word: string): string {
  const title = cell.label === '' ? cell.scenario.name : `${cell.scenario.name}, ${cell.label}`;
  return `${title} (${word}, ${count(runs.length, 'run', 'runs')})`;
}

/** What a metric is called in a table, with its unit. */
const TITLES: Readonly<Record<keyof Metrics, string>> = {
  came: 'peers that came',
  complete: 'of them complete',
  meanTime: 'mean time, s',
  medianTime: 'median time, s',
  p95Time: '95 % done after, s',
  maxTime: 'longest time, s',
  lastFinish: 'last finish, s',
  efficiency: 'floor / mean time',
  lastEfficiency: 'floor / last finish',
  utilisation: 'uplink utilisation',
  maxUploaded: 'most uploaded, files',
  sentPerReceived: 'sent / received',
  fairness: "Jain's fairness",
  spreadAt: 'first copy spread, s',
  duplicates: 'blocks that came twice',
};

/** A table of a comparison, B less A. */
export function comparisonText({ seeds, differences }: Comparison): string {
  const rows = differences.map(({ metric, a, b, difference, holm }) => [
    TITLES[metric],
    interval(a),
    interval(b),
    interval(difference),
    a.mean === 0 ? '-' : `${figure((100 * difference.mean) / a.mean)} %`,
    difference.effect === null ? '-' : figure(difference.effect),
    holm === null ? '-' : holm < 0.001 ? '< 0.001' : holm.toFixed(3),
  ]);
  const head = ['', 'A', 'B', 'B - A', 'of A', "Cohen's d", 'p (Holm)'];
  const pairs = count(seeds.length, 'pair', 'pairs');
  return `${tableText([head, ...rows])}${pairs} of equal seeds; mean [95 % interval]; p is of B - A\n`;
}

function interval({ mean, low, high }: Estimate): string {
  if (low === null || high === null) return figure(mean);
  return `${figure(mean)} [${figure(low)}, ${figure(high)}]`;
}
