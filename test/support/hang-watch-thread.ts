/**
 * The second thread of `hang-watch.ts`: interrupts its process when inputs have stopped going by and the processor has not.
 */
import process from 'node:process';
import { workerData } from 'node:worker_threads';

export interface WatchedInputs {
  /** How many inputs have begun; and 1 when all is over. */
  readonly cells: Int32Array<SharedArrayBuffer>;
  /** Most processor time for one input, in milliseconds. */
  readonly millis: number;
}

/** Milliseconds between two looks. */
const LOOK = 50;

const { cells, millis } = workerData as WatchedInputs;

/** Of all threads: the others only add a little now and then. */
function processorMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let seen = 0;
let since = 0;
while (Atomics.wait(cells, 1, 0, LOOK) === 'timed-out') {
  const begun = Atomics.load(cells, 0);
  if (begun !== seen) {
    seen = begun;
    since = processorMillis();
  } else if (begun > 0 && processorMillis() - since > millis) {
    process.kill(process.pid, 'SIGINT');
    break;
  }
}
