/**
 * When and where one torrent announces itself: the state machine over its tiers (BEP 12), over HTTP (BEP 3, 7, 23) and
 * UDP (BEP 15). Contract first:
 *
 * - while running, at most one announce is under way, or one per lane where more trackers shall hear of the torrent
 *   (`announce-lanes.ts`), `announcesMax` in all; the first tracker in order that does not back off is the one; a failure
 *   goes on to the next, and all failing, the first to come out of its back-off is tried again;
 * - every tracker hears `started` first; `completed` once, if something was missing when it heard `started`;
 *   `stopped` last, if it has answered `started` (I-32);
 * - regular announces come an interval after the last answer, never early; `announceSoon` waits for the min interval;
 *   events do not wait; while nobody is connected an interval counts up to `aloneIntervalMax`, and a min interval up to
 *   `aloneMinIntervalMax`;
 * - `announceTo` goes to one tracker, whatever the order, when its min interval allows;
 * - trackers can be replaced: those that stay keep what they know of us, those that go are said goodbye to;
 * - `stop` drops what is under way and says goodbye to all that know us at once; `stopTimeMax` later it is over;
 * - every job pushed is recognised when it is answered, also after it was dropped.
 *
 * An announcer speaks for one listening address at most: a session with several has one each for every torrent, which
 * know nothing of each other (ADR 24).
 *
 * Redirects, name resolution for HTTP, TLS and byte caps while reading are the reactor's. Sources of time: `now` only.
 */
import type {
  Address,
  HttpInput,
  JobId,
  Millis,
  Random,
  ResolveInput,
  Sink,
} from '../../core/index.ts';
import type { AnnounceEvent } from '../session/event.ts';
import type { AnnounceEffect, AnnounceOutcome } from './announce-query.ts';
import type { AnnounceReport } from './announce-report.ts';
import { backOff } from './back-off.ts';
import { Exchange } from './exchange.ts';
import { carryOver, lanesOf, rests } from './announce-lanes.ts';
import type { Lane } from './announce-lanes.ts';
import { oneTracker } from './announce-reach.ts';
import type { AnnounceReach } from './announce-reach.ts';
import { chooseTracker, eventFor, hurry } from './choose-tracker.ts';
import { aloneIntervalMax, announcesMax, goodbyesMax } from './limits.ts';
import { intervalJitterMax, peersPerReplyMax, stopTimeMax } from './limits.ts';
import type { Tracker } from './tiers.ts';
import { Tiers } from './tiers.ts';
import { freely } from './tracker-rules.ts';
import type { TrackerRules } from './tracker-rules.ts';
import { parseTrackerUrl } from './tracker-url.ts';

/** Live facts that an announce tells; the torrent owns them, fields are read at the moment of each announce. */
export interface AnnounceFacts {
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
  /** 32 bits, the same for the whole session of the torrent, to prove identity after an address change. */
  readonly key: number;
  /** Our listening port; 0: not reachable (announced as port 1, which nobody dials usefully: see BEP 3 practice). */
  readonly port: number;
  readonly uploaded: number;
  readonly downloaded: number;
  readonly left: number;
  /** numwant: how many addresses would be welcome now. */
  readonly peersWanted: number;
  /** Nobody is connected. */
  readonly alone: boolean;
  /** Addresses of ours that trackers are told beside the one they see (BEP 7). Absent: none. */
  readonly toldAddresses?: readonly string[];
}

export class Announcer {
  /** Infinity: nothing due. A field read. */
  deadline: Millis = Infinity;
  /** The listening address that is announced, and announced from; null: the one that the facts know, from anywhere. */
  local: Address | null = null;

  #tiers: Tiers;
  #reach: AnnounceReach;
  readonly #facts: AnnounceFacts;
  readonly #nextJob: () => JobId;
  readonly #random: Random;
  readonly #reports: Sink<AnnounceReport>;

  readonly #rules: () => TrackerRules;

  #state: 'idle' | 'running' | 'stopping' = 'idle';
  #lanes: Lane[] = [];
  /** The `stopped` announces under way: of all while stopping, before that of trackers that were replaced. */
  #goodbyes: Exchange[] = [];
  #stopAt: Millis = Infinity;
  #complete = false;
  /** Jobs that were dropped, but not answered yet. */
  readonly #dropped = new Set<JobId>();

  /** Announcers of one torrent that share `shuffle` begin with the same trackers. */
  constructor(
    tiers: readonly (readonly string[])[],
    facts: AnnounceFacts,
    nextJob: () => JobId,
    random: Random,
    reports: Sink<AnnounceReport>,
    reach: AnnounceReach = oneTracker,
    shuffle: Random = random,
    rules: () => TrackerRules = () => freely,
  ) {
    this.#tiers = new Tiers(tiers, shuffle);
    this.#reach = reach;
    this.#facts = facts;
    this.#nextJob = nextJob;
    this.#random = random;
    this.#reports = reports;
    this.#rules = rules;
  }

  /** Announces `started`. After a `stop` it begins anew; goodbyes that are still under way are dropped. */
  start(now: Millis, out: Sink<AnnounceEffect>): void {
    if (this.#state === 'running') return;
    for (const goodbye of this.#goodbyes) this.#drop(goodbye);
    this.#goodbyes = [];
    this.#stopAt = Infinity;
    this.#tiers.reset();
    this.#complete = false;
    this.#state = 'running';
    this.#lanes = lanesOf(this.#tiers, this.#reach, now);
    this.#tellRefused();
    this.#advance(now, out);
  }

  /** Other trackers from now on. A URL that stays is the same tracker, wherever it stands now. */
  replace(tiers: readonly (readonly string[])[], now: Millis, out: Sink<AnnounceEffect>): void {
    const before = this.#tiers;
    this.#tiers = new Tiers(tiers, this.#random, before);
    if (this.#state !== 'running') return;
    this.#tellRefused();
    this.#relane(now);
    this.#goodbyes = this.#goodbyes.filter((goodbye) => {
      const back = this.#tiers.find(goodbye.tracker.url.text) !== null;
      if (back) this.#drop(goodbye);
      return !back;
    });
    const gone = before.inOrder().filter(({ url }) => this.#tiers.find(url.text) === null);
    this.#sayGoodbye(gone, now, out);
    this.#advance(now, out);
  }

  /** More trackers, or fewer, hear of the torrent from now on. */
  setReach(reach: AnnounceReach, now: Millis, out: Sink<AnnounceEffect>): void {
    this.#reach = reach;
    if (this.#state === 'running') this.#relane(now);
    this.#advance(now, out);
  }

  /** An announce to this tracker, as soon as its min interval allows. Any other URL changes nothing. */
  announceTo(url: string, now: Millis, out: Sink<AnnounceEffect>): void {
    const parsed = parseTrackerUrl(url);
    const tracker = typeof parsed === 'string' ? null : this.#tiers.find(parsed.text);
    if (this.#state !== 'running' || tracker === null) return;
    if (this.#lanes.some(({ current }) => current?.tracker === tracker)) return;
    tracker.asked = true;
    hurry(tracker, now);
    this.#advance(now, out);
  }

  /** The download has just finished: announces `completed` (not after a start that was complete already). */
  completed(now: Millis, out: Sink<AnnounceEffect>): void {
    this.#complete = true;
    this.#advance(now, out);
  }

  /** The user, or a torrent starved of peers, wants an announce as soon as the min interval allows. */
  announceSoon(now: Millis, out: Sink<AnnounceEffect>): void {
    if (this.#state !== 'running') return;
    for (const lane of this.#lanes) {
      if (lane.current !== null) continue;
      lane.dueAt = Math.min(lane.dueAt, now);
      for (const tracker of lane.trackers()) hurry(tracker, now);
    }
    this.#advance(now, out);
  }

  /** The last peer has left: what was to come late may have to come earlier. */
  leftAlone(now: Millis, out: Sink<AnnounceEffect>): void {
    this.#advance(now, out);
  }

  /** Announces `stopped` where `started` succeeded, and gives up after `stopTimeMax`; cancels the rest. */
  stop(now: Millis, out: Sink<AnnounceEffect>): void {
    if (this.#state === 'stopping') return;
    for (const { current } of this.#lanes) if (current !== null) this.#drop(current);
    this.#lanes = [];
    this.#state = 'stopping';
    this.#stopAt = now + stopTimeMax;
    this.#sayGoodbye(this.#tiers.inOrder(), now, out);
    this.#advance(now, out);
  }

  /** The deadline has passed. Early calls change nothing. */
  timeout(now: Millis, out: Sink<AnnounceEffect>): void {
    for (const exchange of this.#underWay()) exchange.timeout(now, out);
    this.#settle(now, out);
  }

  /** True where the job was this announcer's. */
  jobDone(input: HttpInput | ResolveInput, now: Millis, out: Sink<AnnounceEffect>): boolean {
    if (this.#dropped.delete(input.job)) return true;
    const exchange = this.#underWay().find((open) => open.job === input.job);
    if (exchange === undefined) return false;
    exchange.jobDone(input, now, out);
    this.#settle(now, out);
    return true;
  }

  /** True where the datagram answered a transaction of this announcer. */
  datagram(address: Address, data: Uint8Array, now: Millis, out: Sink<AnnounceEffect>): boolean {
    for (const exchange of this.#underWay()) {
      if (!exchange.datagram(address, data, now, out)) continue;
      this.#settle(now, out);
      return true;
    }
    return false;
  }

  #underWay(): readonly Exchange[] {
    const open: Exchange[] = [];
    for (const { current } of this.#lanes) if (current !== null) open.push(current);
    return open.concat(this.#goodbyes);
  }

  #sayGoodbye(to: readonly Tracker[], now: Millis, out: Sink<AnnounceEffect>): void {
    for (const tracker of to) {
      if (!tracker.started || this.#goodbyes.length >= goodbyesMax) continue;
      this.#goodbyes.push(this.#open(tracker, 'stopped', false, now, out));
    }
  }

  #tellRefused(): void {
    for (const { url, fault } of this.#tiers.refused) {
      this.#reports.push({ type: 'announce-failed', url, event: 'started', reason: fault });
    }
  }

  #relane(now: Millis): void {
    const lanes = lanesOf(this.#tiers, this.#reach, now);
    for (const exchange of carryOver(this.#lanes, lanes)) this.#drop(exchange);
    this.#lanes = lanes;
  }

  #drop(exchange: Exchange): void {
    if (exchange.job !== null) this.#dropped.add(exchange.job);
  }

  /** Takes in what is over, and goes on. */
  #settle(now: Millis, out: Sink<AnnounceEffect>): void {
    for (const lane of this.#lanes) {
      const exchange = lane.current;
      const outcome = exchange?.outcome ?? null;
      if (exchange === null || outcome === null) continue;
      lane.current = null;
      this.#conclude(exchange, outcome, lane, now);
    }
    const said = this.#goodbyes.filter((exchange) => exchange.outcome !== null);
    this.#goodbyes = this.#goodbyes.filter((exchange) => exchange.outcome === null);
    for (const exchange of said) this.#conclude(exchange, exchange.outcome!, null, now);
    this.#advance(now, out);
  }

  /** `lane`: where it was under way; null: it was a goodbye. */
  #conclude(exchange: Exchange, outcome: AnnounceOutcome, lane: Lane | null, now: Millis): void {
    const { tracker, event } = exchange;
    const url = tracker.url.text;
    tracker.lastAt = now;
    if (outcome.type === 'failed') {
      tracker.failures++;
      tracker.retryAt = now + backOff(outcome, tracker.failures, this.#random);
      const { reason, unresolved = false } = outcome;
      const marked = unresolved ? { unresolved } : {};
      this.#reports.push({ type: 'announce-failed', url, event, reason, ...marked });
      return;
    }
    tracker.failures = 0;
    tracker.retryAt = -Infinity;
    tracker.welcomeAt = now + outcome.minInterval;
    tracker.trackerId = outcome.trackerId ?? tracker.trackerId;
    if (lane !== null && !exchange.aside) this.#tiers.promote(tracker);
    if (event === 'started') {
      tracker.started = true;
      tracker.incomplete = exchange.query.left > 0;
    }
    if (event === 'completed') tracker.incomplete = false;
    if (event === 'stopped') tracker.started = false;
    if (lane !== null && !exchange.aside) {
      lane.dueAt = now + outcome.interval + this.#jitter(outcome.interval);
      lane.dueAloneAt = lane.dueAt - Math.max(outcome.interval - aloneIntervalMax, 0);
    }
    const { addresses, externalIp, seeds, leeches, interval, warning } = outcome;
    if (externalIp !== null) {
      this.#reports.push({ type: 'external-ip', voter: tracker.url.host, host: externalIp });
    }
    this.#reports.push({
      type: 'announced',
      url,
      event,
      addresses,
      seeds,
      leeches,
      interval,
      warning,
    });
  }

  #jitter(interval: Millis): Millis {
    return this.#random.below(Math.min(intervalJitterMax, Math.floor(interval / 32)) + 1);
  }

  /** Starts what is due and sets the deadline. The last thing that every call does. */
  #advance(now: Millis, out: Sink<AnnounceEffect>): void {
    if (this.#state === 'running') this.#advanceRunning(now, out);
    else if (this.#state === 'stopping') this.#advanceStopping(now);
  }

  #advanceRunning(now: Millis, out: Sink<AnnounceEffect>): void {
    let deadline = Infinity;
    let open = 0;
    for (const { current } of this.#lanes) if (current !== null) open++;
    for (const lane of this.#lanes) {
      if (lane.current === null && open >= announcesMax) continue; // when one of them ends
      const choice = lane.current === null ? this.#choose(lane, now) : null;
      if (typeof choice === 'number') {
        deadline = Math.min(deadline, choice);
        continue;
      }
      if (choice !== null) {
        lane.current = this.#announce(lane, choice, now, out);
        open++;
      }
      deadline = Math.min(deadline, lane.current!.deadline);
    }
    for (const goodbye of this.#goodbyes) deadline = Math.min(deadline, goodbye.deadline);
    this.deadline = deadline;
  }

  #advanceStopping(now: Millis): void {
    if (this.#goodbyes.length > 0 && now < this.#stopAt) {
      this.deadline = this.#goodbyes.reduce(
        (soonest, exchange) => Math.min(soonest, exchange.deadline),
        this.#stopAt,
      );
      return;
    }
    for (const goodbye of this.#goodbyes) {
      this.#drop(goodbye);
      const url = goodbye.tracker.url.text;
      this.#reports.push({ type: 'announce-failed', url, event: 'stopped', reason: 'no answer' });
    }
    this.#goodbyes = [];
    this.#stopAt = Infinity;
    this.#state = 'idle';
    this.deadline = Infinity;
    this.#reports.push({ type: 'stopped' });
  }

  /** The tracker of this lane to announce to now, or when to look again. */
  #choose(lane: Lane, now: Millis): Tracker | Millis {
    const resting = rests(lane, this.#lanes, this.#reach);
    return chooseTracker(lane, resting, this.#complete, this.#facts.alone, now);
  }

  #announce(lane: Lane, tracker: Tracker, now: Millis, out: Sink<AnnounceEffect>): Exchange {
    const regular = lane.trackers().find(({ retryAt }) => retryAt <= now);
    const aside = tracker.asked && tracker !== regular;
    tracker.asked = false;
    return this.#open(tracker, eventFor(tracker, this.#complete), aside, now, out);
  }

  #open(
    tracker: Tracker,
    event: AnnounceEvent,
    aside: boolean,
    now: Millis,
    out: Sink<AnnounceEffect>,
  ): Exchange {
    const facts = this.#facts;
    const port = this.local?.port ?? facts.port;
    const wanted = Math.min(Math.max(facts.peersWanted, 0), peersPerReplyMax);
    const query = {
      infoHash: facts.infoHash,
      peerId: facts.peerId,
      key: facts.key,
      port: port === 0 ? 1 : port,
      uploaded: facts.uploaded,
      downloaded: facts.downloaded,
      left: facts.left,
      event,
      peersWanted: event === 'stopped' ? 0 : wanted,
    };
    const manner = { aside, local: this.local, told: facts.toldAddresses ?? [] };
    const exchange = new Exchange(tracker, query, manner, this.#random, this.#rules());
    exchange.start(this.#nextJob, now, out);
    return exchange;
  }
}
