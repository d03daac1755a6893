/**
 * The one way to wait for another program in these tests: ask again and again, for a bounded time.
 *
 * Invariant: every wait ends, with the value, with the reason why it can no longer come, or at its deadline; the error
 * says what was waited for and what was last seen. Nothing here sleeps for a fixed time in the hope that it was enough.
 */

/** What a single look found: the value waited for, or a word on why it is not there yet. */
export type Look<T> = { readonly found: T } | { readonly pending: string };

/** Bounds of a wait, in milliseconds. */
export interface WaitOptions {
  /** The wait fails after this long. */
  readonly millis: number;
  /** Between two looks. */
  readonly interval?: number;
  /** Why it is useless to go on (the program has died), or `null` to go on. */
  readonly lost?: () => string | null;
}

/**
 * Looks until there is something to return.
 * @throws Error at the deadline, or when `lost` says so. A look that throws counts as pending (a server not up yet).
 */
export async function waitUntil<T>(
  what: string,
  look: () => Promise<Look<T>> | Look<T>,
  options: WaitOptions,
): Promise<T> {
  const end = performance.now() + options.millis;
  let seen = 'never looked';
  for (;;) {
    const lost = options.lost?.() ?? null;
    if (lost !== null) throw new Error(`${what}: ${lost} (last seen: ${seen})`);
    try {
      const answer = await look();
      if ('found' in answer) return answer.found;
      seen = answer.pending;
    } catch (error) {
      seen = String(error);
    }
    if (performance.now() > end) {
      throw new Error(`${what}: not within ${options.millis / 1000} s (last seen: ${seen})`);
    }
    await new Promise((resolve) => setTimeout(resolve, options.interval ?? 50));
  }
}
