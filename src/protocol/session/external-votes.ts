/**
 * How others see our address: what peers (`yourip`, BEP 10) and trackers (`external ip`, BEP 24) say, counted as votes.
 *
 * Nobody is believed alone: an address is ours when two voters say so, until another one has more votes. One vote per
 * voter (an address, or a tracker's host) and family. At most `VOTERS_MAX` are remembered, the oldest forgotten first. Addresses that are not public are no votes. What the
 * address is used for is not decided here.
 */
import { ipScope } from '../tracker/ip-scope.ts';
import { parseIp } from '../tracker/ip-text.ts';
import type { Turn } from './turn.ts';

/** Voters remembered per family. */
export const VOTERS_MAX = 50;
/** Votes that make an address ours. */
export const VOTES_MIN = 2;

type Family = 'v4' | 'v6';

export class ExternalVotes {
  readonly #votes: Readonly<Record<Family, Map<string, string>>> = {
    v4: new Map<string, string>(),
    v6: new Map<string, string>(),
  };
  readonly #ours: Record<Family, string | null> = { v4: null, v6: null };

  /** Our public address, canonical; null: not known. */
  get v4(): string | null {
    return this.#ours.v4;
  }
  get v6(): string | null {
    return this.#ours.v6;
  }

  /** `voter`, a literal address or a tracker's host, sees us at `host`. Tells where our address became another one. */
  vote(voter: string, host: string, turn: Turn): void {
    const bytes = parseIp(host);
    if (bytes === null || ipScope(bytes) !== 'global') return;
    const family = bytes.length === 4 ? 'v4' : 'v6';
    const votes = this.#votes[family];
    votes.delete(voter); // the newest last
    votes.set(voter, host);
    if (votes.size > VOTERS_MAX) votes.delete(votes.keys().next().value!);
    const count = countOf(votes, host);
    const ours = this.#ours[family];
    if (host === ours || count < VOTES_MIN) return;
    if (ours !== null && count <= countOf(votes, ours)) return;
    this.#ours[family] = host;
    turn.notify({ type: 'external-address', host, votes: count });
  }
}

function countOf(votes: ReadonlyMap<string, string>, host: string): number {
  let count = 0;
  for (const each of votes.values()) if (each === host) count++;
  return count;
}
