/**
 * The report of a results folder: every figure with its interval, every number with how it came about.
 *
 * Invariant: the same runs give the same bytes; there is no date in it.
 */
import { LabFault } from '../fault.ts';
import { metricsOf } from '../metrics.ts';
import type { Metrics } from '../metrics.ts';
import type { ResultsFolder } from '../results-folder.ts';
import type { NamedRuns } from '../select-cell.ts';
import { estimate } from '../statistics/interval.ts';
import { unchokeShares } from '../unchoke-shares.ts';
import { completionCurves, metricBars, sampleCurves, seriesOf, unchokeMatrix } from './figures.ts';
import type { Series } from './figures.ts';
import { escaped, page, tableHtml } from './html.ts';
import type { Section } from './html.ts';
import { bars, heatMap, lines } from './plots.ts';
import { tournamentSections } from './tournament-sections.ts';

/** More peers than this have no square each in a picture. */
const MATRIX_PEERS_MAX = 120;
/** More lines than hues cannot be told apart. */
const SERIES_MAX = 10;

const shown: readonly (keyof Metrics)[] = [
  'came',
  'complete',
  'meanTime',
  'p95Time',
  'lastFinish',
  'efficiency',
  'utilisation',
  'maxUploaded',
];

export async function reportHtml(folder: ResultsFolder): Promise<string> {
  const named: NamedRuns[] = [];
  for (const cell of await folder.cells()) {
    const runs = await folder.runsOf(cell.id);
    if (runs.length > 0) named.push({ cell, runs });
  }
  if (named.length === 0) {
    throw new LabFault('folder', `${folder.path}: there are no runs`, 'run some first');
  }
  named.sort((a, b) => (a.cell.label < b.cell.label ? -1 : 1));
  return page(named[0]!.cell.scenario.name, sectionsOf(named));
}

function sectionsOf(named: readonly NamedRuns[]): Section[] {
  // Of a tournament, where all play the same: its other cells are in its matrices.
  const drawn = named.filter(({ cell: { pairings } }) => {
    return pairings === undefined || pairings.some(({ meeting }) => meeting === 'performance');
  });
  const series = seriesOf(drawn).slice(0, SERIES_MAX);
  const cells = drawn.slice(0, SERIES_MAX);
  const names = series.map(({ name }) => name);
  const titles = cells.map(({ cell }) => (cell.label === '' ? cell.scenario.name : cell.label));
  const seconds = 'seconds';
  return [
    summary(named),
    ...tournamentSections(named),
    {
      title: 'Download times',
      text: 'Share of those who came that are complete so many seconds after they came. Band: 95 % interval over runs.',
      figure: lines(completionCurves(series), {
        x: 'seconds after arrival',
        y: 'complete',
        step: true,
      }),
      key: names,
    },
    barSection(
      'Mean download time',
      'Seconds. Whisker: 95 % interval over runs.',
      series,
      'meanTime',
      seconds,
    ),
    {
      title: 'Utilisation over time',
      text: 'Payload that arrived from those who came, through what their uplinks could carry while they were there.',
      figure: lines(sampleCurves(cells, 'utilisation'), { x: seconds, y: 'utilisation' }),
      key: titles,
    },
    barSection('Utilisation', 'Over the whole stay of each peer.', series, 'utilisation', 'share'),
    {
      title: 'Population over time',
      text: 'Peers that are there and incomplete.',
      figure: lines(sampleCurves(cells, 'leeching'), { x: seconds, y: 'leeches' }),
      key: titles,
    },
    {
      title: 'Availability over time',
      text: 'Copies of the rarest piece among all who are there, the first seeds included.',
      figure: lines(sampleCurves(cells, 'copiesMin'), {
        x: seconds,
        y: 'copies of the rarest piece',
      }),
      key: titles,
    },
    {
      title: 'Entropy over time',
      text: 'Of the copies over the pieces: 1 where every piece is as frequent as any other.',
      figure: lines(sampleCurves(cells, 'entropy'), { x: seconds, y: 'normalised entropy' }),
      key: titles,
    },
    barSection('Most uploaded', 'By one peer, in files.', series, 'maxUploaded', 'files'),
    barSection(
      'Sent through received',
      '1: as much as it got.',
      series,
      'sentPerReceived',
      'ratio',
    ),
    ...cells.flatMap(unchokes),
    {
      title: 'Scenario',
      text: 'As it ran, every default filled in.',
      figure: `<pre>${escaped(JSON.stringify(named[0]!.cell.scenario, null, 1))}</pre>`,
    },
  ];
}

function summary(named: readonly NamedRuns[]): Section {
  const rows = named.map(({ cell, runs }) => [
    cell.label === '' ? cell.scenario.name : cell.label,
    String(runs.length),
    ...shown.map((metric) => meanOf(runs.map((run) => metricsOf(run)[metric]))),
  ]);
  const { version } = named[0]!.runs[0]!;
  const hashes = named.map(({ runs }) => `${runs[0]!.seed}: ${runs[0]!.traceHash}`);
  return {
    title: 'Summary',
    text: `Swarmwright ${version}, messages fidelity. Mean ± half of the 95 % interval over runs. First seed and trace hash of each: ${hashes.join(', ')}.`,
    figure: tableHtml([['', 'runs', ...shown], ...rows]),
  };
}

function meanOf(values: readonly (number | null)[]): string {
  const there = values.filter((value) => value !== null);
  if (there.length === 0) return '-';
  const { mean, high } = estimate(there);
  const digits = Math.abs(mean) >= 100 ? 0 : 3;
  const half = high === null ? '' : ` ± ${(high - mean).toFixed(digits)}`;
  return `${mean.toFixed(digits)}${half}`;
}

function barSection(
  title: string,
  text: string,
  series: readonly Series[],
  metric: Parameters<typeof metricBars>[1],
  label: string,
): Section {
  return { title, text, figure: bars(metricBars(series, metric), label) };
}

function unchokes({ cell, runs }: NamedRuns): Section[] {
  const { population, classes } = cell.scenario;
  const by = classes.length > 1 ? 'network' : 'group';
  const title = cell.label === '' ? '' : `, ${cell.label}`;
  const parts = Math.max(population.length, classes.length);
  const shares = parts > 1 ? unchokeShares(runs, by) : [];
  const first = runs[0]!;
  const small = first.peers.length <= MATRIX_PEERS_MAX;
  return [
    {
      title: `Who unchokes whom${title}`,
      text: 'Of the regular unchoke time that each gives to those who came (a row adds up to 1), over all runs. A share of all runs together: it has no interval.',
      figure: heatMap(shares, { from: 'from', to: 'to', numbers: true }),
    },
    {
      title: `Who unchokes whom, peer by peer${title}`,
      text: `Seconds of regular unchokes in the run of seed ${first.seed}, sorted by class of links.`,
      figure: small
        ? heatMap(unchokeMatrix(first), { from: 'from', to: 'to', numbers: false })
        : null,
    },
  ];
}
