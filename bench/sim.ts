/**
 * What a simulated swarm costs: block transfers per CPU-second and bytes per peer, by the size of the swarm.
 *
 * The swarm is `flashCrowd`, in messages fidelity, unjudged, with the trace hash kept. CPU time is this process' own,
 * memory the resident set at its highest less what it was before, so one process per size: several sizes are run one
 * after the other in processes of their own.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runScenario } from '../src/sim/index.ts';
import { BLOCKS, flashCrowd } from './sim/flash-crowd.ts';

interface Figures {
  readonly peers: number;
  readonly degree: number;
  readonly blocksPerCpuSecond: number;
  readonly bytesPerPeer: number;
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
    degree: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    progress: { type: 'boolean', default: false },
  },
});

function measure(peers: number, degree: number, seed: number): Figures {
  const before = process.memoryUsage().rss;
  let peak = before;
  let looked = 0;
  const start = process.cpuUsage();
  const result = runScenario(flashCrowd(peers, degree), {
    seed,
    judged: false,
    progress: (now) => {
      if (looked++ % 20 === 0) peak = Math.max(peak, process.memoryUsage().rss);
      if (values.progress && looked % 100 === 0) process.stderr.write(`\r${now / 1000} s `);
    },
  });
  const used = process.cpuUsage(start);
  if (result.failure !== null) throw new Error(`${result.failure.law}: ${result.failure.detail}`);
  const cpuSeconds = (used.user + used.system) / 1e6;
  const blocks = peers * BLOCKS;
  const length = 104_857_600;
  return {
    peers,
    degree,
    blocksPerCpuSecond: Math.round(blocks / cpuSeconds),
    bytesPerPeer: Math.round((peak - before) / peers),
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
