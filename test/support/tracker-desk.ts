/** A pure tracker on a desk: one core with both fronts, asked in one line each, answers as plain values. */
import assert from 'node:assert/strict';
import type { TrackerLimits, TrackerRules } from '../../src/protocol/index.ts';
import { ConnectionIds, HttpFront, MemoryStore } from '../../src/protocol/index.ts';
import { openToAll, parseIp, TrackerCore, UdpFront } from '../../src/protocol/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { AnnounceQuery } from '../../src/protocol/tracker/announce-query.ts';
import { encodeUdpAnnounce } from '../../src/protocol/tracker/index.ts';
import { INFO_HASH, PEER_ID } from './announce-world.ts';

export interface DeskWish {
  readonly interval?: number;
  readonly jitter?: number;
  readonly seedsAtStart?: boolean;
  readonly limits?: Partial<TrackerLimits>;
  readonly rules?: Partial<TrackerRules>;
}

export class TrackerDesk {
  now = 0;
  readonly ids: ConnectionIds = new ConnectionIds(new Uint8Array(16).fill(7));
  readonly store: MemoryStore;
  readonly core: TrackerCore;
  readonly #http: HttpFront;
  readonly #udp: UdpFront;

  constructor({
    interval = 1_800_000,
    jitter = 0,
    limits = {},
    rules = {},
    ...wish
  }: DeskWish = {}) {
    this.store = new MemoryStore({ silenceMax: 2 * interval, ...limits }, createRandom(1));
    this.core = new TrackerCore(this.store, { interval, jitter, ...wish }, createRandom(2));
    this.core.rules = { ...openToAll, ...rules };
    this.#http = new HttpFront(this.core);
    this.#udp = new UdpFront(this.core, this.ids);
  }

  /** `status body`, latin-1. */
  get(target: string, host = '1.2.3.4', method = 'GET'): string {
    const { status, body } = this.reply(target, host, method);
    return `${status} ${Buffer.from(body).toString('latin1')}`;
  }

  reply(target: string, host: string, method = 'GET'): { status: number; body: Uint8Array } {
    const answers: { status: number; body: Uint8Array }[] = [];
    const ip = parseIp(host)!;
    this.#http.answer(method, target, host, ip, this.now, (answer) => answers.push(answer));
    assert.equal(answers.length, 1, 'each request is answered once');
    return answers[0]!;
  }

  /** The answer to a datagram; null: silence. */
  datagram(data: Uint8Array, host = '1.2.3.4'): Uint8Array | null {
    const answers: Uint8Array[] = [];
    this.#udp.answer(data, host, parseIp(host)!, this.now, (answer) =>
      answers.push(Uint8Array.from(answer)),
    );
    assert.ok(answers.length <= 1, 'a datagram is answered once at most');
    return answers[0] ?? null;
  }

  connection(host = '1.2.3.4', now: number = this.now): Uint8Array {
    const id = new Uint8Array(8);
    this.ids.make(parseIp(host)!, now, id, 0);
    return id;
  }

  /** A UDP announce with a good connection id. */
  announce(more: Partial<AnnounceQuery>, host = '1.2.3.4', urlData = '/'): Uint8Array | null {
    const query = { ...announceQuery, ...more };
    return this.datagram(encodeUdpAnnounce(this.connection(host), 1, query, urlData), host);
  }
}

export const announceQuery: AnnounceQuery = {
  infoHash: INFO_HASH,
  peerId: PEER_ID,
  key: 1,
  port: 6881,
  uploaded: 0,
  downloaded: 0,
  left: 1,
  event: 'started',
  peersWanted: null,
};

/** `info_hash=...`. */
export const HASH_PARAMETER: string =
  'info_hash=' + Array.from(INFO_HASH, (b) => '%' + b.toString(16).padStart(2, '0')).join('');
export const ANNOUNCE_TARGET: string =
  '/announce?' + HASH_PARAMETER + '&peer_id=-SW0001-abcdefghijkl&port=6881&left=1';
