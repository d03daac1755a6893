/**
 * Runs code over many inputs, and ends it with an error that names the input which hangs.
 *
 * A second thread looks whether inputs go by. Its measure is processor time, not the clock's: a process that was stopped, or
 * that waits for its turn on a busy machine, uses none, so nothing but work on one input can reach the limit. It is no
 * measure of speed: the limit is some ten thousand times what an input takes.
 */
import { once } from 'node:events';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import type { WatchedInputs } from './hang-watch-thread.ts';

/** Most processor time for one input, in milliseconds. */
export const HANG_MILLIS = 1000;

/** `body` calls `next` before each of its inputs. @throws Error for an input that hangs, or what `body` throws. */
export async function watchForHangs(
  body: (next: () => void) => void,
  millis: number = HANG_MILLIS,
): Promise<void> {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const workerData: WatchedInputs = { cells, millis };
  const thread = new Worker(new URL('./hang-watch-thread.js', import.meta.url), { workerData });
  const ended = once(thread, 'exit');
  await once(thread, 'online');
  const next = (): void => void Atomics.add(cells, 0, 1);
  try {
    // In a context of its own because that is what a signal can interrupt, whatever the code is at.
    runInNewContext('body(next)', { body, next }, { breakOnSigint: true });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error;
    const input = Atomics.load(cells, 0) - 1;
    throw new Error(`input ${input} kept the processor for ${millis} ms`, { cause: error });
  } finally {
    Atomics.store(cells, 1, 1);
    Atomics.notify(cells, 1);
    await ended;
  }
}
