/**
 * The trackers of one torrent, in the order in which they are tried (BEP 12), and what is known of each.
 *
 * Each tier is shuffled once; a tracker that answers moves to the front of its tier; tiers never mix. A URL counts once,
 * in its first place. Nothing is sent from here, and time is only compared.
 */
import type { Millis, Random } from '../../core/index.ts';
import { trackersMax } from './limits.ts';
import type { TrackerUrl, TrackerUrlFault } from './tracker-url.ts';
import { parseTrackerUrl } from './tracker-url.ts';
import type { UdpLink } from './udp-question.ts';
import { newUdpLink } from './udp-question.ts';

/** One tracker, as this torrent knows it. */
export interface Tracker {
  readonly url: TrackerUrl;
  tier: number;
  readonly link: UdpLink;
  /** It has answered a `started`, and no `stopped` since. */
  started: boolean;
  /** When it heard `started` something was missing: it is owed a `completed` if the download finishes. */
  incomplete: boolean;
  trackerId: Uint8Array | null;
  /** Announces that failed in a row. */
  failures: number;
  /** Backing off until then; Infinity: it said never (BEP 31). */
  retryAt: Millis;
  /** When the last announce ended. */
  lastAt: Millis;
  /** A regular announce is not welcome before (min interval). */
  welcomeAt: Millis;
  /** An announce to this tracker, and no other, was asked for. */
  asked: boolean;
}

/** A URL that is not announced to, and why. */
export interface RefusedUrl {
  readonly url: string;
  readonly fault: TrackerUrlFault;
}

export class Tiers {
  /** URLs left out. */
  readonly refused: readonly RefusedUrl[];
  readonly #tiers: Tracker[][] = [];

  /** What `before` knew of a tracker stays known. */
  constructor(urls: readonly (readonly string[])[], random: Random, before: Tiers | null = null) {
    const refused: RefusedUrl[] = [];
    const known = new Set<string>();
    for (const texts of urls) {
      const tier: Tracker[] = [];
      for (const text of texts) {
        const url = parseTrackerUrl(text);
        if (typeof url === 'string') {
          if (refused.length < trackersMax) refused.push({ url: text, fault: url });
        } else if (!known.has(url.text) && known.size < trackersMax) {
          known.add(url.text);
          const tracker = before?.find(url.text) ?? newTracker(url, 0);
          tracker.tier = this.#tiers.length;
          tier.push(tracker);
        }
      }
      if (tier.length > 0) this.#tiers.push(shuffled(tier, random));
    }
    this.refused = refused;
  }

  /** All trackers in the order in which they are tried. */
  inOrder(): readonly Tracker[] {
    return this.#tiers.flat();
  }

  get count(): number {
    return this.#tiers.length;
  }

  /** The trackers of one tier, in order. */
  of(tier: number): readonly Tracker[] {
    return this.#tiers[tier]!;
  }

  /** By its URL as `parseTrackerUrl` writes it. */
  find(url: string): Tracker | null {
    return this.inOrder().find((tracker) => tracker.url.text === url) ?? null;
  }

  /** The tracker has answered: it is the first of its tier from now on. */
  promote(tracker: Tracker): void {
    const tier = this.#tiers[tracker.tier]!;
    const at = tier.indexOf(tracker);
    tier.copyWithin(1, 0, at);
    tier[0] = tracker;
  }

  /** Forgets everything but the order: as before a first start. */
  reset(): void {
    this.#tiers.forEach((tier, i) => {
      this.#tiers[i] = tier.map((tracker) => newTracker(tracker.url, tracker.tier));
    });
  }
}

function newTracker(url: TrackerUrl, tier: number): Tracker {
  return {
    url,
    tier,
    link: newUdpLink(),
    started: false,
    incomplete: false,
    trackerId: null,
    failures: 0,
    retryAt: -Infinity,
    lastAt: -Infinity,
    welcomeAt: -Infinity,
    asked: false,
  };
}

function shuffled(tier: readonly Tracker[], random: Random): Tracker[] {
  return random.shuffle(tier.map((_, i) => i)).map((i) => tier[i]!);
}
