/**
 * What follows for one listening address from there being others: which trackers it announces to. And which listening
 * addresses others may be told. Facts of addresses alone; keeps nothing.
 */
import type { Address } from '../../core/index.ts';
import { ipScope } from '../tracker/ip-scope.ts';
import { parseIp, sameFamily } from '../tracker/ip-text.ts';
import { parseTrackerUrl } from '../tracker/tracker-url.ts';

/**
 * The tiers that are announced to from `local`. A literal address is left to the listening addresses of its family where
 * there are any, and a URL that nobody announces to is the first one's to refuse.
 */
export function tiersFor(
  tiers: readonly (readonly string[])[],
  local: Address,
  listening: readonly Address[],
): readonly (readonly string[])[] {
  if (listening.length < 2) return tiers;
  const refuses = listening[0]?.host === local.host;
  const suits = (text: string): boolean => {
    const url = parseTrackerUrl(text);
    if (typeof url === 'string') return refuses;
    if (!url.literal || sameFamily(url.host, local.host)) return true;
    return !listening.some(({ host }) => sameFamily(url.host, host));
  };
  return tiers.map((tier) => tier.filter(suits));
}

/** Those that mean something to others: no unspecified, loopback, link-local or private ones. */
export function publicHosts(listening: readonly Address[]): readonly string[] {
  const hosts = listening.map(({ host }) => host);
  return hosts.filter((host) => {
    const bytes = parseIp(host);
    return bytes !== null && ipScope(bytes) === 'global';
  });
}
