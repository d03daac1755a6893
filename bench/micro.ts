/**
 * The micro benches: time per operation of the hot paths, each beside a peer measured in the same run.
 *
 * `npm run bench:micro` runs all, with names after it only those; `--json` prints one JSON object instead of a table.
 * To add one: a file under `bench/micro` that exports a `Bench`, and its line in the list below.
 */
import { parseArgs } from 'node:util';
import type { Bench, Row } from './micro/bench.ts';
import { bench as decode } from './micro/decode.ts';
import { bench as encode } from './micro/encode.ts';
import { bench as eventQueue } from './micro/event-queue.ts';
import { pickerBench } from './micro/picker.ts';
import { bench as step } from './micro/step.ts';
import { bench as rx } from './micro/rx.ts';
import { bench as timerQueue } from './micro/timer-queue.ts';

/** The picker bench measures by itself: here its figures become a row. */
const picker: Bench = {
  name: pickerBench.name,
  run: () => {
    const { nanosPerBlock: ns, nanosPerBlockByScan, ratio } = pickerBench.run();
    const peer = { title: 'linear scan', ns: nanosPerBlockByScan, ratio };
    return [{ title: 'rarest-first, one block', ns, ops: 1e9 / ns, peer }];
  },
};

const benches: readonly Bench[] = [decode, encode, timerQueue, eventQueue, picker, step, rx];

function line(row: Row): string {
  const own = `${row.ns.toFixed(1).padStart(10)} ns/op ${(row.ops / 1e6).toFixed(3).padStart(9)} M ops/s`;
  const { peer } = row;
  const against =
    peer === null ? '' : `   ${peer.ratio.toFixed(2)} x ${peer.title} (${peer.ns.toFixed(1)} ns)`;
  return `  ${row.title.padEnd(36)}${own}${against}`;
}

function main(): number {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const known = benches.map((bench) => bench.name);
  const strangers = positionals.filter((name) => !known.includes(name));
  if (strangers.length > 0) {
    console.error(`No such bench: ${strangers.join(', ')}. There are: ${known.join(', ')}.`);
    return 2;
  }
  const chosen = benches.filter(
    (bench) => positionals.length === 0 || positionals.includes(bench.name),
  );
  const results: Record<string, readonly Row[]> = {};
  for (const bench of chosen) {
    const rows = bench.run();
    results[bench.name] = rows;
    if (!values.json) console.log([bench.name, ...rows.map(line)].join('\n'));
  }
  if (values.json)
    console.log(JSON.stringify({ node: process.version, benches: results }, null, 2));
  return 0;
}

process.exitCode = main();
