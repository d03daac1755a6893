/**
 * `swarmwright lab tournament`: every pair of strategies, at every mix, and who gains.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ResultsFolder,
  cellId,
  csvLine,
  loadStrategies,
  matchesOf,
  readContestant,
  scoresOf,
} from '../../lab/index.ts';
import type { Match, RunRecord, Score } from '../../lab/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Streams } from '../output/report.ts';
import { quoted } from '../sim/sim-order.ts';
import { scenarioFrom, withComplaints } from './lab-faults.ts';
import { sweepCells } from './lab-runs.ts';
import type { TournamentWords } from './lab-words.ts';
import { figure, tableText } from './table-text.ts';

export async function labTournament(
  path: string,
  words: TournamentWords,
  streams: Streams,
): Promise<ExitCode> {
  return withComplaints(async () => {
    await loadStrategies(words.strategies);
    const scenario = await scenarioFrom(path);
    const contestants = words.plays.flatMap((word) => word.split(',')).map(readContestant);
    const matches = matchesOf(scenario, contestants, words.seeds);
    const cells = matches.map(({ cell }) => cell);
    const left = await sweepCells(words.output, cells, words, streams);
    if (left > 0) return EXIT.interrupted;
    const folder = await ResultsFolder.open(words.output);
    const runs = new Map<Match, readonly RunRecord[]>();
    for (const match of matches) {
      const kept = await folder.runsOf(cellId(match.cell.scenario));
      runs.set(
        match,
        kept.filter(({ seed }) => words.seeds.includes(seed)),
      );
    }
    const scores = scoresOf(matches, (match) => runs.get(match)!);
    await writeFile(join(folder.path, 'tournament.csv'), csvOf(scores));
    streams.stdout.write(scoresText(scores));
    streams.stderr.write(`for the matrix: swarmwright lab report ${quoted(folder.path)}\n`);
    return EXIT.done;
  });
}

function scoresText(scores: readonly Score[]): string {
  const alone = scores.filter(({ meeting }) => meeting === 'performance');
  const rows = alone.map(({ a, time }) => [a, time === null ? '-' : interval(time)]);
  const pairs = scores.filter(({ meeting }) => meeting !== 'performance');
  const table = pairs.map(({ meeting, a, b, advantage, holm }) => [
    `${a} in ${b}`,
    meeting,
    advantage === null ? '-' : interval(percent(advantage)),
    holm === null ? '-' : holm.toFixed(3),
  ]);
  return [
    tableText([['all play', 'mean time, s'], ...rows]),
    tableText([['A in B', 'meeting', 'advantage of A, %', 'p (Holm)'], ...table]),
  ].join('\n');
}

interface Range {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

function percent({ mean, low, high }: Range): Range {
  const times = (share: number | null): number | null => (share === null ? null : 100 * share);
  return { mean: 100 * mean, low: times(low), high: times(high) };
}

function interval({ mean, low, high }: Range): string {
  return low === null || high === null
    ? figure(mean)
    : `${figure(mean)} [${figure(low)}, ${figure(high)}]`;
}

function csvOf(scores: readonly Score[]): string {
  const head = ['meeting', 'a', 'b', 'n', 'mean', 'low', 'high', 'effect', 'p', 'holm'];
  const rows = scores.map(({ meeting, a, b, time, advantage, holm }) => {
    const value = time ?? advantage;
    return csvLine([
      ...[meeting, a, b],
      ...[value?.n ?? 0, value?.mean ?? null, value?.low ?? null, value?.high ?? null],
      ...[advantage?.effect ?? null, advantage?.p ?? null, holm],
    ]);
  });
  return csvLine(head) + rows.join('');
}
