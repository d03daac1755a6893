/**
 * Claim: many connections soon, without a storm of dials and without coming back to dead addresses for ever.
 *
 * Order: addresses never tried, then those with fewer failures, then the one left alone longest. After a dial that
 * failed, an address rests for `backoffBase`, doubled per further failure up to `backoffMax`, and for `giveUpTime`
 * from `failuresMax` on. The rest is stretched by a factor of 0.75 to 1.25, drawn once per try, so that addresses that
 * failed together do not come back together. One that worked and was lost rests for `backoffBase`.
 *
 * When all places have long been taken by the same peers, the one that moves the least makes room.
 *
 * Cost: O(candidates) per call, of which the machine keeps 3000 at most. It opens nothing and closes nothing itself.
 */
import type { Millis, Random } from '../../core/index.ts';
import type {
  Behavior,
  CandidateView,
  ConnectionCounts,
  Dialing,
  PeerView,
} from '../../protocol/index.ts';

export interface DialingOptions {
  /** Connections of one torrent, half-open ones included: 1 to 10,000. Default 50. */
  readonly connectionsMax?: number;
  /** Half-open connections: 1 to 1000. Default 10. */
  readonly diallingMax?: number;
  /** Part of `connectionsMax` that is not dialled, left for incoming ones: 0 to `connectionsMax`. Default 10. */
  readonly incomingSpare?: number;
  /** Rest after the first failure: 1000 to 600,000 ms. Default 5000: a peer that was just
   * starting is found soon. */
  readonly backoffBase?: Millis;
  /** Longest rest while below `failuresMax`, before jitter: up to a day. Default one hour. */
  readonly backoffMax?: Millis;
  /** Failures in a row after which an address is given up for `giveUpTime`: 1 to 100. Default 10. */
  readonly failuresMax?: number;
  /**
   * Among addresses that are equally good otherwise: the greater goes first, such as `peerPriority` to our own address
   * (BEP 40). Default: none, the order in which they came.
   */
  readonly priority?: (candidate: CandidateView) => number;
  /** Rest of an address that was given up, before jitter: default a day. */
  readonly giveUpTime?: Millis;
}

/** The jitter of one try. */
interface Stretch {
  readonly triedAt: Millis;
  readonly factor: number;
}

export function dialing(options: DialingOptions = {}): Behavior<Dialing> {
  const { connectionsMax = 50, diallingMax = 10 } = options;
  const { incomingSpare = Math.min(10, Math.floor(connectionsMax / 5)) } = options;
  const hasRoom = (counts: ConnectionCounts): boolean =>
    counts.dialling < diallingMax &&
    counts.connected + counts.dialling < connectionsMax - incomingSpare;
  return (_torrent, random) => {
    const stretches = new WeakMap<CandidateView, Stretch>();
    const readyAt = (candidate: CandidateView): Millis => {
      if (candidate.lastTriedAt === -Infinity) return -Infinity;
      const rest = restAfter(candidate.failures, options);
      return candidate.lastTriedAt + rest * stretchOf(candidate, stretches, random);
    };
    return {
      admits(counts) {
        return counts.connected + counts.dialling < connectionsMax;
      },
      nextDial(candidates, counts, now) {
        if (!hasRoom(counts)) return -1;
        let best = -1;
        for (let i = 0; i < candidates.length; i++) {
          const candidate = candidates[i]!;
          if (best >= 0 && !isBefore(candidate, candidates[best]!, options.priority)) continue;
          if (readyAt(candidate) <= now) best = i;
        }
        return best;
      },
      wakeAt(candidates, counts) {
        if (!hasRoom(counts)) return Infinity;
        let earliest = Infinity;
        for (const candidate of candidates) earliest = Math.min(earliest, readyAt(candidate));
        return earliest;
      },
      toEvict(peers, now) {
        let least: PeerView | null = null;
        for (const peer of peers) {
          if (least === null || isOfLessUse(peer, least, now)) least = peer;
        }
        return least?.conn ?? -1;
      },
    };
  };
}

/** Milliseconds of rest after so many failures in a row, before jitter. */
function restAfter(failures: number, options: DialingOptions): Millis {
  const { backoffBase = 5000, backoffMax = 3_600_000 } = options;
  const { failuresMax = 10, giveUpTime = 86_400_000 } = options;
  if (failures >= failuresMax) return giveUpTime;
  let rest = backoffBase;
  for (let i = 1; i < failures && rest < backoffMax; i++) rest *= 2;
  return Math.min(rest, backoffMax);
}

/** From 0.75 to 1.25, the same for one try however often it is asked for. */
function stretchOf(
  candidate: CandidateView,
  stretches: WeakMap<CandidateView, Stretch>,
  random: Random,
): number {
  const known = stretches.get(candidate);
  if (known?.triedAt === candidate.lastTriedAt) return known.factor;
  const factor = (768 + random.below(513)) / 1024;
  stretches.set(candidate, { triedAt: candidate.lastTriedAt, factor });
  return factor;
}

/** By what moves now, then by all that ever moved; of equals the one that came last. */
function isOfLessUse(a: PeerView, b: PeerView, now: Millis): boolean {
  const rate = (peer: PeerView): number => peer.downloadRate(now) + peer.uploadRate(now);
  if (rate(a) !== rate(b)) return rate(a) < rate(b);
  const total = (peer: PeerView): number => peer.downloaded + peer.uploaded;
  if (total(a) !== total(b)) return total(a) < total(b);
  return a.connectedAt > b.connectedAt;
}

/** Never tried first (-Infinity is the oldest), then fewer failures, then oldest, then by priority. */
function isBefore(
  a: CandidateView,
  b: CandidateView,
  priority: DialingOptions['priority'],
): boolean {
  const aTried = a.lastTriedAt !== -Infinity;
  if (aTried !== (b.lastTriedAt !== -Infinity)) return !aTried;
  if (a.failures !== b.failures) return a.failures < b.failures;
  if (a.lastTriedAt !== b.lastTriedAt) return a.lastTriedAt < b.lastTriedAt;
  return priority !== undefined && priority(a) > priority(b);
}
