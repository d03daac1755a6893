/**
 * The answers to the scrapes of one torrent, and who waits for the next one.
 */
import { scrapeError } from './tell-fact.ts';
import type { Scraped, ScrapeFailed, TorrentFact } from './torrent-events.ts';
import type { Waiters } from './waiters.ts';

export class Scrapes {
  readonly #waiters: Waiters;
  #last: Scraped | ScrapeFailed | null = null;
  #count = 0;

  constructor(waiters: Waiters) {
    this.#waiters = waiters;
  }

  hear(event: TorrentFact): void {
    if (event.type !== 'scraped' && event.type !== 'scrape-failed') return;
    this.#last = event;
    this.#count++;
  }

  /** The next answer. `assertThere` throws where none can come any more. */
  async next(assertThere: () => void, signal?: AbortSignal): Promise<Scraped> {
    const before = this.#count;
    const answered = (): boolean => {
      if (this.#count === before) assertThere();
      return this.#count > before;
    };
    await this.#waiters.until(answered, signal);
    const answer = this.#last!;
    if (answer.type === 'scraped') return answer;
    throw scrapeError(answer);
  }
}
