/**
 * What big torrents and crowds cost: times, the longest turn of the event loop, memory; phase by phase.
 *
 * `npm run bench:load` runs all cases, with names after it only those; `--json` prints one JSON object instead of tables.
 * Each case has a process of its own. Content is zeros in sparse files below /dev/shm where there is one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCases } from './load/cases.ts';
import { LoopWatch } from './load/loop-watch.ts';
import type { Phase } from './load/loop-watch.ts';

/** In the process of one case: runs it, and prints its phases. */
async function runCase(name: string): Promise<void> {
  const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(root, 'swarmwright-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const watch = new LoopWatch();
  await loadCases[name]!(folder, watch);
  process.stdout.write(JSON.stringify(watch.phases));
  process.exit(0);
}

async function phasesOf(name: string): Promise<readonly Phase[]> {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [self, '--case', name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return JSON.parse(text) as Phase[];
}

function line({ phase, milliseconds, turnMax, turnP99, memory }: Phase): string {
  const figures = [
    `${milliseconds.toFixed(0).padStart(7)} ms`,
    turnMax.toFixed(1).padStart(7),
    turnP99.toFixed(1).padStart(7),
    `${(memory / 1e6).toFixed(0).padStart(6)} MB`,
  ];
  return `  ${phase.padEnd(42)}${figures.join('  ')}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, case: { type: 'string' } },
    allowPositionals: true,
  });
  const known = Object.keys(loadCases);
  const chosen = values.case ?? null;
  const strangers = [...positionals, ...(chosen === null ? [] : [chosen])].filter(
    (name) => !known.includes(name),
  );
  if (strangers.length > 0) {
    console.error(`No such case: ${strangers.join(', ')}. There are: ${known.join(', ')}.`);
    return 2;
  }
  if (chosen !== null) await runCase(chosen);
  const results: Record<string, readonly Phase[]> = {};
  for (const name of positionals.length > 0 ? positionals : known) {
    const phases = await phasesOf(name);
    results[name] = phases;
    if (values.json) continue;
    console.log(`${name.padEnd(46)}time   longest  p99 turn  memory`);
    for (const each of phases) console.log(line(each));
  }
  if (values.json) console.log(JSON.stringify({ node: process.version, cases: results }, null, 2));
  return 0;
}

process.exitCode = await main();
