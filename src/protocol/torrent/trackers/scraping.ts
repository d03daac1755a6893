/**
 * Connects a torrent to its `Scraper`: its jobs, its timer, its reports as events. Works in every state of the torrent,
 * stopped too, and ends with its removal.
 */
import type { Address } from '../../../core/index.ts';
import { Scraper } from '../../tracker/scraper.ts';
import type { ScrapeReport } from '../../tracker/scraper.ts';
import type { Holdings } from '../context.ts';
import type { TorrentTrackers } from './torrent-trackers.ts';
import type { JobAnswer } from '../../session/turn.ts';

export class Scraping {
  readonly #holdings: Holdings;
  readonly #trackers: TorrentTrackers;
  /** Made by the first scrape. */
  #scraper: Scraper | null = null;
  #timer = 0;

  constructor(holdings: Holdings, trackers: TorrentTrackers) {
    this.#holdings = holdings;
    this.#trackers = trackers;
  }

  /** The next scrape asks others. */
  trackersChanged(): void {
    this.#scraper?.replace(this.#trackers.tiers);
  }

  scrape(): void {
    const { now, out } = this.#holdings.session.turn;
    this.#scraper ??= this.#make();
    this.#scraper.scrape(now, out);
    this.#arm();
  }

  /** The torrent is removed: an answer that still comes means nothing. */
  stop(): void {
    this.#scraper?.stop();
    this.#arm();
  }

  /** Its timer fired. */
  due(): void {
    const { now, out } = this.#holdings.session.turn;
    this.#timer = 0;
    this.#scraper?.timeout(now, out);
    this.#arm();
  }

  /** Returns whether the datagram was the answer to a scrape of this torrent. */
  datagram(address: Address, data: Uint8Array): boolean {
    const { now, out } = this.#holdings.session.turn;
    const taken = this.#scraper?.datagram(address, data, now, out) ?? false;
    if (taken) this.#arm();
    return taken;
  }

  #make(): Scraper {
    const { id: torrent, metainfo, session } = this.#holdings;
    const { turn } = session;
    const owner = { jobDone: (answer: JobAnswer): void => this.#answered(answer) };
    const random = session.random.fork(`torrent ${torrent} scraper`);
    const reports = {
      push: (report: ScrapeReport): void => turn.notify({ torrent, ...report }),
    };
    return new Scraper(
      this.#trackers.tiers,
      metainfo.infoHash,
      () => turn.newJob(owner),
      random,
      reports,
      () => this.#trackers.rules,
    );
  }

  #answered(answer: JobAnswer): void {
    if (answer.type !== 'http-done' && answer.type !== 'resolve-done') return;
    const { now, out } = this.#holdings.session.turn;
    this.#scraper?.jobDone(answer, now, out);
    this.#arm();
  }

  #arm(): void {
    const { timers } = this.#holdings.session.turn;
    const at = this.#scraper?.deadline ?? Infinity;
    timers.cancel(this.#timer);
    this.#timer = at === Infinity ? 0 : timers.set('scrape', this.#holdings.id, at);
  }
}
