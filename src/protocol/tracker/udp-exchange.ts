/**
 * One announce over UDP (BEP 15): what is asked and what the answer means. How it is asked is `UdpQuestion`'s.
 */
import type { Address, Random } from '../../core/index.ts';
import type { AnnounceAnswered, AnnounceQuery, TrackerFailure } from './announce-query.ts';
import { unreached } from './announce-query.ts';
import { decodeCompactPeers } from './compact-peers.ts';
import { clampInterval } from './interval.ts';
import { intervalMin, peersPerReplyMax } from './limits.ts';
import { freely } from './tracker-rules.ts';
import type { TrackerRules } from './tracker-rules.ts';
import type { TrackerUrl } from './tracker-url.ts';
import { UdpQuestion } from './udp-question.ts';
import type { UdpLink } from './udp-question.ts';
import type { UdpReply } from './udp-reply.ts';
import { encodeUdpAnnounce } from './udp-request.ts';

export class UdpExchange extends UdpQuestion<AnnounceAnswered> {
  protected readonly action = 'announce';
  readonly #query: AnnounceQuery;

  constructor(
    url: TrackerUrl,
    link: UdpLink,
    query: AnnounceQuery,
    sendsMax: number,
    random: Random,
    local: Address | null = null,
    rules: TrackerRules = freely,
  ) {
    super(url, link, sendsMax, random, local, rules);
    this.#query = query;
  }

  protected encode(connection: Uint8Array, transaction: number): Uint8Array {
    return encodeUdpAnnounce(connection, transaction, this.#query, this.url.target);
  }

  protected read(reply: UdpReply, from: Address): AnnounceAnswered | TrackerFailure {
    if (reply.type !== 'announce') return unreached('the reply is no announce');
    const addresses: Address[] = [];
    const family = from.host.includes(':') ? 'v6' : 'v4';
    if (decodeCompactPeers(reply.peers, family, peersPerReplyMax, addresses) !== null) {
      return unreached('the peer list is cut short');
    }
    return {
      type: 'answered',
      interval: clampInterval(reply.interval),
      minInterval: intervalMin,
      seeds: reply.seeds,
      leeches: reply.leeches,
      addresses,
      warning: null,
      trackerId: null,
      externalIp: null,
    };
  }
}
