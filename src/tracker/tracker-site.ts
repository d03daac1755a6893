/**
 * What a tracker's HTTP port answers: announces and scrapes, and statistics for those who may see them.
 *
 * An address comes from the socket, except where the socket is that of a proxy which was named as trusted: then it is the
 * last one that the proxy has added (S-48).
 */
import type { HttpFront, HttpRequest } from '../protocol/index.ts';
import { isLoopback } from '../protocol/index.ts';
import type { AskerAddress } from './asker-address.ts';
import { askerAddress } from './asker-address.ts';
import type { HttpReply } from './http-connection.ts';
import type { HttpSite } from './http-server.ts';
import { metricsText } from './statistics.ts';
import type { TrackerStatistics } from './statistics.ts';

/** Who may see statistics: peers on this machine, all, or nobody. */
export type StatisticsFor = 'local' | 'all' | 'none';

export class TrackerSite implements HttpSite {
  readonly #front: HttpFront;
  readonly #proxies: ReadonlySet<string>;
  readonly #statisticsFor: StatisticsFor;
  readonly #statistics: () => TrackerStatistics;

  /** `proxies`: canonical addresses. */
  constructor(
    front: HttpFront,
    proxies: readonly string[],
    statisticsFor: StatisticsFor,
    statistics: () => TrackerStatistics,
  ) {
    this.#front = front;
    this.#proxies = new Set(proxies);
    this.#statisticsFor = statisticsFor;
    this.#statistics = statistics;
  }

  trusts({ host }: AskerAddress): boolean {
    return this.#proxies.has(host);
  }

  answer(request: HttpRequest, from: AskerAddress, told: (reply: HttpReply) => void): void {
    let asker: AskerAddress | null = from;
    if (request.forwardedFor !== null && this.trusts(from)) {
      asker = askerAddress(request.forwardedFor);
    }
    if (asker === null) return told({ status: 400, body: new Uint8Array(0) });
    const page = this.#page(request, asker);
    if (page !== null) return told(page);
    const { method, target } = request;
    this.#front.answer(method, target, asker.host, asker.ip, performance.now(), told);
  }

  #page({ method, target }: HttpRequest, { ip }: AskerAddress): HttpReply | null {
    if (method !== 'GET' || (target !== '/stats.json' && target !== '/metrics')) return null;
    const all = this.#statisticsFor === 'all';
    if (!all && (this.#statisticsFor === 'none' || !isLoopback(ip))) return null;
    const figures = this.#statistics();
    if (target === '/metrics') {
      const type = 'text/plain; version=0.0.4; charset=utf-8';
      return { status: 200, type, body: Buffer.from(metricsText(figures)) };
    }
    const body = Buffer.from(`${JSON.stringify(figures)}\n`);
    return { status: 200, type: 'application/json', body };
  }
}
