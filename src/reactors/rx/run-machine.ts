/**
 * A pure machine as an RxJS operator: inputs in, effects out, its timers on any scheduler.
 *
 * Cold: every subscription has a machine and a timer of its own. For tests, tools and experiments; a client carries its
 * machine with the core's driver, which performs the effects and makes no arrays.
 */
import { asyncScheduler, map, mergeAll, Observable } from 'rxjs';
import type { OperatorFunction, SchedulerLike } from 'rxjs';
import type { Machine, Millis } from '../../core/index.ts';
import { MachineRun } from './machine-run.ts';
import type { MachineStep, Timeout } from './machine-run.ts';
import { reactorTimeOf } from './scheduler-time.ts';

export interface RunMachineOptions {
  /** The machine's clock, and where its `timeout` inputs come from. Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

/** Makes the machine of one subscription; `now` is the clock's first reading. */
export type MachineFactory<I, O> = (now: Millis) => Machine<I | Timeout, O>;

/**
 * Every step of a machine: `{ now, input, effects }`, those of its own time-outs included.
 *
 * Inputs that come while a step is told wait until it was. Completes with the source, and drops its timer. An error
 * that `step` throws is our bug: it errors the stream once and unsubscribes from the source; the effects of that step
 * are lost. Bytes in an input are borrowed until the step was told.
 */
export function stepsOf<I, O>(
  make: MachineFactory<I, O>,
  options: RunMachineOptions = {},
): OperatorFunction<I, MachineStep<I | Timeout, O>> {
  const { scheduler = asyncScheduler } = options;
  return (source) =>
    new Observable((steps) => {
      const run = new MachineRun<I, O>(make, reactorTimeOf(scheduler), steps);
      steps.add(run);
      source.subscribe(run);
    });
}

/** As `stepsOf`, and only the effects: `inputs$.pipe(runMachine(() => new Session(...), { scheduler }))`. */
export function runMachine<I, O>(
  make: MachineFactory<I, O>,
  options: RunMachineOptions = {},
): OperatorFunction<I, O> {
  return (source) =>
    source.pipe(
      stepsOf(make, options),
      map((step) => step.effects),
      mergeAll(),
    );
}
