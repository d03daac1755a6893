/**
 * Asks trackers once, each by itself and all at a time, and tells what each answered: an announce or a scrape from outside
 * of any download.
 *
 * Every tracker gets exactly one `told`; then comes `done`, the last word. A tracker that answered a `started` is told
 * `stopped` right away, so that no peer is sent to somebody who is not there. What has no answer at `timeMax` has none.
 * Redirects, names and byte caps are the reactor's; time is `now` only.
 */
import type {
  Address,
  Effect,
  Input,
  JobId,
  Machine,
  Millis,
  Random,
  Sink,
} from '../../core/index.ts';
import { unreached } from './announce-query.ts';
import type { AnnounceOutcome, AnnounceQuery, TrackerFailure } from './announce-query.ts';
import { Exchange } from './exchange.ts';
import type { AnnounceManner } from './exchange.ts';
import type { ScrapeAnswered } from './scrape-http.ts';
import { Scraper } from './scraper.ts';
import type { ScrapeReport } from './scraper.ts';
import { Tiers } from './tiers.ts';
import { freely } from './tracker-rules.ts';

export type ProbeEvent =
  | { readonly type: 'told'; readonly url: string; readonly outcome: ProbeOutcome }
  | { readonly type: 'done' };

export type ProbeOutcome = AnnounceOutcome | ScrapeAnswered;

export type ProbeInput = Input<never, { readonly type: 'begin' }>;
export type ProbeEffect = Effect<never, ProbeEvent>;

export interface ProbeOptions {
  readonly urls: readonly string[];
  /** What is asked: an announce, or (null) a scrape. */
  readonly announce: AnnounceQuery | null;
  readonly infoHash: Uint8Array;
  /** Milliseconds for everything. */
  readonly timeMax: Millis;
  readonly random: Random;
}

const manner: AnnounceManner = { aside: false, local: null, told: [] };

/** Where datagrams to IPv6 leave from: the driver's own port is one of IPv4. */
const anyIPv6: Address = { host: '::', port: 0 };

/** One tracker being asked. */
interface Asked {
  readonly url: string;
  exchange: Exchange | null;
  readonly scraper: Scraper | null;
  readonly reports: ScrapeReport[];
  told: boolean;
}

export class TrackerProbe implements Machine<ProbeInput, ProbeEffect> {
  deadline: Millis = Infinity;
  readonly #options: ProbeOptions;
  readonly #asked: Asked[] = [];
  #endAt: Millis = Infinity;
  #jobs = 0;
  #over = false;

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  step(input: ProbeInput, now: Millis, effects: Sink<ProbeEffect>): void {
    if (this.#over) return;
    const out = byFamily(effects);
    switch (input.type) {
      case 'command':
        this.#begin(now, out);
        break;
      case 'timeout':
        for (const { exchange, scraper } of this.#asked) {
          exchange?.timeout(now, out);
          scraper?.timeout(now, out);
        }
        break;
      case 'http-done':
      case 'resolve-done':
        for (const { exchange, scraper } of this.#asked) {
          if (exchange?.job === input.job) exchange.jobDone(input, now, out);
          else scraper?.jobDone(input, now, out);
        }
        break;
      case 'datagram':
        for (const { exchange, scraper } of this.#asked) {
          exchange?.datagram(input.address, input.data, now, out);
          scraper?.datagram(input.address, input.data, now, out);
        }
        break;
      default:
        return; // no connections and no stores here
    }
    this.#settle(now, out);
  }

  #begin(now: Millis, out: Sink<ProbeEffect>): void {
    const { urls, announce, infoHash, random, timeMax } = this.#options;
    this.#endAt = now + timeMax;
    const tiers = new Tiers(
      urls.map((url) => [url]),
      random,
    );
    for (const { url, fault } of tiers.refused) this.#tell(url, unreached(fault), out);
    for (const tracker of tiers.inOrder()) {
      const url = tracker.url.text;
      const reports: ScrapeReport[] = [];
      const nextJob = (): JobId => this.#jobs++;
      if (announce === null) {
        const scraper = new Scraper([[url]], infoHash, nextJob, random, reports);
        this.#asked.push({ url, exchange: null, scraper, reports, told: false });
        scraper.scrape(now, out);
      } else {
        const exchange = new Exchange(tracker, announce, manner, random, freely);
        this.#asked.push({ url, exchange, scraper: null, reports, told: false });
        exchange.start(nextJob, now, out);
      }
    }
  }

  #settle(now: Millis, out: Sink<ProbeEffect>): void {
    const late = now >= this.#endAt;
    for (const asked of this.#asked) {
      const outcome = asked.exchange?.outcome ?? outcomeOf(asked.reports[0]) ?? null;
      if (outcome !== null && !asked.told) {
        asked.told = true;
        this.#tell(asked.url, outcome, out);
        asked.exchange = this.#goodbye(asked, outcome, now, out);
      } else if (outcome !== null) asked.exchange = null;
      if (!late || asked.told) continue;
      asked.told = true;
      this.#tell(asked.url, unreached('no answer in time'), out);
    }
    const open = this.#asked.filter(({ told, exchange }) => !told || exchange !== null);
    this.#over = late || open.length === 0;
    this.deadline = this.#over ? Infinity : this.#endAt;
    for (const { exchange, scraper } of this.#over ? [] : open) {
      this.deadline = Math.min(this.deadline, exchange?.deadline ?? scraper?.deadline ?? Infinity);
    }
    if (this.#over) out.push({ type: 'notify', event: { type: 'done' } });
  }

  /** The exchange that says `stopped` to who answered `started`. */
  #goodbye(
    { exchange }: Asked,
    outcome: ProbeOutcome,
    now: Millis,
    out: Sink<ProbeEffect>,
  ): Exchange | null {
    if (exchange === null || outcome.type !== 'answered') return null;
    if (exchange.event !== 'started') return null;
    const query = { ...exchange.query, event: 'stopped' as const, peersWanted: 0 };
    const goodbye = new Exchange(exchange.tracker, query, manner, this.#options.random, freely);
    goodbye.start(() => this.#jobs++, now, out);
    return goodbye;
  }

  #tell(url: string, outcome: ProbeOutcome, out: Sink<ProbeEffect>): void {
    out.push({ type: 'notify', event: { type: 'told', url, outcome } });
  }
}

/** Datagrams leave from a port of the family of whom they go to. */
function byFamily(out: Sink<ProbeEffect>): Sink<ProbeEffect> {
  return {
    push: (effect) => {
      const v6 = effect.type === 'datagram' && effect.address.host.includes(':');
      out.push(v6 ? { ...effect, local: anyIPv6 } : effect);
    },
  };
}

function outcomeOf(report: ScrapeReport | undefined): ScrapeAnswered | TrackerFailure | null {
  if (report === undefined) return null;
  if (report.type === 'scrape-failed') return unreached(report.reason);
  const { type, seeds, leeches, completed } = report;
  return { type, seeds, leeches, completed };
}
