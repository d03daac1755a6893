/**
 * Where results are kept: `lab.json` says whose they are, `cells/` holds every expanded scenario, `runs/` a file for
 * every replication, named by what it is a result of.
 *
 * Invariant: a result is written whole or not at all, and never over another one: a run that is there already is either
 * the same (H4), or told. What the folder holds besides is left alone. A folder of another version is not touched.
 */
import { link, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { VERSION } from '../client/index.ts';
import { cellId } from './cell-id.ts';
import { LabFault } from './fault.ts';
import type { Cell, Pairing, Setting } from './grid.ts';
import { RESULTS_FORMAT } from './run-record.ts';
import type { RunRecord } from './run-record.ts';
import type { LabScenario } from './scenario.ts';

const MARK = 'lab.json';

/** A cell as it is kept. */
export interface KeptCell {
  readonly id: string;
  readonly label: string;
  readonly settings: readonly Setting[];
  readonly scenario: LabScenario;
  /** Absent: it is of no tournament. */
  readonly pairings?: readonly Pairing[];
}

export class ResultsFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** One that exists. Throws a `LabFault` where it is none, or one of another version. */
  static async open(path: string): Promise<ResultsFolder> {
    const mark = await readMark(path);
    if (mark !== null) return ResultsFolder.#ours(path, mark);
    const what = `${path}: not a results folder (it has no ${MARK})`;
    throw new LabFault('folder', what, 'swarmwright lab run or sweep makes one');
  }

  /** One that exists, or a new one. A folder with other things in it is refused. */
  static async create(path: string): Promise<ResultsFolder> {
    const mark = await readMark(path);
    if (mark !== null) return ResultsFolder.#ours(path, mark);
    await mkdir(path, { recursive: true });
    // Another process may be making the very same folder.
    const ours = (name: string): boolean =>
      name.startsWith(MARK) || name === 'cells' || name === 'runs';
    if ((await readdir(path)).some((name) => !ours(name))) {
      const what = `${path}: there are other things in this folder`;
      throw new LabFault('folder', what, 'name a new folder, or an empty one');
    }
    const text = `${JSON.stringify({ format: RESULTS_FORMAT, version: VERSION }, null, 2)}\n`;
    await writeOnce(join(path, MARK), text);
    await mkdir(join(path, 'cells'), { recursive: true });
    await mkdir(join(path, 'runs'), { recursive: true });
    return new ResultsFolder(path);
  }

  static #ours(path: string, mark: unknown): ResultsFolder {
    assertOurs(path, mark);
    return new ResultsFolder(path);
  }

  /** Keeps a cell, once. Returns its id. */
  async keepCell({ label, settings, scenario, pairings }: Cell): Promise<string> {
    const id = cellId(scenario);
    const kept: KeptCell = {
      ...{ id, label, settings, scenario },
      ...(pairings === undefined ? {} : { pairings }),
    };
    await writeOnce(join(this.path, 'cells', `${id}.json`), `${JSON.stringify(kept, null, 2)}\n`);
    return id;
  }

  /** Keeps a run. Throws a `LabFault` where the same run has another result already: H4 is broken. */
  async keepRun(record: RunRecord): Promise<void> {
    const path = this.#runPath(record.cell, record.seed);
    const text = `${JSON.stringify(record)}\n`;
    if (await writeOnce(path, text)) return;
    if ((await readFile(path, 'utf8')) === text) return;
    throw new LabFault(
      'folder',
      `${path}: the same scenario and seed gave another result before (H4 is broken)`,
      'keep both, and report it with the scenario in cells/',
    );
  }

  /** Cells, by id. */
  async cells(): Promise<KeptCell[]> {
    const names = await this.#namesIn('cells');
    return Promise.all(names.map((name) => this.#read<KeptCell>('cells', name)));
  }

  /** Which runs there are: `cell-seed`. */
  async runNames(): Promise<Set<string>> {
    return new Set((await this.#namesIn('runs')).map((name) => name.slice(0, -5)));
  }

  /** Runs of one cell, by seed value. */
  async runsOf(cell: string): Promise<RunRecord[]> {
    const names = (await this.#namesIn('runs')).filter((name) => name.startsWith(`${cell}-`));
    const records = await Promise.all(names.map((name) => this.#read<RunRecord>('runs', name)));
    return records.sort((a, b) => a.seed - b.seed);
  }

  #runPath(cell: string, seed: number): string {
    return join(this.path, 'runs', `${runName(cell, seed)}.json`);
  }

  async #namesIn(part: 'cells' | 'runs'): Promise<string[]> {
    try {
      const names = await readdir(join(this.path, part));
      return names.filter((name) => name.endsWith('.json')).sort();
    } catch {
      return [];
    }
  }

  async #read<T extends KeptCell | RunRecord>(part: string, name: string): Promise<T> {
    const path = join(this.path, part, name);
    try {
      return JSON.parse(await readFile(path, 'utf8')) as T;
    } catch {
      throw new LabFault('folder', `${path}: cannot be read`, 'delete it and run the sweep again');
    }
  }
}

export function runName(cell: string, seed: number): string {
  return `${cell}-${seed}`;
}

/** Throws a `LabFault` where the results are not of this version. */
function assertOurs(path: string, mark: unknown): void {
  const { format, version } = (mark ?? {}) as { format?: unknown; version?: unknown };
  if (format === RESULTS_FORMAT && version === VERSION) return;
  throw new LabFault(
    'folder',
    `${join(path, MARK)}: version: these are results of ${String(version)} (format ${String(format)}); allowed is ${VERSION} (format ${RESULTS_FORMAT})`,
    'take a new folder, or the version that made them',
  );
}

async function readMark(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(join(path, MARK), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return null;
    const what = code === 'ENOTDIR' ? 'not a folder' : `cannot be read (${code ?? 'unknown'})`;
    throw new LabFault('folder', `${path}: ${what}`, 'check the path and its permissions');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}

/** Writes a new file, whole; false: there is one already, and it stays as it is. */
async function writeOnce(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, text);
    await link(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new LabFault(
      'folder',
      `${path}: cannot be written (${code ?? 'unknown'})`,
      'check the disk',
    );
  } finally {
    await rm(draft, { force: true });
  }
}
