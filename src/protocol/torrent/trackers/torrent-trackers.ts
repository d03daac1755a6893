/**
 * Whom a torrent announces itself to: its tiers and its reach, which last over a stop, and the rules of the session. Tells
 * whoever asks trackers now when the first two change; when and what they are told is the announcer's business.
 */
import { oneTracker } from '../../tracker/announce-reach.ts';
import type { AnnounceReach } from '../../tracker/announce-reach.ts';
import type { TrackerRules } from '../../tracker/tracker-rules.ts';

/** Who asks trackers. */
interface TrackersUser {
  readonly scraping: { trackersChanged(): void };
  /** Null while nobody announces. */
  readonly active: {
    readonly announcing: {
      replace(): void;
      setReach(reach: AnnounceReach): void;
    };
  } | null;
}

export class TorrentTrackers {
  #tiers: readonly (readonly string[])[];
  #reach: AnnounceReach = oneTracker;
  readonly #user: TrackersUser;
  readonly #rules: () => TrackerRules;

  constructor(
    tiers: readonly (readonly string[])[],
    user: TrackersUser,
    rules: () => TrackerRules,
  ) {
    this.#tiers = tiers;
    this.#user = user;
    this.#rules = rules;
  }

  /** As they are now. */
  get rules(): TrackerRules {
    return this.#rules();
  }

  get tiers(): readonly (readonly string[])[] {
    return this.#tiers;
  }
  get reach(): AnnounceReach {
    return this.#reach;
  }

  /** As in `set-trackers`. */
  replace(tiers: readonly (readonly string[])[]): void {
    this.#tiers = tiers;
    this.#user.scraping.trackersChanged();
    this.#user.active?.announcing.replace();
  }

  setReach({ allTrackers, allTiers }: AnnounceReach): void {
    this.#reach = { allTrackers, allTiers };
    this.#user.active?.announcing.setReach(this.#reach);
  }
}
