/**
 * The tracker's HTTP front: the target of one request in, status and body out, over the core. The target is read byte for
 * byte; the peer's address is the socket's, never a parameter (S-48). It never throws and holds no socket.
 */
import type { Millis } from '../../../core/index.ts';
import { byteText } from '../../bencode/byte-text.ts';
import { encodeCompactAnswer, encodeHttpRefusal } from './http-answer.ts';
import { encodeHttpScrape, encodeListAnswer } from './http-answer.ts';
import { readHttpAnnounce } from './http-request.ts';
import { storeLostRetryMinutes } from './limits.ts';
import type { Query } from './query-string.ts';
import { parseQuery } from './query-string.ts';
import { passkeyOf, readTarget } from './request-target.ts';
import type { Asker, TrackerCore, TrackerRefusal } from './tracker-core.ts';

/** A status and the bytes that go with it; they are the receiver's to keep. */
export interface HttpAnswer {
  readonly status: 200 | 400 | 404 | 405;
  readonly body: Uint8Array;
}

export type HttpTold = (answer: HttpAnswer) => void;

const NOTHING = new Uint8Array(0);

export class HttpFront {
  readonly #core: TrackerCore;

  constructor(core: TrackerCore) {
    this.#core = core;
  }

  /** Answers `method target` of the peer at `host` (canonical; `ip` the same in bytes), exactly once. */
  answer(
    method: string,
    target: string,
    host: string,
    ip: Uint8Array,
    now: Millis,
    told: HttpTold,
  ): void {
    const { action, ...rest } = readTarget(target);
    const { http } = this.#core.counters;
    if (method !== 'GET' || action === 'other') {
      http.ignored++;
      return told({ status: method === 'GET' ? 404 : 405, body: NOTHING });
    }
    const query = parseQuery(rest.query);
    if (typeof query === 'string') {
      http.ignored++;
      // Clients show the reason of a reply, and only the number of an error.
      const status = action === 'announce' ? 200 : 400;
      return told({ status, body: encodeHttpRefusal('malformed query') });
    }
    const asker = { host, ip, passkey: passkeyOf({ action, ...rest }, query) };
    if (action === 'announce') this.#announce(query, asker, now, told);
    else this.#scrape(query, asker, now, told);
  }

  /** Refusals go with status 200: see above. */
  #announce(query: Query, asker: Asker, now: Millis, told: HttpTold): void {
    const request = readHttpAnnounce(query);
    const { http } = this.#core.counters;
    if (typeof request === 'string') {
      http.ignored++;
      return told({ status: 200, body: encodeHttpRefusal(request) });
    }
    const withIds = !request.compact && !request.withoutPeerIds;
    const wish = { families: 'both', withIds } as const;
    this.#core.announce(request.query, asker, wish, now, (answer) => {
      if (typeof answer === 'string') {
        http.refused++;
        return told({ status: 200, body: refusal(answer) });
      }
      http.announces++;
      const body = request.compact
        ? encodeCompactAnswer(answer, asker.ip)
        : encodeListAnswer(answer, asker.ip, withIds);
      told({ status: 200, body });
    });
  }

  /** BEP 48, for named torrents only: a list of everything is nobody's business (S-47). */
  #scrape(query: Query, asker: Asker, now: Millis, told: HttpTold): void {
    const { http } = this.#core.counters;
    const asked = query.get('info_hash') ?? [];
    if (asked.length === 0 || asked.some((hash) => hash.length !== 20)) {
      http.ignored++;
      return told({ status: 400, body: encodeHttpRefusal('invalid info_hash') });
    }
    const infoHashes = [...new Map(asked.map((hash) => [byteText(hash), hash])).values()];
    this.#core.scrape(infoHashes, asker, now, (counts) => {
      if (typeof counts === 'string') {
        http.refused++;
        return told({ status: 200, body: refusal(counts) });
      }
      http.scrapes++;
      told({ status: 200, body: encodeHttpScrape(infoHashes, counts) });
    });
  }
}

function refusal(reason: TrackerRefusal): Uint8Array {
  const passing = reason === 'the tracker has lost its store';
  return encodeHttpRefusal(reason, passing ? storeLostRetryMinutes : null);
}
