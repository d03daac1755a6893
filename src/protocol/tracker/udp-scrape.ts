/**
 * One scrape of one torrent over UDP (BEP 15): what is asked and what the answer means. How it is asked is
 * `UdpQuestion`'s.
 */
import type { Random } from '../../core/index.ts';
import type { TrackerFailure } from './announce-query.ts';
import { unreached } from './announce-query.ts';
import { udpSendsPerAnnounce } from './limits.ts';
import type { ScrapeAnswered } from './scrape-http.ts';
import type { TrackerRules } from './tracker-rules.ts';
import type { TrackerUrl } from './tracker-url.ts';
import { UdpQuestion } from './udp-question.ts';
import type { UdpLink } from './udp-question.ts';
import type { UdpReply } from './udp-reply.ts';
import { encodeUdpScrape } from './udp-request.ts';

export class UdpScrape extends UdpQuestion<ScrapeAnswered> {
  protected readonly action = 'scrape';
  readonly #infoHash: Uint8Array;

  constructor(
    url: TrackerUrl,
    link: UdpLink,
    infoHash: Uint8Array,
    random: Random,
    rules: TrackerRules,
  ) {
    super(url, link, udpSendsPerAnnounce, random, null, rules);
    this.#infoHash = infoHash;
  }

  protected encode(connection: Uint8Array, transaction: number): Uint8Array {
    return encodeUdpScrape(connection, transaction, [this.#infoHash]);
  }

  protected read(reply: UdpReply): ScrapeAnswered | TrackerFailure {
    const counts = reply.type === 'scrape' ? reply.counts[0] : undefined;
    if (counts === undefined) return unreached('the scrape does not name the torrent');
    return { type: 'scraped', ...counts };
  }
}
