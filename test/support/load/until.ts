/** Waits until something is true, looking every few milliseconds, for a bounded time. */
import { waitUntil } from '../peers/wait-until.ts';

export async function until(what: string, holds: () => boolean, millis = 15_000): Promise<void> {
  const look = (): { found: true } | { pending: string } =>
    holds() ? { found: true } : { pending: 'not yet' };
  await waitUntil(what, look, { millis, interval: 5 });
}
