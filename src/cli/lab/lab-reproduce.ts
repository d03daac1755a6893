/**
 * `swarmwright lab reproduce`: published results, run again, each with its table and its verdicts.
 */
import { papers, reproduce } from '../../lab/index.ts';
import type { Criterion, Paper, Reproduction, Size, Trace } from '../../lab/index.ts';
import { CommandError, usageError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';
import { SimProgress } from '../sim/sim-progress.ts';
import { withComplaints } from './lab-faults.ts';
import type { ReproduceWords } from './lab-words.ts';
import { figure, tableText } from './table-text.ts';

export async function labReproduce(
  name: string,
  words: ReproduceWords,
  streams: Streams,
): Promise<ExitCode> {
  if (name === 'list') {
    const rows = papers.map((paper) => [paper.name, `${paper.title} (${paper.source})`]);
    streams.stdout.write(rows.map(([key, text]) => `${key!.padEnd(8)} ${text!}\n`).join(''));
    return EXIT.done;
  }
  const wanted = papers.filter((paper) => name === 'all' || paper.name === name);
  if (wanted.length === 0) {
    const names = papers.map((paper) => paper.name).join(', ');
    throw usageError(
      `there is no "${name}"; allowed are all, ${names}`,
      'reproduce list shows them',
    );
  }
  return withComplaints(() => reproduceAll(wanted, words, streams));
}

async function reproduceAll(
  wanted: readonly Paper[],
  words: ReproduceWords,
  streams: Streams,
): Promise<ExitCode> {
  const { jobs, output, seeds, json = false } = words;
  const size = words.quick === true ? 'quick' : words.size;
  const interrupts = new Interrupts(() => streams.stderr.write('stopping\n'));
  const progress = new SimProgress(streams, json);
  const missed: string[] = [];
  try {
    for (const paper of wanted) {
      const told = await reproduce(paper, {
        size,
        ...(jobs === undefined ? {} : { jobs }),
        ...(output === undefined ? {} : { keep: output }),
        ...(seeds === undefined ? {} : { seeds }),
        signal: interrupts.signal,
        progress: (done, all) => progress.show(done / all, `${paper.name}: ${done} of ${all} runs`),
      });
      progress.end();
      if (told === null) return EXIT.interrupted;
      streams.stdout.write(json ? jsonLine(jsonOf(told, size)) : textOf(told, size));
      if (!told.passed) missed.push(paper.name);
    }
  } finally {
    progress.end();
    interrupts.release();
  }
  if (missed.length === 0) return EXIT.done;
  throw new CommandError(
    EXIT.notReproduced,
    'NOT_REPRODUCED',
    `not reproduced: ${missed.join(', ')}`,
    'the tables say by how much',
  );
}

function textOf(told: Reproduction, size: Size): string {
  const { paper, version, table, criteria, remarks, traces } = told;
  const verdicts = criteria.map((each) => [
    each.what,
    figure(each.got.value),
    rangeOf(each),
    each.wanted,
    verdictOf(each),
  ]);
  const firsts = traces.filter(
    ({ label }, i) => traces.findIndex((each) => each.label === label) === i,
  );
  return [
    `${paper.name}: ${paper.title} (${size} size)\n${paper.source}\n`,
    `Swarmwright ${version}, ${traces.length} runs, seeds ${seedsOf(traces)}; H1 and H3 held in each\n`,
    tableText([table.head, ...table.rows]),
    tableText(verdicts),
    ...remarks.map((remark) => `${remark}\n`),
    `traces: ${firsts.map(({ label, seed, traceHash }) => `${label} (seed ${seed}) ${traceHash}`).join(', ')}\n\n`,
  ].join('');
}

/** `1..5`, or a list where there are gaps. */
function seedsOf(traces: readonly Trace[]): string {
  const seeds = [...new Set(traces.map(({ seed }) => seed))].sort((a, b) => a - b);
  const [first, last] = [seeds[0]!, seeds.at(-1)!];
  return last - first === seeds.length - 1 && last > first ? `${first}..${last}` : seeds.join(',');
}

/** The 95 % interval; nothing where there is none. */
function rangeOf({ got: { low, high } }: Criterion): string {
  return low === null || high === null ? '' : `[${figure(low)}, ${figure(high)}]`;
}

function verdictOf({ verdict, required }: Criterion): string {
  if (required) return { holds: 'pass', open: 'open', fails: 'FAIL' }[verdict];
  return {
    holds: 'as there',
    open: 'open (not judged)',
    fails: 'differs (not judged)',
  }[verdict];
}

function jsonOf({ paper, ...told }: Reproduction, size: Size): Record<string, unknown> {
  return { type: 'reproduction', name: paper.name, source: paper.source, size, ...told };
}
