/**
 * From what a person calls a set of runs to the runs: `FOLDER`, or `FOLDER#CELL` where a folder holds several.
 */
import { LabFault } from './fault.ts';
import { ResultsFolder } from './results-folder.ts';
import type { KeptCell } from './results-folder.ts';
import type { RunRecord } from './run-record.ts';

export interface NamedRuns {
  readonly cell: KeptCell;
  readonly runs: readonly RunRecord[];
}

/** `CELL` is a label, or the beginning of an id. Throws a `LabFault` with those that there are. */
export async function selectCell(word: string): Promise<NamedRuns> {
  const at = word.indexOf('#');
  const folder = await ResultsFolder.open(at < 0 ? word : word.slice(0, at));
  const cells = await folder.cells();
  const wanted = at < 0 ? '' : word.slice(at + 1);
  const found = cells.filter(({ id, label }) => label === wanted || id.startsWith(wanted));
  const exact = cells.filter(({ id, label }) => at >= 0 && (label === wanted || id === wanted));
  const cell = exact.length === 1 ? exact[0] : found.length === 1 ? found[0] : undefined;
  if (cell === undefined) {
    const names = cells.map(({ id, label }) => (label === '' ? id : `"${label}"`)).join(', ');
    const what = found.length === 0 ? `there is no cell "${wanted}"` : 'there are several cells';
    throw new LabFault('request', `${word}: ${what}; allowed are ${names}`, 'write FOLDER#CELL');
  }
  return { cell, runs: await folder.runsOf(cell.id) };
}
