/**
 * The figures of a report, as SVG: each a pure function of rows. The door of Observable Plot and of the document that it
 * draws into.
 *
 * Invariant: no bar and no line without its interval where there are runs enough for one (light band or whisker, 95 %);
 * a figure of nothing is null.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Estimate } from '../statistics/interval.ts';
import type { Heat } from '../unchoke-shares.ts';

/** A point of a line with its interval, of one of several series. */
export interface BandPoint extends Estimate {
  readonly x: number;
  readonly series: string;
}

export interface Bar extends Estimate {
  readonly name: string;
  readonly series: string;
}

const WIDTH = 720;
const COLOURS = 'Tableau10';

/** Lines with bands, one for each series. */
export function lines(
  points: readonly BandPoint[],
  labels: { readonly x: string; readonly y: string; readonly step?: boolean },
): string | null {
  if (points.length === 0) return null;
  const banded = points.filter(({ low }) => low !== null);
  const curve = labels.step === true ? 'step-after' : 'linear';
  return svg({
    x: { label: labels.x, grid: true },
    y: { label: labels.y, grid: true, zero: true },
    color: { scheme: COLOURS, legend: false, domain: seriesOf(points) },
    marks: [
      Plot.areaY([...banded], {
        x: 'x',
        y1: 'low',
        y2: 'high',
        fill: 'series',
        fillOpacity: 0.18,
        curve,
      }),
      Plot.lineY([...points], { x: 'x', y: 'mean', stroke: 'series', strokeWidth: 1.6, curve }),
      Plot.ruleY([0]),
    ],
  });
}

/** Bars with whiskers, grouped by name. */
export function bars(all: readonly Bar[], label: string): string | null {
  if (all.length === 0) return null;
  return svg({
    marginLeft: 130,
    height: 60 + 26 * all.length,
    x: { label, grid: true, zero: true },
    y: { label: null, domain: [...new Set(all.map(({ series }) => series))] },
    fy: { label: null },
    color: { scheme: COLOURS, legend: false, domain: seriesOf(all) },
    marks: [
      Plot.barX([...all], {
        x: 'mean',
        y: 'series',
        fy: 'name',
        fill: 'series',
        fillOpacity: 0.75,
      }),
      Plot.ruleY(
        all.filter(({ low }) => low !== null),
        { x1: 'low', x2: 'high', y: 'series', fy: 'name', strokeWidth: 1.5 },
      ),
      Plot.ruleX([0]),
    ],
  });
}

/** Who to whom: darker is more. */
export function heatMap(
  cells: readonly Heat[],
  labels: { readonly from: string; readonly to: string; readonly numbers: boolean },
): string | null {
  if (cells.length === 0) return null;
  const names = [...new Set(cells.flatMap(({ from, to }) => [from, to]))];
  const size = Math.max(200, Math.min(560, names.length * 90));
  const marks: Plot.Markish[] = [
    Plot.cell([...cells], { x: 'to', y: 'from', fill: 'value', inset: labels.numbers ? 1 : 0 }),
  ];
  if (labels.numbers) {
    const middle = Math.max(...cells.map(({ value }) => value)) / 2;
    marks.push(
      Plot.text([...cells], {
        x: 'to',
        y: 'from',
        text: ({ value }: Heat) => value.toFixed(2),
        fill: ({ value }: Heat) => (value > middle ? 'white' : 'black'),
      }),
    );
  }
  return svg({
    width: size + 130,
    height: size + 50,
    marginLeft: 110,
    x: { label: labels.to, domain: names, ticks: labels.numbers ? names : [] },
    y: { label: labels.from, domain: names, ticks: labels.numbers ? names : [] },
    color: { scheme: 'Blues', type: 'linear', legend: false },
    marks,
  });
}

/** A square of a matrix; null: it has no colour. */
export interface Square {
  readonly row: string;
  readonly column: string;
  readonly value: number | null;
  readonly text: string;
}

/** Rows against columns: blue above 0, red below. */
export function matrix(
  squares: readonly Square[],
  labels: { readonly rows: string; readonly columns: string },
): string | null {
  if (squares.length === 0) return null;
  const names = [...new Set(squares.flatMap(({ row, column }) => [row, column]))];
  const most = Math.max(...squares.map(({ value }) => Math.abs(value ?? 0)), 0.01);
  return svg({
    width: 210 + 150 * names.length,
    height: 70 + 56 * names.length,
    marginLeft: 190,
    x: { label: labels.columns, domain: names },
    y: { label: labels.rows, domain: names },
    color: {
      type: 'diverging',
      scheme: 'RdBu',
      domain: [-2 * most, 2 * most],
      unknown: '#eee',
      legend: false,
    },
    marks: [
      Plot.cell([...squares], { x: 'column', y: 'row', fill: 'value', inset: 1 }),
      Plot.text([...squares], { x: 'column', y: 'row', text: 'text', fill: 'black' }),
    ],
  });
}

function seriesOf(points: readonly { readonly series: string }[]): string[] {
  return [...new Set(points.map(({ series }) => series))];
}

/** The hues of `seriesOf`, in its order: Tableau's ten. */
export const hues: readonly string[] = [
  '#4e79a7',
  '#f28e2c',
  '#e15759',
  '#76b7b2',
  '#59a14f',
  '#edc949',
  '#af7aa1',
  '#ff9da7',
  '#9c755f',
  '#bab0ab',
];

/** What is asked of an element. Neither package's types know of the other's document, and ours know of none. */
interface Element {
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
}

function svg(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as {
    readonly document: never;
  };
  const element = Plot.plot({
    width: WIDTH,
    height: 300,
    ...options,
    document,
  }) as unknown as Element;
  // Plot leaves it out, and a picture that is saved alone does not open without it.
  if (element.getAttribute('xmlns') === null) {
    element.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  }
  return element.outerHTML;
}
