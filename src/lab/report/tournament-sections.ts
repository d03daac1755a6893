/**
 * A tournament in a report: how long a download takes where all play alike, and a matrix of who gains among whom for each
 * kind of meeting. Pure.
 *
 * Invariant: each square says its interval, or that there is none; a colour means nothing where 0 lies within it.
 */
import type { Meeting } from '../grid.ts';
import type { NamedRuns } from '../select-cell.ts';
import type { Estimate } from '../statistics/interval.ts';
import { scoresOf } from '../tournament.ts';
import type { Score } from '../tournament.ts';
import type { Section } from './html.ts';
import { bars, matrix } from './plots.ts';

const MEETINGS: readonly (readonly [Exclude<Meeting, 'performance'>, string])[] = [
  ['robustness', 'each is half of those who come'],
  ['aggressiveness', 'A is one in ten'],
  ['invasion', 'A is one in a hundred, one peer at least'],
];

/** Empty: there was no tournament. */
export function tournamentSections(named: readonly NamedRuns[]): Section[] {
  const matches = named.flatMap(({ cell: { pairings = [] }, runs }) =>
    pairings.map((pairing) => ({ ...pairing, runs })),
  );
  if (matches.length === 0) return [];
  const scores = scoresOf(matches, ({ runs }) => runs);
  const alone = scores.flatMap(({ a, time }) =>
    time === null ? [] : [{ ...time, name: ' ', series: a }],
  );
  return [
    {
      title: 'Tournament: all play the same',
      text: 'Mean download time. Whisker: 95 % interval over runs.',
      figure: bars(alone, 'seconds'),
    },
    ...MEETINGS.map(([meeting, how]) => ({
      title: `Tournament: ${meeting}`,
      text: `By how much shorter the downloads of A (rows) are than those of B (columns) in the same run, where ${how}. In brackets the 95 % interval over seeds; grey: 0 is in it. *: p below 0.05, corrected for all matches (Holm).`,
      figure: matrix(squaresOf(scores, meeting), { rows: 'A', columns: 'B' }),
    })),
  ];
}

function squaresOf(scores: readonly Score[], meeting: Meeting): Parameters<typeof matrix>[0] {
  return scores.flatMap(({ meeting: of, a, b, advantage, holm }) => {
    if (of !== meeting) return [];
    if (advantage === null) return [{ row: a, column: b, value: null, text: 'never done' }];
    const sure = advantage.low !== null && (advantage.low > 0 || advantage.high! < 0);
    const star = holm !== null && holm < 0.05 ? ' *' : '';
    const text = `${percent(advantage.mean)} %${star}\n${intervalText(advantage)}`;
    return [{ row: a, column: b, value: sure ? advantage.mean : null, text }];
  });
}

function intervalText({ low, high }: Estimate): string {
  return low === null || high === null ? 'one run' : `[${percent(low)}, ${percent(high)}]`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
