/**
 * What a simulated swarm costs: block transfers per CPU-second and bytes per peer, by the size of the swarm.
 *
 * The swarm is `flashCrowd`, in messages fidelity, unjudged, with the trace hash kept. CPU time is this process' own.
 * Bytes per peer are what is alive, on the heap and beside it, when the collector has just run, less what was alive
 * before the swarm; the resident set, which holds garbage too, is told apart. One process per size: several sizes are
 * run one after the other in processes of their own.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import v8 from 'node:v8';
import vm from 'node:vm';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runScenario } from '../src/sim/index.ts';
import { BLOCKS, flashCrowd } from './sim/flash-crowd.ts';

interface Figures {
  readonly peers: number;
  readonly degree: number;
  readonly blocksPerCpuSecond: number;
  /** Alive. */
  readonly bytesPerPeer: number;
  /** Growth of the resident set at its highest. */
  readonly residentPerPeer: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly eventsPerBlock: number;
  readonly inputsPerBlock: number;
  /** Virtual seconds, and the floor of Kumar and Ross for the last finish. */
  readonly meanTime: number;
  readonly lastTime: number;
  readonly floor: number;
  readonly complete: number;
  readonly traceHash: string;
}

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '100,300,1000' },
    degree: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    progress: { type: 'boolean', default: false },
  },
});

/** When what is alive is weighed, in virtual time: everybody is there, and has a quarter, half, three quarters. */
const WEIGHINGS = [500_000, 1_000_000, 1_500_000];

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

function alive(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function spent(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

function measure(peers: number, degree: number, seed: number): Figures {
  const aliveBefore = alive();
  const before = process.memoryUsage().rss;
  let peak = before;
  let most = aliveBefore;
  let weighing = 0;
  let weighed = 0;
  let looked = 0;
  const start = process.cpuUsage();
  const result = runScenario(flashCrowd(peers, degree), {
    seed,
    judged: false,
    progress: (now) => {
      if (looked++ % 20 === 0) peak = Math.max(peak, process.memoryUsage().rss);
      if (now >= (WEIGHINGS[weighed] ?? Infinity)) {
        const from = process.cpuUsage();
        weighed++;
        most = Math.max(most, alive());
        weighing += spent(from);
      }
      if (values.progress && looked % 100 === 0) process.stderr.write(`\r${now / 1000} s `);
    },
  });
  const cpuSeconds = spent(start) - weighing;
  if (result.failure !== null) throw new Error(`${result.failure.law}: ${result.failure.detail}`);
  const blocks = peers * BLOCKS;
  const length = 104_857_600;
  return {
    peers,
    degree,
    blocksPerCpuSecond: Math.round(blocks / cpuSeconds),
    bytesPerPeer: Math.round((most - aliveBefore) / peers),
    residentPerPeer: Math.round((peak - before) / peers),
    cpuSeconds: Math.round(cpuSeconds * 10) / 10,
    peakBytes: peak,
    eventsPerBlock: Math.round((result.events / blocks) * 10) / 10,
    inputsPerBlock: Math.round((result.steps / blocks) * 10) / 10,
    meanTime: Math.round(result.meanTime! / 1000),
    lastTime: Math.round(result.lastTime! / 1000),
    floor: Math.round((peers * length) / (768_000 + peers * 51_200)),
    complete: result.complete,
    traceHash: result.traceHash,
  };
}

const sizes = values.peers.split(',').map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1)) {
  process.stderr.write('bench:sim: --peers takes numbers of leeches, such as 100,300,1000\n');
  process.exit(2);
}
if (sizes.length === 1) {
  const figures = measure(sizes[0]!, Number(values.degree), Number(values.seed));
  process.stdout.write(`${JSON.stringify(figures, null, values.json ? undefined : 2)}\n`);
} else {
  const all: Figures[] = [];
  for (const size of sizes) {
    const args = [
      ...process.execArgv,
      fileURLToPath(import.meta.url),
      '--json',
      '--peers',
      `${size}`,
    ];
    args.push('--degree', values.degree, '--seed', values.seed);
    const run = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (run.status !== 0) process.exit(1);
    all.push(JSON.parse(run.stdout.toString()) as Figures);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(all)}\n`);
  else console.table(all);
}
