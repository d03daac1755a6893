/**
 * Tracker URLs to others without host, path and passkey, which the announcer judges in the same way.
 *
 * Scheme and port stay, names become `tracker-N.example`, literal addresses are masked as all are. What the announcer
 * would refuse stays refused, for the same reason. Different URLs stay different, equal ones equal.
 */
import { httpScrapeUrl } from '../../tracker/scrape-http.ts';
import { parseTrackerUrl } from '../../tracker/tracker-url.ts';
import type { TrackerUrl, TrackerUrlFault } from '../../tracker/tracker-url.ts';
import type { AddressMask } from './address-mask.ts';
import type { WordMask } from './word-mask.ts';

/** One URL for every reason to refuse one, made different by a number. */
const REFUSED: Readonly<Record<TrackerUrlFault, (n: number) => string>> = {
  'url-too-long': (n) => `http://tracker.example/${n}/${'x'.repeat(2048)}`,
  'url-malformed': (n) => `malformed url ${n}`,
  'url-scheme': (n) => `scheme-${n}://tracker.example/announce`,
  'url-credentials': (n) => `http://user:word@tracker-${n}.example/announce`,
  'url-host': (n) => `http://bad..host-${n}/announce`,
  'url-port': (n) => `udp://tracker-${n}.example/announce`,
  'url-reserved-parameter': (n) => `http://tracker-${n}.example/announce?port=${n}`,
  'url-loopback-path': (n) => `http://localhost/path-${n}`,
  'url-private-path': (n) => `http://10.0.0.1/path-${n}`,
  'url-forbidden-address': (n) => `http://169.254.0.1/path-${n}`,
};

export class UrlMask {
  readonly #addresses: AddressMask;
  readonly #words: WordMask;
  readonly #known = new Map<string, string>();

  constructor(addresses: AddressMask, words: WordMask) {
    this.#addresses = addresses;
    this.#words = words;
  }

  tiers(tiers: readonly (readonly string[])[]): readonly (readonly string[])[] {
    return tiers.map((tier) => tier.map((url) => this.url(url)));
  }

  url(text: string): string {
    const url = parseTrackerUrl(text);
    const key = typeof url === 'string' ? text : url.text;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const n = this.#known.size + 1;
    const masked = typeof url === 'string' ? REFUSED[url](n) : this.#usable(url, n);
    this.#known.set(key, masked);
    return masked;
  }

  #usable(url: TrackerUrl, n: number): string {
    // The port as it was written, or not written, is a part of the text that is compared.
    const port = /:\d+$/.exec(url.text.slice(url.scheme.length + 3).split('/', 1)[0]!)?.[0] ?? '';
    // A tracker that cannot be scraped stays one.
    const path = httpScrapeUrl(url, new Uint8Array(0)) === null ? 'tracker' : 'announce';
    return `${url.scheme}://${this.#host(url)}${port}/${path}?n=${n}`;
  }

  #host({ host, literal }: TrackerUrl): string {
    if (literal) {
      const masked = this.#addresses.host(host);
      return masked.includes(':') ? `[${masked}]` : masked;
    }
    const word = this.#words.word('tracker', host);
    // A name that stands for this host is asked on fewer paths than others.
    return /(?:^|\.)localhost\.?$/.test(host) ? `${word}.localhost` : `${word}.example`;
  }
}
