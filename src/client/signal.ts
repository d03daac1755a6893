/**
 * Waiting that can be given up: every asynchronous call of the library takes an `AbortSignal`.
 *
 * Invariant: however the waiting ends, no listener stays on the signal. Aborting ends the waiting, never the work.
 */

/** What every asynchronous call accepts. */
export interface Abortable {
  /** Gives up waiting: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it is aborted. */
export async function abortable<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return promise;
  // Whoever gave up does not look at the outcome any more: a later rejection is not "unhandled".
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let give: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    give = () => reject(asError(signal.reason));
    signal.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
