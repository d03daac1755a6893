/**
 * `npm run bench:tracker -- [--quick] [--json] [--seconds N] [--rounds N]`: our tracker beside opentracker and npm's
 * `bittorrent-tracker`, under the same load of our own, on loopback.
 *
 * Ratios are of announces per CPU-second of the tracker's process, the load's own CPU left out: on a machine with few cores
 * the load is as busy as what it measures. Above 1: ours does more. Trackers take turns in changing order; medians of the
 * rounds. Memory: a million peers in ten thousand swarms through the whole UDP path.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LoadResult } from '../src/tracker/index.ts';
import { exitOnSignals } from '../test/support/peers/program.ts';
import { cpuSeconds, residentMax } from './loopback/process-meter.ts';
import type { TrackerContestant } from './tracker/contestants.ts';
import { contestants } from './tracker/contestants.ts';
import { benchStores } from './tracker/store-bench.ts';

const TORRENTS = 1_000;

type Kind = 'udp' | 'http';

interface Measured {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly errors: number;
  readonly lost: number;
  readonly p99: number;
  readonly resident: number;
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
  },
});
const seconds = Number(values.seconds ?? (values.quick ? 2 : 5));
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
exitOnSignals();

const folder = mkdtempSync(join(tmpdir(), 'swarmwright-bench-tracker-'));
chmodSync(folder, 0o755); // opentracker goes on as nobody
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const memoryChild = fileURLToPath(new URL('./tracker/memory-child.js', import.meta.url));

/** The load runs in a process of its own, as anybody can start it. */
function load(kind: Kind, port: number): LoadResult {
  const scheme = kind === 'udp' ? 'udp' : 'http';
  const url = `${scheme}://127.0.0.1:${port}`;
  const outstanding = kind === 'udp' ? 64 : 32;
  const words = ['--seconds', String(seconds), '--outstanding', String(outstanding)];
  const more = ['--torrents', String(TORRENTS)];
  const all = [main, 'tracker', 'bench', url, ...words, ...more, '--json'];
  return JSON.parse(execFileSync(process.execPath, all, { encoding: 'utf8' })) as LoadResult;
}

async function measure(contestant: TrackerContestant): Promise<Record<Kind, Measured>> {
  const tracker = await contestant.start(folder, TORRENTS);
  try {
    const one = (kind: Kind): Measured => {
      const before = cpuSeconds(tracker.pid);
      const result = load(kind, tracker.port);
      const cpu = cpuSeconds(tracker.pid) - before;
      return {
        perSecond: Math.round(result.announces / result.seconds),
        perCpuSecond: Math.round(result.announces / cpu),
        errors: result.errors,
        lost: result.lost,
        p99: result.latency.p99,
        resident: residentMax(tracker.pid),
      };
    };
    return { udp: one('udp'), http: one('http') };
  } finally {
    await tracker.stop();
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

const field = contestants.filter((contestant) => {
  const why = contestant.missing();
  if (why !== null) console.error(`bench:tracker: ${contestant.name} is left out: ${why}`);
  return why === null;
});
const all = new Map<string, Record<Kind, Measured>[]>();
for (let round = 0; round < rounds; round++) {
  for (let i = 0; i < field.length; i++) {
    const contestant = field[(i + round) % field.length]!;
    const measured = await measure(contestant);
    all.set(contestant.name, [...(all.get(contestant.name) ?? []), measured]);
    const { udp, http } = measured;
    console.error(
      `round ${round + 1}: ${contestant.name}: UDP ${udp.perSecond}/s, ${udp.perCpuSecond}/CPU-s; ` +
        `HTTP ${http.perSecond}/s, ${http.perCpuSecond}/CPU-s`,
    );
  }
}

const figures = (name: string, kind: Kind, what: 'perSecond' | 'perCpuSecond'): number =>
  median((all.get(name) ?? []).map((measured) => measured[kind][what]));
const ratio = (kind: Kind, other: string, what: 'perSecond' | 'perCpuSecond'): number =>
  Math.round((100 * figures('swarmwright', kind, what)) / figures(other, kind, what)) / 100;

const memoryWords = values.quick ? ['200000', '2000'] : ['1000000', '10000'];
const memoryText = execFileSync(process.execPath, ['--expose-gc', memoryChild, ...memoryWords], {
  encoding: 'utf8',
});
const memory = JSON.parse(memoryText) as { readonly bytesPerPeer: number };
const result = {
  udpVsOpentracker: ratio('udp', 'opentracker', 'perCpuSecond'),
  udpVsNpm: ratio('udp', 'npm', 'perCpuSecond'),
  bytesPerPeer: memory.bytesPerPeer,
  perSecond: {
    udpVsOpentracker: ratio('udp', 'opentracker', 'perSecond'),
    udpVsNpm: ratio('udp', 'npm', 'perSecond'),
  },
  httpVsOpentracker: ratio('http', 'opentracker', 'perCpuSecond'),
  httpVsNpm: ratio('http', 'npm', 'perCpuSecond'),
  memory,
  stores: await benchStores(values.quick ? 1 : 3),
  trackers: Object.fromEntries(all),
};
if (values.json) console.log(JSON.stringify(result));
else {
  const { trackers, ...short } = result;
  console.log(JSON.stringify(short, null, 2));
  for (const [name, measured] of Object.entries(trackers)) {
    for (const kind of ['udp', 'http'] as const) {
      const row = measured.map(
        (each) => `${each[kind].perSecond}/s ${each[kind].perCpuSecond}/CPU-s`,
      );
      console.log(`${name} ${kind}: ${row.join(', ')}`);
    }
  }
}
