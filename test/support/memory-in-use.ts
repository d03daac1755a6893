/** What this process holds after a full collection: the measure of tests that look for growth. */
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes, of the heap and of buffers outside of it. */
export function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage(); // `external` counts array buffers too
  return heapUsed + external;
}
