/** What trackers answered to a torrent's scrapes: the last answer, and how many came. */
import { scrapeError } from './tell-fact.ts';
import type { Scraped, ScrapeFailed } from './torrent-events.ts';

export class ScrapeAnswers {
  count = 0;
  #last: Scraped | ScrapeFailed | null = null;

  note(answer: Scraped | ScrapeFailed): void {
    this.#last = answer;
    this.count++;
  }

  /** The last answer; throws where it was that no tracker can tell. There must be one. */
  result(): Scraped {
    const answer = this.#last!;
    if (answer.type === 'scraped') return answer;
    throw scrapeError(answer);
  }
}
