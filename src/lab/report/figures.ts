/**
 * From runs to what the figures show. Pure.
 *
 * Invariant: an interval is over runs (seeds), never over the peers of one run, which are not independent.
 */
import type { NamedRuns } from '../select-cell.ts';
import { metricsOf, rowsOf } from '../metrics.ts';
import type { RunRecord, Sample } from '../run-record.ts';
import { estimate } from '../statistics/interval.ts';
import type { Heat } from '../unchoke-shares.ts';
import type { BandPoint, Bar } from './plots.ts';

const GRID = 120;

/** What one series of a figure is made of: a cell, and of it one group or class where there are several. */
export interface Series {
  readonly name: string;
  readonly runs: readonly RunRecord[];
  readonly select: { readonly network?: string; readonly group?: string };
}

/** One for each cell, by group where it has several, else by class of links where it has several. */
export function seriesOf(named: readonly NamedRuns[]): Series[] {
  return named.flatMap(({ cell, runs }) => {
    const { population, classes } = cell.scenario;
    const title = cell.label === '' ? cell.scenario.name : cell.label;
    const alone = named.length === 1;
    const parts =
      population.length > 1
        ? population.map(({ name }) => ({ name, select: { group: name } }))
        : classes.length > 1
          ? classes.map(({ name }) => ({ name, select: { network: name } }))
          : [{ name: '', select: {} }];
    return parts.map(({ name, select }) => ({
      name: name === '' ? title : alone ? name : `${title}, ${name}`,
      runs,
      select,
    }));
  });
}

/** The share that is complete after so many seconds. */
export function completionCurves(series: readonly Series[]): BandPoint[] {
  const times = (each: Series): number[][] =>
    each.runs.map((run) => rowsOf(run, each.select).map(({ time }) => time ?? Infinity));
  const all = series.map(times);
  const last = Math.max(0, ...all.flat(2).filter(Number.isFinite));
  if (last === 0) return [];
  const grid = Array.from({ length: GRID + 1 }, (_, i) => (last * i) / GRID);
  return series.flatMap((each, at) => {
    const runs = all[at]!.filter((list) => list.length > 0);
    if (runs.length === 0) return [];
    return grid.map((x) => ({
      x,
      series: each.name,
      ...clipped(
        estimate(runs.map((list) => list.filter((time) => time <= x).length / list.length)),
      ),
    }));
  });
}

/** A field of the samples over time; only where half of the runs or more still go on. */
export function sampleCurves(
  named: readonly NamedRuns[],
  field: keyof Sample,
  title: (name: string) => string = (name) => name,
): BandPoint[] {
  return named.flatMap(({ cell, runs }) => {
    const longest = Math.max(0, ...runs.map(({ samples }) => samples.length));
    const stride = Math.max(1, Math.ceil(longest / (2 * GRID)));
    const points: BandPoint[] = [];
    for (let i = 0; i < longest; i += stride) {
      const values = runs.flatMap(({ samples }) => {
        const value = samples[i]?.[field] ?? null;
        return value === null ? [] : [value];
      });
      if (values.length === 0 || 2 * values.length < runs.length) continue;
      const x = runs.find(({ samples }) => samples[i] !== undefined)!.samples[i]!.time;
      const name = cell.label === '' ? cell.scenario.name : cell.label;
      points.push({ x, series: title(name), ...clipped(estimate(values), mostOf(field)) });
    }
    return points;
  });
}

/** A metric of every series. */
export function metricBars(
  series: readonly Series[],
  metric: 'meanTime' | 'utilisation' | 'maxUploaded' | 'sentPerReceived',
): Bar[] {
  return series.flatMap(({ name, runs, select }) => {
    const values = runs.flatMap((run) => {
      const value = metricsOf(run, rowsOf(run, select))[metric];
      return value === null ? [] : [value];
    });
    return values.length === 0 ? [] : [{ name: metric, series: name, ...estimate(values) }];
  });
}

/** Peer by peer, sorted by class: seconds of one run. */
export function unchokeMatrix(run: RunRecord): Heat[] {
  const order = [...run.peers].sort((a, b) =>
    a.network < b.network ? -1 : a.network > b.network ? 1 : a.peer - b.peer,
  );
  const names = new Map(order.map((row) => [row.peer, `${row.network} ${row.peer}`]));
  return run.unchokes.flatMap(([from, to, regular]) =>
    names.has(from) && names.has(to)
      ? [{ from: names.get(from)!, to: names.get(to)!, value: regular }]
      : [],
  );
}

const shares: ReadonlySet<keyof Sample> = new Set<keyof Sample>([
  'utilisation',
  'seedUtilisation',
  'entropy',
  'interest',
]);

function mostOf(field: keyof Sample): number {
  return shares.has(field) ? 1 : Infinity;
}

/** Counts and shares stay above 0, shares below 1, and so do the ends of their intervals. */
function clipped<T extends { readonly low: number | null; readonly high: number | null }>(
  value: T,
  most = 1,
): T {
  if (value.low === null || value.high === null) return value;
  return { ...value, low: Math.max(0, value.low), high: Math.min(most, value.high) };
}
