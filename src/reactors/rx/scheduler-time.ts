/**
 * The time of a reactor from any RxJS scheduler, and which of the two ways of having it fits which scheduler.
 */
import { VirtualTimeScheduler } from 'rxjs';
import type { SchedulerLike } from 'rxjs';
import { DirectTime } from './direct-time.ts';
import { QueuedTime } from './queued-time.ts';
import { ReactorScheduler } from './reactor-scheduler.ts';
import type { StoppableTime } from './stoppable-time.ts';

/**
 * `ReactorTime` over a scheduler: milliseconds by the scheduler's clock, never backwards; equal deadlines fire in the
 * order in which they were set, and nothing fires early or from inside a call.
 *
 * Over `VirtualTimeScheduler`, `TestScheduler` and `schedulerOf(...)` each call is one action of the scheduler, so
 * that the order also holds among its other actions. Over any other each time made here has a queue of its own.
 */
export function reactorTimeOf(scheduler: SchedulerLike): StoppableTime {
  const strict = scheduler instanceof VirtualTimeScheduler || scheduler instanceof ReactorScheduler;
  return strict ? new DirectTime(scheduler) : new QueuedTime(scheduler);
}
