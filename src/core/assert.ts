/**
 * Assertions that stay on in production: a broken invariant is our bug and must stop the machine before it can do
 * harm. Messages are constant strings, so that a check on a hot path costs a compare.
 */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
  readonly code = 'SWARMWRIGHT_BUG';
}

/** Throws `AssertionError` unless `condition` holds. For our own bugs only, never for remote data. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
