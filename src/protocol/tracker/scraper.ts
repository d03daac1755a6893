/**
 * Asks a torrent's trackers what they count of it (BEP 48, 15), without taking part in the swarm.
 *
 * - One scrape at a time, one tracker at a time: tier by tier (BEP 12), the next one where one fails; the first answer
 *   ends it. Every `scrape` is followed by exactly one report, and those asked for while one is under way share it.
 * - What was answered is told again for `scrapeFreshTime` without asking, and a failure for `retryMin`, so that an
 *   impatient display harms nobody.
 * - Links to trackers are its own: an announce under way at the same time is not disturbed.
 *
 * Every job pushed is recognised when it is answered, also after it was dropped. Source of time: `now` only.
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
import type { AnnounceEffect, TrackerFailure } from './announce-query.ts';
import { httpTimeMax, replyBytesMax, retryMin, scrapeFreshTime } from './limits.ts';
import { decodeHttpScrape, httpScrapeUrl, SCRAPE_PATH } from './scrape-http.ts';
import type { ScrapeAnswered } from './scrape-http.ts';
import { Tiers } from './tiers.ts';
import type { Tracker } from './tiers.ts';
import { freely, refusalOf } from './tracker-rules.ts';
import type { TrackerRules } from './tracker-rules.ts';
import { UdpScrape } from './udp-scrape.ts';

/** What became of a scrape. */
export type ScrapeReport =
  | ({ readonly url: string } & ScrapeAnswered)
  | {
      readonly type: 'scrape-failed';
      /** The last tracker that was asked; null: none could be. */
      readonly url: string | null;
      readonly reason: string;
    };

export class Scraper {
  /** Infinity: nothing due. A field read. */
  deadline: Millis = Infinity;

  #tiers: Tiers;
  readonly #infoHash: Uint8Array;
  readonly #nextJob: () => JobId;
  readonly #random: Random;
  readonly #reports: Sink<ScrapeReport>;
  readonly #rules: () => TrackerRules;
  /** Still to be asked in this round, the first one now. */
  #round: Tracker[] = [];
  #udp: UdpScrape | null = null;
  #httpJob: JobId | null = null;
  #failure: Extract<ScrapeReport, { type: 'scrape-failed' }> | null = null;
  #last: ScrapeReport | null = null;
  #freshUntil: Millis = -Infinity;

  constructor(
    tiers: readonly (readonly string[])[],
    infoHash: Uint8Array,
    nextJob: () => JobId,
    random: Random,
    reports: Sink<ScrapeReport>,
    rules: () => TrackerRules = () => freely,
  ) {
    this.#tiers = new Tiers(tiers, random);
    this.#infoHash = infoHash;
    this.#nextJob = nextJob;
    this.#random = random;
    this.#reports = reports;
    this.#rules = rules;
  }

  /** Others are asked from the next scrape on; one under way goes on. What was told is not told again. */
  replace(tiers: readonly (readonly string[])[]): void {
    this.#tiers = new Tiers(tiers, this.#random, this.#tiers);
    this.#last = null;
  }

  scrape(now: Millis, out: Sink<AnnounceEffect>): void {
    if (this.#round.length > 0) return;
    if (this.#last !== null && now < this.#freshUntil) {
      this.#reports.push(this.#last);
      return;
    }
    this.#failure = null;
    this.#round = [...this.#tiers.inOrder()];
    this.#ask(now, out);
  }

  /** Drops what is under way: nothing more is pushed or reported. */
  stop(): void {
    this.#round = [];
    this.#udp = null;
    this.#httpJob = null;
    this.deadline = Infinity;
  }

  /** The deadline has passed. Early calls change nothing. */
  timeout(now: Millis, out: Sink<AnnounceEffect>): void {
    this.#udp?.timeout(now, out);
    this.#settle(now, out);
  }

  /** True where the job was awaited. */
  jobDone(input: HttpInput | ResolveInput, now: Millis, out: Sink<AnnounceEffect>): boolean {
    if (input.type === 'http-done' && input.job === this.#httpJob) {
      this.#httpJob = null;
      this.#conclude(decodeHttpScrape(input, this.#infoHash), now, out);
      return true;
    }
    if (input.type !== 'resolve-done' || input.job !== (this.#udp?.job ?? null)) return false;
    this.#udp?.resolved(input, now, out);
    this.#settle(now, out);
    return true;
  }

  /** True where the datagram was the answer that is awaited. */
  datagram(address: Address, data: Uint8Array, now: Millis, out: Sink<AnnounceEffect>): boolean {
    if (this.#udp?.datagram(address, data, now, out) !== true) return false;
    this.#settle(now, out);
    return true;
  }

  /** Asks the first of the round that can be asked. */
  #ask(now: Millis, out: Sink<AnnounceEffect>): void {
    for (let tracker = this.#round[0]; tracker !== undefined; tracker = this.#round[0]) {
      const { url, link } = tracker;
      const rules = this.#rules();
      const refusal = refusalOf(url, rules);
      if (refusal !== null) {
        this.#failure = { type: 'scrape-failed', url: url.text, reason: refusal };
        this.#round.shift();
        continue;
      }
      if (url.scheme === 'udp') {
        this.#udp = new UdpScrape(url, link, this.#infoHash, this.#random, rules);
        this.#udp.start(false, this.#nextJob, now, out);
        this.deadline = this.#udp.deadline;
        return;
      }
      const asked = httpScrapeUrl(url, this.#infoHash);
      if (asked !== null) {
        this.#askHttp(asked, rules, out);
        return;
      }
      this.#failure = { type: 'scrape-failed', url: url.text, reason: 'it cannot be scraped' };
      this.#round.shift();
    }
    const none = 'no tracker to ask';
    this.#report(this.#failure ?? { type: 'scrape-failed', url: null, reason: none }, now);
  }

  #askHttp(url: string, { restraints }: TrackerRules, out: Sink<AnnounceEffect>): void {
    this.#httpJob = this.#nextJob();
    this.deadline = Infinity;
    out.push({
      type: 'http',
      job: this.#httpJob,
      request: {
        method: 'GET',
        url,
        range: null,
        localPath: SCRAPE_PATH,
        restraints,
        bytesMax: replyBytesMax,
        timeMax: httpTimeMax,
      },
    });
  }

  #settle(now: Millis, out: Sink<AnnounceEffect>): void {
    if (this.#udp === null) return;
    const { outcome, deadline } = this.#udp;
    if (outcome === null) this.deadline = deadline;
    else {
      this.#udp = null;
      this.#conclude(outcome, now, out);
    }
  }

  #conclude(
    outcome: ScrapeAnswered | TrackerFailure,
    now: Millis,
    out: Sink<AnnounceEffect>,
  ): void {
    const tracker = this.#round[0]!;
    const url = tracker.url.text;
    if (outcome.type === 'failed') {
      this.#failure = { type: 'scrape-failed', url, reason: outcome.reason };
      this.#round.shift();
      this.#ask(now, out);
      return;
    }
    this.#tiers.promote(tracker);
    this.#report({ url, ...outcome }, now);
  }

  #report(report: ScrapeReport, now: Millis): void {
    this.#round = [];
    this.#last = report;
    this.#freshUntil = now + (report.type === 'scraped' ? scrapeFreshTime : retryMin);
    this.deadline = Infinity;
    this.#reports.push(report);
  }
}
