/**
 * `swarmwright lab reproduce`: published results, run again, each with its table and its verdicts.
 */
import { papers, reproduce } from '../../lab/index.ts';
import type { Criterion, Paper, Reproduction } from '../../lab/index.ts';
import { CommandError, usageError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../json-report.ts';
import type { Streams } from '../report.ts';
import { SimProgress } from '../sim-progress.ts';
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
  const { quick = false, jobs, json = false } = words;
  const interrupts = new Interrupts(() => streams.stderr.write('stopping\n'));
  const progress = new SimProgress(streams, json);
  const missed: string[] = [];
  try {
    for (const paper of wanted) {
      const told = await reproduce(paper, {
        quick,
        ...(jobs === undefined ? {} : { jobs }),
        signal: interrupts.signal,
        progress: (done, all) => progress.show(done / all, `${paper.name}: ${done} of ${all} runs`),
      });
      progress.end();
      if (told === null) return EXIT.interrupted;
      streams.stdout.write(json ? jsonLine(jsonOf(told, quick)) : textOf(told));
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

function textOf({ paper, runs, table, criteria, remarks, traces }: Reproduction): string {
  const verdicts = criteria.map((each) => [
    each.what,
    figure(each.got),
    each.wanted,
    verdictOf(each),
  ]);
  return [
    `${paper.name}: ${paper.title}\n${paper.source}; ${runs} runs, H1 and H3 held in each\n`,
    tableText([table.head, ...table.rows]),
    tableText(verdicts),
    ...remarks.map((remark) => `${remark}\n`),
    `traces: ${traces.map(([label, seed, hash]) => `${label} (seed ${seed}) ${hash}`).join(', ')}\n\n`,
  ].join('');
}

function verdictOf({ pass, required }: Criterion): string {
  if (!required) return pass ? 'as there' : 'differs (not judged)';
  return pass ? 'pass' : 'FAIL';
}

function jsonOf({ paper, ...told }: Reproduction, quick: boolean): Record<string, unknown> {
  return { type: 'reproduction', name: paper.name, source: paper.source, quick, ...told };
}
