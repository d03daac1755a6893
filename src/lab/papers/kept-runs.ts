/**
 * Where the runs of a paper are kept, so that what was broken off resumes: a results folder of its own, as a sweep makes them.
 *
 * Invariant: a run is found again only where its scenario, its seed, and what one peer plays instead are the same. Runs in which
 * one peer plays something else have a folder for themselves, named by what it plays: a cell's id does not know of it. Which
 * peer that is follows from scenario and seed.
 */
import { join } from 'node:path';
import { TraceHash } from '../../core/index.ts';
import { cellId } from '../cell-id.ts';
import { ResultsFolder } from '../results-folder.ts';
import type { RunRecord } from '../run-record.ts';
import type { PaperRuns } from './paper.ts';

export class KeptRuns {
  readonly #folder: ResultsFolder;
  readonly #runs: ReadonlyMap<number, RunRecord>;

  private constructor(folder: ResultsFolder, runs: readonly RunRecord[]) {
    this.#folder = folder;
    this.#runs = new Map(runs.map((run) => [run.seed, run]));
  }

  /** Makes the folder where there is none. Throws a `LabFault` where it cannot be used. */
  static async open(path: string, paper: string, runs: PaperRuns): Promise<KeptRuns> {
    const { label, scenario } = runs;
    const folder = await ResultsFolder.create(join(path, folderOf(paper, runs)));
    await folder.keepCell({ label, settings: [], scenario });
    return new KeptRuns(folder, await folder.runsOf(cellId(scenario)));
  }

  /** Null: it is not there yet. */
  find(seed: number): RunRecord | null {
    return this.#runs.get(seed) ?? null;
  }

  async keep(record: RunRecord): Promise<void> {
    await this.#folder.keepRun(record);
  }
}

function folderOf(paper: string, { label, seeds, change }: PaperRuns): string {
  if (change === undefined) return paper;
  const { play, config } = change(seeds[0]!);
  const hash = new TraceHash();
  hash.mixText(JSON.stringify([play, config]));
  return `${paper}-${label}-${hash.digest().slice(0, 8)}`;
}
