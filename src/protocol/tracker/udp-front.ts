/**
 * The tracker's UDP front (BEP 15): one datagram in, one or none out, over the pure swarms.
 *
 * Whoever has not shown that it receives at its address gets no more bytes than it sent: a connect is 16 for 16, and a
 * wrong connection id is met with silence (S-45). It never throws and holds no socket.
 */
import type { Millis } from '../../core/index.ts';
import { encodeUtf8 } from '../bencode/utf8.ts';
import { encodeCompactPeers } from './compact-peers.ts';
import type { Swarms } from './swarms.ts';
import { encodeUdpReply } from './udp-reply.ts';
import type { UdpReply } from './udp-reply.ts';
import { decodeUdpRequest } from './udp-request.ts';
import type { UdpRequest } from './udp-request.ts';

/** Connection ids: made for a host, and good for that host for a while. */
export interface ConnectionIdBook {
  /** 8 bytes. */
  make(host: string, now: Millis): Uint8Array;
  accepts(id: Uint8Array, host: string, now: Millis): boolean;
}

/** The answer to a datagram of the peer at `host` (canonical), or null for silence. */
export function answerUdp(
  swarms: Swarms,
  ids: ConnectionIdBook,
  data: Uint8Array,
  host: string,
  now: Millis,
): Uint8Array | null {
  const request = decodeUdpRequest(data);
  if (request === null) return null;
  const { transaction } = request;
  if (request.type === 'connect') {
    return encodeUdpReply({ type: 'connect', transaction, connection: ids.make(host, now) });
  }
  if (!ids.accepts(request.connection, host, now)) return null;
  if (request.type === 'announce') return encodeUdpReply(announce(swarms, request, host, now));
  const counts = request.infoHashes.map((hash) => swarms.scrape(hash, now));
  return encodeUdpReply({ type: 'scrape', transaction, counts });
}

function announce(
  swarms: Swarms,
  request: UdpRequest & { readonly type: 'announce' },
  host: string,
  now: Millis,
): UdpReply {
  const { transaction, query } = request;
  if (query.port === 0) return refusal(transaction, 'invalid port');
  const answer = swarms.announce(query, host, 'own', now);
  if (typeof answer === 'string') return refusal(transaction, answer);
  const addresses = answer.peers.map((peer) => peer.address);
  return {
    type: 'announce',
    transaction,
    interval: Math.floor(answer.interval / 1_000),
    leeches: answer.leeches,
    seeds: answer.seeds,
    peers: encodeCompactPeers(addresses, host.includes(':') ? 'v6' : 'v4'),
  };
}

function refusal(transaction: number, reason: string): UdpReply {
  return { type: 'error', transaction, message: encodeUtf8(reason) };
}
