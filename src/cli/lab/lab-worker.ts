/**
 * `swarmwright lab worker`: does the runs of others, over a queue, until it is told to stop.
 */
import { once } from 'node:events';
import { loadStrategies, startLabWorker } from '../../lab/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { count } from '../output/figures.ts';
import { Interrupts } from '../interrupts.ts';
import type { Streams } from '../output/report.ts';
import { withComplaints } from './lab-faults.ts';
import type { WorkerWords } from './lab-words.ts';

/** Milliseconds between two lines of how far it is. */
const LINE_EVERY = 10_000;

export async function labWorker(words: WorkerWords, streams: Streams): Promise<ExitCode> {
  return withComplaints(async () => {
    await loadStrategies(words.strategies);
    const say = (line: string): unknown => streams.stderr.write(`${line}\n`);
    let runs = 0;
    let saidAt = performance.now();
    const worker = await startLabWorker(words.queue, {
      ...(words.jobs === undefined ? {} : { jobs: words.jobs }),
      heard: (done) => {
        runs = done;
        if (performance.now() - saidAt < LINE_EVERY) return;
        saidAt = performance.now();
        say(`${count(done, 'run', 'runs')} done`);
      },
      told: say,
    });
    const interrupts = new Interrupts(() =>
      say('finishing what is under way; Ctrl-C again leaves it to others'),
    );
    say(
      `working for ${worker.queue} at ${worker.shown} with ${count(worker.jobs, 'thread', 'threads')}`,
    );
    try {
      if (!interrupts.signal.aborted) await once(interrupts.signal, 'abort');
      await worker.close();
    } finally {
      interrupts.release();
    }
    say(`${count(runs, 'run', 'runs')} done`);
    return EXIT.done;
  });
}
