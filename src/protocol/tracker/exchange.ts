/**
 * One announce to one tracker, over whichever transport its URL names: pushes the effects, takes the answers, ends with
 * an outcome. `outcome` is null until it is over. An HTTP announce is ended by the reactor, within the request's time.
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
import type { AnnounceEffect, AnnounceOutcome, AnnounceQuery } from './announce-query.ts';
import { unreached } from './announce-query.ts';
import { httpAnnounceUrl } from './http-query.ts';
import { decodeHttpReply } from './http-reply.ts';
import { httpTimeMax, replyBytesMax, stopTimeMax, udpSendsPerAnnounce } from './limits.ts';
import type { Tracker } from './tiers.ts';
import { refusalOf } from './tracker-rules.ts';
import type { TrackerRules } from './tracker-rules.ts';
import { UdpExchange } from './udp-exchange.ts';

/** What an announcer knows of an announce beside its query. */
export interface AnnounceManner {
  /** Asked for beside the regular announces, of which the next is due when it was. */
  readonly aside: boolean;
  /** The listening address that it leaves from; null: any. */
  readonly local: Address | null;
  /** Addresses of ours that are told (BEP 7). */
  readonly told: readonly string[];
}

export class Exchange {
  readonly tracker: Tracker;
  readonly query: AnnounceQuery;
  readonly event: AnnounceEvent;
  /** As its manner says. */
  readonly aside: boolean;
  readonly #manner: AnnounceManner;
  readonly #udp: UdpExchange | null;
  #httpJob: JobId | null = null;
  #httpOutcome: AnnounceOutcome | null = null;
  /** It may not be asked at all. */
  #refusal: AnnounceOutcome | null = null;
  #refusedAt: Millis = Infinity;
  readonly #rules: TrackerRules;

  constructor(
    tracker: Tracker,
    query: AnnounceQuery,
    manner: AnnounceManner,
    random: Random,
    rules: TrackerRules,
  ) {
    this.#rules = rules;
    this.aside = manner.aside;
    this.#manner = manner;
    this.tracker = tracker;
    this.query = query;
    this.event = query.event;
    this.#udp =
      tracker.url.scheme === 'udp'
        ? new UdpExchange(
            tracker.url,
            tracker.link,
            query,
            udpSendsPerAnnounce,
            random,
            manner.local,
            rules,
          )
        : null;
  }

  /** The job that is open. */
  get job(): JobId | null {
    return this.#udp === null ? this.#httpJob : this.#udp.job;
  }

  get deadline(): Millis {
    return Math.min(this.#refusedAt, this.#udp?.deadline ?? Infinity);
  }

  get outcome(): AnnounceOutcome | null {
    return this.#refusal ?? (this.#udp === null ? this.#httpOutcome : this.#udp.outcome);
  }

  start(nextJob: () => JobId, now: Millis, out: Sink<AnnounceEffect>): void {
    const refusal = refusalOf(this.tracker.url, this.#rules);
    if (refusal !== null) {
      this.#refusal = unreached(refusal);
      this.#refusedAt = now;
      return;
    }
    const stopping = this.event === 'stopped';
    if (this.#udp !== null) {
      this.#udp.start(stopping, nextJob, now, out);
      return;
    }
    this.#httpJob = nextJob();
    const { local, told } = this.#manner;
    out.push({
      type: 'http',
      job: this.#httpJob,
      request: {
        method: 'GET',
        url: httpAnnounceUrl(this.tracker.url, this.query, this.tracker.trackerId, told),
        range: null,
        localPath: '/announce',
        ...(local === null ? {} : { localAddress: local.host }),
        restraints: this.#rules.restraints,
        bytesMax: replyBytesMax,
        timeMax: stopping ? stopTimeMax : httpTimeMax,
      },
    });
  }

  /** The answer of `job`. */
  jobDone(input: HttpInput | ResolveInput, now: Millis, out: Sink<AnnounceEffect>): void {
    if (input.type === 'http-done') {
      this.#httpJob = null;
      this.#httpOutcome = decodeHttpReply(input);
    } else {
      this.#udp?.resolved(input, now, out);
    }
  }

  /** True where the datagram was this exchange's. */
  datagram(from: Address, data: Uint8Array, now: Millis, out: Sink<AnnounceEffect>): boolean {
    return this.#udp?.datagram(from, data, now, out) ?? false;
  }

  timeout(now: Millis, out: Sink<AnnounceEffect>): void {
    this.#udp?.timeout(now, out);
  }
}
