/**
 * The one contract that every pure machine of this house obeys.
 *
 * A machine receives inputs and pushes effects; it does nothing else. The laws, each held by a test:
 *
 * 1. `now` is the only clock and never goes backwards. Randomness comes only from the `Random` that the
 *    constructor received.
 * 2. `step` calls nobody but `out.push` and behaviors. It runs to completion: no I/O, no await, no timers.
 * 3. Same constructor arguments and same list of `(now, input)` give the same effects, bit for bit, on any
 *    version of Node and under any reactor.
 * 4. Every job effect (store, HTTP, resolve) carries a `job` id and gets exactly one `*-done` input.
 * 5. After pushing `close` or `abort` for a connection the machine has forgotten it; late inputs for it are
 *    ignored.
 * 6. `deadline` is a field read. Timers live inside the machine, in one `TimerQueue`, each with a named kind.
 *    A late `timeout` is normal, an early one changes nothing.
 * 7. Remote data can never make `step` throw. If `step` throws, that is our bug: the driver closes everything,
 *    reports it, and does not go on.
 *
 * Bytes inside an input are borrowed: they are valid until the driver has performed the effects of that step.
 * A machine that wants to keep some of them copies them.
 */

/** Milliseconds on the reactor's own clock, which never goes backwards; fractions are allowed. */
export type Millis = number;

/** Where pushed things go. An array is a `Sink`. */
export interface Sink<in T> {
  push(item: T): unknown;
}

export interface Machine<in I, out O> {
  /** Feeds one input and pushes what follows from it. Never throws for anything that a remote sent. */
  step(input: I, now: Millis, out: Sink<O>): void;
  /** When `{ type: 'timeout' }` is next due; `Infinity` for never. Valid after every step. */
  readonly deadline: Millis;
}
