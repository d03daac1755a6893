/**
 * From the runs of a folder to its tables: `runs`, `peers`, `series` and `unchokes`, as CSV and NDJSON.
 *
 * Invariant: tables are made from the runs alone, in the order of cells and seed values, so the same runs give the same
 * bytes. They may be deleted and made again at any time; a table is in its place when it is whole.
 */
import { open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { csvLine, ndjsonLine } from './csv.ts';
import type { Row } from './csv.ts';
import { LabFault } from './fault.ts';
import { metricsOf } from './metrics.ts';
import type { KeptCell, ResultsFolder } from './results-folder.ts';
import type { RunRecord } from './run-record.ts';

const tableNames = ['runs', 'peers', 'series', 'unchokes'] as const;
type TableName = (typeof tableNames)[number];

/** Writes the tables, and returns how many runs are in them. */
export async function collect(folder: ResultsFolder): Promise<number> {
  const tables = new Map<TableName, Table>();
  for (const name of tableNames) tables.set(name, await Table.open(folder.path, name));
  let runs = 0;
  try {
    for (const cell of await folder.cells()) {
      for (const record of await folder.runsOf(cell.id)) {
        runs++;
        for (const name of tableNames) await tables.get(name)!.add(rows[name](record, cell));
      }
    }
    for (const table of tables.values()) await table.finish();
  } catch (error) {
    for (const table of tables.values()) await table.close();
    throw error;
  }
  if (runs === 0)
    throw new LabFault('folder', `${folder.path}: there are no runs`, 'run some first');
  return runs;
}

const rows: Readonly<Record<TableName, (record: RunRecord, cell: KeptCell) => Row[]>> = {
  runs: (record, cell) => [
    {
      ...nameOf(record, cell),
      name: record.name,
      version: record.version,
      traceHash: record.traceHash,
      time: record.time,
      events: record.events,
      bound: record.bound,
      ...metricsOf(record),
    },
  ],
  peers: (record, cell) =>
    record.peers.map((peer) => ({
      ...nameOf(record, cell),
      ...peer,
      files: peer.uploaded / record.length,
    })),
  series: (record, cell) =>
    record.samples.map((sample) => ({ ...nameOf(record, cell), ...sample })),
  unchokes: (record, cell) =>
    record.unchokes.map(([from, to, regular, optimistic]) => ({
      ...nameOf(record, cell),
      from,
      to,
      regular,
      optimistic,
    })),
};

function nameOf({ seed }: RunRecord, { id, label }: KeptCell): Row {
  return { cell: id, label, seed };
}

class Table {
  readonly #path: string;
  readonly #csv: FileHandle;
  readonly #ndjson: FileHandle;
  #columns: readonly string[] | null = null;

  private constructor(path: string, csv: FileHandle, ndjson: FileHandle) {
    this.#path = path;
    this.#csv = csv;
    this.#ndjson = ndjson;
  }

  static async open(folder: string, name: string): Promise<Table> {
    const path = join(folder, name);
    const [csv, ndjson] = await Promise.all([
      open(draftOf(`${path}.csv`), 'w'),
      open(draftOf(`${path}.ndjson`), 'w'),
    ]);
    return new Table(path, csv, ndjson);
  }

  async add(added: readonly Row[]): Promise<void> {
    const first = added[0];
    if (first === undefined) return;
    if (this.#columns === null) {
      this.#columns = Object.keys(first);
      await this.#csv.write(csvLine(this.#columns));
    }
    const columns = this.#columns;
    await this.#csv.write(
      added.map((row) => csvLine(columns.map((name) => row[name] ?? null))).join(''),
    );
    await this.#ndjson.write(added.map(ndjsonLine).join(''));
  }

  async finish(): Promise<void> {
    await this.close();
    for (const path of [`${this.#path}.csv`, `${this.#path}.ndjson`]) {
      await rename(draftOf(path), path);
    }
  }

  async close(): Promise<void> {
    await this.#csv.close();
    await this.#ndjson.close();
  }
}

/** Two processes may make the same tables at once. */
function draftOf(path: string): string {
  return `${path}.${process.pid}.draft`;
}
