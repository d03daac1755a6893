/**
 * A driver whose traffic can be watched: inputs, effects and events of its machine as hot Observables.
 *
 * While nobody subscribes a step costs three looks at a field, and nothing is allocated. While somebody does, steps are
 * noted as they happen and told when the driver flushes its network: after all their effects were performed and before
 * borrowed bytes go back. So a listener may feed the driver, and can never come into the middle of a step.
 *
 * Does not hold back, drop or change anything: what is seen here has happened. For that, see `runMachine`.
 */
import { Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import { Driver } from '../../core/index.ts';
import type { DriverParts, Effect, Input, Machine, Sink } from '../../core/index.ts';
import type { MachineStep } from './machine-run.ts';
import { ObservedMachine } from './observed-machine.ts';
import { ObservedNetwork } from './observed-network.ts';

export interface RxDriverOptions<E> {
  /** Hears the error that ended the driver, once; the streams then error with it. */
  readonly onBug?: (error: unknown) => void;
  /** Hears events before `events$` does. What it throws goes to whoever began the turn. */
  readonly events?: Sink<E>;
}

/** Messages `M`, commands `C`, events `E`. */
export interface RxDriver<M, C, E> {
  readonly driver: Driver<M, C, E>;
  /** Every input, after its effects were performed. Bytes in it are borrowed for the length of `next`. */
  readonly inputs$: Observable<Input<M, C>>;
  /** Every effect, after it was performed. */
  readonly effects$: Observable<Effect<M, E>>;
  /** Both together, with the time. */
  readonly steps$: Observable<MachineStep<Input<M, C>, Effect<M, E>>>;
  /** What the machine notifies, as it is performed. */
  readonly events$: Observable<E>;
  /** Stops the driver; the streams complete. */
  stop(): void;
}

/**
 * Starts a driver for `machine`, as `new Driver(...)` does, and lets its streams be watched:
 * `const { driver, inputs$, effects$, events$ } = rxDriver(session, parts)`.
 */
export function rxDriver<M, C, E>(
  machine: Machine<Input<M, C>, Effect<M, E>>,
  parts: DriverParts<M>,
  options: RxDriverOptions<E> = {},
): RxDriver<M, C, E> {
  const { onBug, events: listener } = options;
  const observed = new ObservedMachine(machine);
  const network = new ObservedNetwork(parts.network, () => observed.tell());
  const events$ = new Subject<E>();
  const heard: Sink<E> = {
    push: (event) => {
      try {
        listener?.push(event);
      } finally {
        if (events$.observed) events$.next(event);
      }
    },
  };
  const driver = new Driver<M, C, E>(observed, { ...parts, network }, heard, {
    onBug: (error) => {
      observed.tell();
      observed.fail(error);
      events$.error(error);
      onBug?.(error);
    },
  });
  return {
    driver,
    inputs$: observed.inputs$.asObservable(),
    effects$: observed.effects$.asObservable(),
    steps$: observed.steps$.asObservable(),
    events$: events$.asObservable(),
    stop: () => {
      driver.stop();
      observed.end();
      events$.complete();
    },
  };
}
