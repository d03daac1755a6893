/**
 * The tracker's UDP front (BEP 15, 41): one datagram in, one or none out, over the core.
 *
 * Whoever has not shown that it receives at its address gets no more bytes than it sent: a connect is 16 for 16 or more, and
 * a wrong connection id is met with silence (S-45). Peers of the asker's own family only (BEP 7). It never throws and
 * holds no socket.
 */
import type { Millis } from '../../../core/index.ts';
import { encodeUtf8 } from '../../bencode/utf8.ts';
import { writeUint32 } from '../big-endian.ts';
import { peersPerReplyMax } from '../limits.ts';
import { encodeUdpReply } from '../udp-reply.ts';
import { decodeUdpRequest, udpAction } from '../udp-request.ts';
import type { UdpRequest } from '../udp-request.ts';
import type { ConnectionIds } from './connection-ids.ts';
import { passkeyInUrlData } from './request-target.ts';
import type { AnnounceWish, Asker, TrackerAnswer, TrackerCore } from './tracker-core.ts';
import { readUrlData } from './udp-url-data.ts';

const ANNOUNCE_LENGTH = 98;
/**
 * Answers to announces lie in one piece of memory, in turn: making new memory for each costs as much as all the rest. A
 * socket that takes longer than so many answers to send one has lost it anyway.
 */
export const ANSWERS_KEPT = 512;
const ANSWER_LENGTH_MAX = 20 + 18 * peersPerReplyMax;
const WISH: AnnounceWish = { families: 'own', withIds: false };

/** Where an answer goes; it is borrowed until `ANSWERS_KEPT` more answers were given. */
export type UdpTold = (answer: Uint8Array) => void;

export class UdpFront {
  readonly #core: TrackerCore;
  readonly #ids: ConnectionIds;
  readonly #answers = new Uint8Array(ANSWERS_KEPT * ANSWER_LENGTH_MAX);
  #turn = 0;

  constructor(core: TrackerCore, ids: ConnectionIds) {
    this.#core = core;
    this.#ids = ids;
  }

  /** Answers a datagram of the peer at `host` (canonical; `ip` the same in bytes), at most once. `data` is borrowed. */
  answer(data: Uint8Array, host: string, ip: Uint8Array, now: Millis, told: UdpTold): void {
    const { counters } = this.#core;
    const request = decodeUdpRequest(data);
    if (request === null) {
      counters.udp.ignored++;
    } else if (request.type === 'connect') {
      counters.udpConnects++;
      const answer = start(udpAction.connect, request.transaction, 16);
      this.#ids.make(ip, now, answer, 8);
      told(answer);
    } else if (!this.#ids.accepts(data, 0, ip, now)) {
      counters.udp.ignored++;
    } else if (request.type === 'announce') {
      this.#announce(request, { host, ip, passkey: this.#passkey(data) }, now, told);
    } else {
      this.#scrape(request, { host, ip, passkey: null }, now, told);
    }
  }

  /** Looked for only where one is needed. */
  #passkey(data: Uint8Array): string | null {
    const needed = this.#core.rules.passkeys !== null && data.length > ANNOUNCE_LENGTH;
    return needed ? passkeyInUrlData(readUrlData(data, ANNOUNCE_LENGTH)) : null;
  }

  #announce(
    { transaction, query }: UdpRequest & { readonly type: 'announce' },
    asker: Asker,
    now: Millis,
    told: UdpTold,
  ): void {
    const { counters } = this.#core;
    this.#core.announce(query, asker, WISH, now, (answer) => {
      if (typeof answer === 'string') {
        counters.udp.refused++;
        told(refusal(transaction, answer));
        return;
      }
      counters.udp.announces++;
      told(this.#encode(transaction, answer, asker.ip.length));
    });
  }

  #encode(transaction: number, { interval, swarm }: TrackerAnswer, ipLength: number): Uint8Array {
    const { endpoints } = ipLength === 4 ? swarm.v4 : swarm.v6;
    this.#turn = (this.#turn + 1) % ANSWERS_KEPT;
    const data = this.#answers;
    const at = this.#turn * ANSWER_LENGTH_MAX;
    writeUint32(data, at, udpAction.announce);
    writeUint32(data, at + 4, transaction);
    writeUint32(data, at + 8, interval / 1_000);
    writeUint32(data, at + 12, swarm.leeches);
    writeUint32(data, at + 16, swarm.seeds);
    data.set(endpoints, at + 20);
    return data.subarray(at, at + 20 + endpoints.length);
  }

  /** BEP 15 has no place for a key in a scrape: who has an id has shown none, and is told counts only without keys. */
  #scrape(
    { transaction, infoHashes }: UdpRequest & { readonly type: 'scrape' },
    asker: Asker,
    now: Millis,
    told: UdpTold,
  ): void {
    const { counters } = this.#core;
    this.#core.scrape(infoHashes, asker, now, (counts) => {
      if (typeof counts === 'string') {
        counters.udp.refused++;
        told(refusal(transaction, counts));
        return;
      }
      counters.udp.scrapes++;
      told(encodeUdpReply({ type: 'scrape', transaction, counts }));
    });
  }
}

function refusal(transaction: number, reason: string): Uint8Array {
  return encodeUdpReply({ type: 'error', transaction, message: encodeUtf8(reason) });
}

function start(action: number, transaction: number, length: number): Uint8Array {
  const data = new Uint8Array(length);
  writeUint32(data, 0, action);
  writeUint32(data, 4, transaction);
  return data;
}
