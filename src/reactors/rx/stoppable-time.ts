/**
 * Time with an end: what a reactor on a scheduler must be able to do so that nothing fires after its `stop`.
 */
import type { ReactorTime } from '../../core/index.ts';

/** Time that can be ended. */
export interface StoppableTime extends ReactorTime {
  /** Cancels every call that waits; those made later never fire. */
  stop(): void;
}
