/** Scrapes by the client: BEP 48 URLs and answers, BEP 15, one report per scrape, bounds (S-40 to S-42). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import type { HttpFault, HttpInput, Millis } from '../../../src/core/index.ts';
import type { BencodeInput } from '../../../src/protocol/bencode/encode.ts';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import type { AnnounceEffect } from '../../../src/protocol/tracker/announce-query.ts';
import { encodeHttpScrape } from '../../../src/protocol/tracker/server/http-answer.ts';
import { retryMin, scrapeFreshTime } from '../../../src/protocol/tracker/limits.ts';
import { decodeHttpScrape, httpScrapeUrl } from '../../../src/protocol/tracker/scrape-http.ts';
import type { ScrapeReport } from '../../../src/protocol/tracker/scraper.ts';
import { Scraper } from '../../../src/protocol/tracker/scraper.ts';
import { parseTrackerUrl } from '../../../src/protocol/tracker/tracker-url.ts';
import { encodeUdpReply } from '../../../src/protocol/tracker/udp-reply.ts';
import { decodeUdpRequest } from '../../../src/protocol/tracker/udp-request.ts';
import { INFO_HASH } from '../../support/announce-world.ts';

const COUNTS = { seeds: 3, completed: 17, leeches: 5 };
const BODY = encodeHttpScrape([INFO_HASH], [COUNTS]);

class ScrapeWorld {
  now: Millis = 5_000;
  readonly effects: AnnounceEffect[] = [];
  readonly reports: ScrapeReport[] = [];
  readonly scraper: Scraper;
  #jobs = 0;
  #seen = 0;

  constructor(tiers: readonly (readonly string[])[]) {
    const random = createRandom(1).fork('scraper');
    this.scraper = new Scraper(tiers, INFO_HASH, () => ++this.#jobs, random, this.reports);
  }

  scrape(): void {
    this.scraper.scrape(this.now, this.effects);
  }

  fresh(): readonly AnnounceEffect[] {
    const fresh = this.effects.slice(this.#seen);
    this.#seen = this.effects.length;
    return fresh;
  }

  /** The one fresh effect. */
  one<T extends AnnounceEffect['type']>(type: T): AnnounceEffect & { readonly type: T } {
    const fresh = this.fresh();
    assert.deepEqual(
      fresh.map((effect) => effect.type),
      [type],
    );
    return fresh[0]! as AnnounceEffect & { readonly type: T };
  }

  http(job: number, body: Uint8Array | null, fault: HttpFault | null = null): boolean {
    const reply = body === null ? null : { status: 200, body };
    return this.scraper.jobDone({ type: 'http-done', job, reply, fault }, this.now, this.effects);
  }

  /** Answers the one fresh datagram. */
  udp(): void {
    const effect = this.one('datagram');
    const request = decodeUdpRequest(effect.data);
    assert.ok(request !== null && request.type !== 'announce');
    const { transaction } = request;
    const reply =
      request.type === 'connect'
        ? encodeUdpReply({ type: 'connect', transaction, connection: new Uint8Array(8) })
        : encodeUdpReply({ type: 'scrape', transaction, counts: [COUNTS] });
    if (request.type === 'scrape') assert.deepEqual(request.infoHashes, [INFO_HASH]);
    assert.equal(this.scraper.datagram(effect.address, reply, this.now, this.effects), true);
  }
}

function urlOf(text: string): string | null {
  const url = parseTrackerUrl(text);
  assert.ok(typeof url !== 'string', text);
  return httpScrapeUrl(url, Uint8Array.of(0x61, 0xff));
}

describe('protocol/tracker/scraper', () => {
  it('BEP 48: `scrape` for `announce` in the last part of the path, the query kept', () => {
    const rows: [string, string | null][] = [
      ['http://t/announce', 'http://t/scrape?info_hash=a%FF'],
      ['http://t/x/announce', 'http://t/x/scrape?info_hash=a%FF'],
      ['http://t:81/announce.php?k=1', 'http://t:81/scrape.php?k=1&info_hash=a%FF'],
      ['http://t/announce/announce?k=1&', 'http://t/announce/scrape?k=1&info_hash=a%FF'],
      ['https://[2001:db8::1]/announce?', 'https://[2001:db8::1]/scrape?info_hash=a%FF'],
      ['http://t/a', null],
      ['http://t/', null],
      ['http://t/announce/x', null],
      ['http://t/xannounce', null],
      ['http://t/a?x=/announce', null],
    ];
    for (const [text, expected] of rows) assert.equal(urlOf(text), expected, text);
  });

  it('asks over HTTP and reports what the tracker counts', () => {
    const world = new ScrapeWorld([['http://t/announce']]);
    world.scrape();
    const { job, request } = world.one('http');
    assert.match(request.url, /^http:\/\/t\/scrape\?info_hash=/);
    assert.deepEqual([request.localPath, request.bytesMax], ['/scrape', 1 << 20]);
    assert.equal(world.http(job, BODY), true);
    assert.deepEqual(world.reports, [{ type: 'scraped', url: 'http://t/announce', ...COUNTS }]);
    assert.equal(world.http(job, BODY), false, 'answered once');
  });

  it('asks over UDP: connect, then scrape', () => {
    const world = new ScrapeWorld([['udp://9.9.9.9:1']]);
    world.scrape();
    world.udp();
    world.udp();
    assert.deepEqual(world.reports, [{ type: 'scraped', url: 'udp://9.9.9.9:1/', ...COUNTS }]);
    assert.equal(world.scraper.deadline, Infinity);
  });

  it('goes on to the next where one fails, and says at the end why the last one did', () => {
    const tiers = [['http://a/announce'], ['udp://b:1'], ['http://c/odd'], ['http://d/announce']];
    const world = new ScrapeWorld(tiers);
    world.scrape();
    world.http(world.one('http').job, null, 'refused');
    const { job } = world.one('resolve');
    const none = { type: 'resolve-done', job, hosts: [], fault: 'not-found' } as const;
    assert.equal(world.scraper.jobDone(none, world.now, world.effects), true);
    const last = world.one('http');
    assert.match(last.request.url, /^http:\/\/d\//);
    world.http(last.job, encode(new Map([['failure reason', 'no']])));
    assert.deepEqual(world.reports, [
      { type: 'scrape-failed', url: 'http://d/announce', reason: 'no' },
    ]);
  });

  it('a silent UDP tracker gives its turn to the next after 45 s', () => {
    const world = new ScrapeWorld([['udp://9.9.9.9:1'], ['http://d/announce']]);
    world.scrape();
    for (const expected of [20_000, 50_000]) {
      assert.equal(world.scraper.deadline, expected);
      world.now = expected;
      world.scraper.timeout(world.now, world.effects);
    }
    const types = world.fresh().map((effect) => effect.type);
    assert.deepEqual(types, ['datagram', 'datagram', 'http']);
  });

  it('scrapes asked for while one is under way share it; a fresh answer is told again', () => {
    const world = new ScrapeWorld([['http://t/announce']]);
    world.scrape();
    world.scrape();
    world.http(world.one('http').job, BODY);
    assert.equal(world.reports.length, 1);
    world.now += scrapeFreshTime - 1;
    world.scrape();
    assert.deepEqual(world.fresh(), []);
    assert.deepEqual(world.reports[1], world.reports[0]);
    world.now += 1;
    world.scrape();
    world.http(world.one('http').job, null, 'refused');
    world.now += retryMin - 1;
    world.scrape();
    assert.deepEqual(world.fresh(), []);
    world.now += 1;
    world.scrape();
    world.one('http');
  });

  it('without a tracker, or with none that can be scraped, says so at once', () => {
    const nobody = new ScrapeWorld([]);
    nobody.scrape();
    assert.deepEqual(nobody.reports, [
      { type: 'scrape-failed', url: null, reason: 'no tracker to ask' },
    ]);
    const odd = new ScrapeWorld([['http://t/odd']]);
    odd.scrape();
    assert.deepEqual(odd.reports, [
      { type: 'scrape-failed', url: 'http://t/odd', reason: 'it cannot be scraped' },
    ]);
  });

  it('stop: nothing more is said, whatever comes', () => {
    for (const url of ['http://t/announce', 'udp://9.9.9.9:1']) {
      const world = new ScrapeWorld([[url]]);
      world.scrape();
      const [asked] = world.fresh();
      world.scraper.stop();
      if (asked?.type === 'http') assert.equal(world.http(asked.job, BODY), false);
      assert.equal(world.scraper.deadline, Infinity);
      world.scraper.timeout(world.now + 1e6, world.effects);
      assert.deepEqual([world.fresh(), world.reports], [[], []]);
    }
  });

  it('S-41: no answer throws; counts are whole numbers from 0, or unknown', () => {
    const file = (fields: Record<string, BencodeInput>): HttpInput => ({
      type: 'http-done',
      job: 1,
      reply: {
        status: 200,
        body: encode(new Map([['files', new Map([[INFO_HASH, new Map(Object.entries(fields))]])]])),
      },
      fault: null,
    });
    assert.deepEqual(
      decodeHttpScrape(file({ complete: -1, incomplete: 'x', downloaded: 0 }), INFO_HASH),
      { type: 'scraped', seeds: null, leeches: null, completed: 0 },
    );
    const other = decodeHttpScrape(file({}), new Uint8Array(20));
    assert.equal(other.type, 'failed', 'another torrent');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(BODY.length), (noise, cut) => {
        for (const body of [noise, BODY.subarray(0, cut), new Uint8Array([...BODY, ...noise])]) {
          const input = { type: 'http-done', job: 1, reply: { status: 200, body }, fault: null };
          decodeHttpScrape(input as HttpInput, INFO_HASH);
        }
      }),
    );
  });
});
