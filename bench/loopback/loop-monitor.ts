/**
 * Loaded into a process with `--import`: measures how long turns of its event loop are held, and writes the 99th percentile
 * to the file that SWARMWRIGHT_LOOP_FILE names, when the process ends.
 *
 * The resolution is 1 ms: a delay is what a timer of 1 ms comes late.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['SWARMWRIGHT_LOOP_FILE'];
if (file !== undefined && file !== '') {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  process.once('exit', () => {
    const [p99, max] = [delays.percentile(99) / 1e6, delays.max / 1e6];
    writeFileSync(file, JSON.stringify({ p99, max }));
  });
}
