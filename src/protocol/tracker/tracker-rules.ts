/**
 * Which trackers a torrent does not ask although their URLs are good, and how it asks the others: what the application
 * wants, as against what no URL of a stranger may do to us (`tracker-url.ts`).
 *
 * Judges what can be seen in a URL and what a UDP tracker's name resolves to. What an HTTP tracker's name resolves to, and
 * where it redirects, only the reactor sees: `restraints` go with each request.
 */
import type { HttpRestraint } from '../../core/index.ts';
import type { TrackerUrl } from './tracker-url.ts';

export interface TrackerRules {
  readonly restraints: readonly HttpRestraint[];
  /** Whether this literal address is not talked to. */
  denies(host: string): boolean;
}

/** No rules: every tracker is asked. */
export const freely: TrackerRules = { restraints: [], denies: () => false };

/** Why this tracker is not asked, for people; null: it may be. */
export function refusalOf(url: TrackerUrl, rules: TrackerRules): string | null {
  if (url.literal) return rules.denies(url.host) ? 'the IP filter denies its address' : null;
  if (!rules.restraints.includes('no-idna') || !isInternationalised(url.host)) return null;
  return 'its host name is an internationalised one';
}

/** Whether a label of the name stands for other letters than it has (RFC 5890: an A-label). */
function isInternationalised(name: string): boolean {
  return name.split('.').some((label) => label.startsWith('xn--'));
}
