/**
 * A swarm that keeps churning on the loopback, at no more than 10 MiB/s, and whether memory and handles stay flat.
 *
 * `npm run bench:soak -- --minutes 60` samples every minute (more often in a short run), prints each figure's slope at the
 * end, and exits with 1 where one is not flat by the law of `soak/flatness.ts`. `--json` prints one JSON object.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from '../src/client/index.ts';
import { createTracker } from '../src/tracker/index.ts';
import { judge } from './soak/flatness.ts';
import type { Sample, Verdict } from './soak/flatness.ts';
import { round, roundBytes } from './soak/round.ts';

/** Bytes per second over all. */
const RATE_MAX = 10 * 1_048_576;
/** Samples of a run that is too short for one a minute. */
const SAMPLES_MIN = 16;

/** Everything that holds on to something: sockets, servers, timers, jobs. */
function sampleAt(minutes: number): Sample {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const descriptors = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  const handles = process.getActiveResourcesInfo().length;
  return { minutes, resident: rss, heap: heapUsed, buffers: external, handles, descriptors };
}

function sampleLine(sample: Sample): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const { minutes, resident, heap, buffers, handles, descriptors } = sample;
  return `${minutes.toFixed(2).padStart(8)} min  resident ${megabytes(resident)}, heap ${megabytes(heap)}, buffers ${megabytes(buffers)}, ${handles} handles, ${descriptors} descriptors`;
}

function verdictLine({ figure, slope, rise, allowed, flat }: Verdict): string {
  const unit = figure === 'handles' || figure === 'descriptors' ? 1 : 1e6;
  const shown = (value: number): string => (value / unit).toFixed(2);
  const name = unit === 1 ? figure : `${figure}, MB`;
  return `${name.padEnd(16)}${shown(slope)} per hour, ${shown(rise)} in all of ${shown(allowed)} allowed: ${flat ? 'flat' : 'NOT FLAT'}`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) {
    console.error('--minutes takes a number above 0');
    return 2;
  }
  const say = (line: string): void => {
    if (!values.json) console.log(line);
  };
  if (globalThis.gc === undefined) say('without --expose-gc the heap is read as it happens to be');
  const folder = mkdtempSync(join(tmpdir(), 'swarmwright-soak-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const host = '127.0.0.1';
  const tracker = await createTracker();
  const seed = await createClient({ host, stateFolder: join(folder, 'state-seed') });
  const leech = await createClient({ host, stateFolder: join(folder, 'state-leech') });
  const stage = { folder, seed, leech, announce: tracker.url };
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 60_000;
  const every = Math.min(1, minutes / SAMPLES_MIN);
  const samples: Sample[] = [];
  let rounds = 0;
  while (elapsed() < minutes) {
    await round(stage, rounds++);
    const ahead = (rounds * roundBytes) / RATE_MAX - elapsed() * 60;
    if (ahead > 0) await sleep(ahead * 1000);
    // Between rounds, when nothing is under way, so that samples can be compared.
    if (elapsed() < (samples.length + 1) * every) continue;
    samples.push(sampleAt(elapsed()));
    say(sampleLine(samples.at(-1)!));
  }
  await Promise.all([seed.close(), leech.close()]);
  await tracker.close();
  const verdicts = judge(samples);
  const flat = verdicts.every((verdict) => verdict.flat);
  for (const verdict of verdicts) say(verdictLine(verdict));
  say(`${rounds} rounds, ${rounds * (roundBytes / 1_048_576)} MiB: ${flat ? 'flat' : 'NOT FLAT'}`);
  if (values.json) {
    console.log(
      JSON.stringify({ node: process.version, minutes, rounds, flat, verdicts, samples }),
    );
  }
  return flat ? 0 : 1;
}

process.exitCode = await main();
