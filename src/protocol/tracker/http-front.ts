/**
 * The tracker's HTTP front: one request's path and raw query in, status and body out, over the pure swarms. The raw URL
 * is read byte for byte; the peer's address is the socket's, never a parameter or a header (S-48).
 * It never throws and holds no socket.
 */
import type { Millis } from '../../core/index.ts';
import { encodeHttpAnswer, encodeHttpRefusal, encodeHttpScrape } from './http-answer.ts';
import { parseHttpAnnounce } from './http-request.ts';
import { parseQuery } from './query-string.ts';
import type { Swarms } from './swarms.ts';
import type { ScrapeCounts } from './udp-reply.ts';

/** A status and the bytes that go with it. */
export interface HttpAnswer {
  readonly status: 200 | 400 | 404 | 405;
  readonly body: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Answers `GET url` of the peer at `host` (canonical). */
export function answerHttp(
  swarms: Swarms,
  method: string,
  url: string,
  host: string,
  now: Millis,
): HttpAnswer {
  if (method !== 'GET') return { status: 405, body: NOTHING };
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const query = at < 0 ? '' : url.slice(at + 1);
  if (path === '/announce') return { status: 200, body: announce(swarms, query, host, now) };
  if (path === '/scrape') return scrape(swarms, query, now);
  return { status: 404, body: NOTHING };
}

/** Refusals go with status 200: clients show the reason of a reply, and only the number of an error. */
function announce(swarms: Swarms, text: string, host: string, now: Millis): Uint8Array {
  const request = parseHttpAnnounce(text);
  if (typeof request === 'string') return encodeHttpRefusal(request);
  const answer = swarms.announce(request.query, host, 'both', now);
  if (typeof answer === 'string') return encodeHttpRefusal(answer);
  return encodeHttpAnswer(answer, request);
}

/** BEP 48, for named torrents only: a list of everything is nobody's business (S-47). */
function scrape(swarms: Swarms, text: string, now: Millis): HttpAnswer {
  const query = parseQuery(text);
  if (typeof query === 'string') return { status: 400, body: encodeHttpRefusal('malformed query') };
  const hashes = query.get('info_hash') ?? [];
  if (hashes.length === 0 || hashes.some((hash) => hash.length !== 20)) {
    return { status: 400, body: encodeHttpRefusal('invalid info_hash') };
  }
  const files = new Map<string, readonly [Uint8Array, ScrapeCounts]>();
  for (const hash of hashes) files.set(hash.join(), [hash, swarms.scrape(hash, now)]);
  return { status: 200, body: encodeHttpScrape([...files.values()]) };
}
