/**
 * A scrape over HTTP (BEP 48): the URL to ask at, and what the answer says of one torrent.
 */
import type { HttpInput } from '../../core/index.ts';
import { byteText } from '../bencode/byte-text.ts';
import type { TrackerFailure } from './announce-query.ts';
import { unreached } from './announce-query.ts';
import { percentEncode } from './percent.ts';
import { readReply, replyCount } from './reply-dictionary.ts';
import type { TrackerUrl } from './tracker-url.ts';

/** What a tracker counts of one torrent; null: it did not say. */
export interface ScrapeAnswered {
  readonly type: 'scraped';
  readonly seeds: number | null;
  readonly leeches: number | null;
  /** Downloads completed since the tracker knows the torrent. */
  readonly completed: number | null;
}

/** The path on which a local tracker is scraped (S-42), as it is announced to at `/announce`. */
export const SCRAPE_PATH = '/scrape';

/**
 * The URL to GET, or null where the tracker has none: by convention the last part of its path begins with `announce`,
 * and `scrape` stands in its place.
 */
export function httpScrapeUrl(url: TrackerUrl, infoHash: Uint8Array): string | null {
  const found = /^([^?]*\/)announce([^/?]*)(\?.*)?$/.exec(url.target);
  if (found === null) return null;
  const [, path = '', end = '', query = ''] = found;
  const joint = query === '' ? '?' : /[?&]$/.test(query) ? '' : '&';
  const origin = url.text.slice(0, url.text.length - url.target.length);
  return `${origin}${path}scrape${end}${query}${joint}info_hash=${percentEncode(infoHash)}`;
}

/** What the answer says of this torrent. Nothing in it borrows the body. */
export function decodeHttpScrape(
  input: HttpInput,
  infoHash: Uint8Array,
): ScrapeAnswered | TrackerFailure {
  const { dictionary, failure } = readReply(input);
  if (dictionary === null) return failure;
  const file = dictionary.get('files')?.asDict()?.get(byteText(infoHash))?.asDict() ?? null;
  if (file === null) return unreached('the scrape does not name the torrent');
  return {
    type: 'scraped',
    seeds: replyCount(file.get('complete')),
    leeches: replyCount(file.get('incomplete')),
    completed: replyCount(file.get('downloaded')),
  };
}
