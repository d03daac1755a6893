/**
 * Replies of the UDP tracker protocol (BEP 15) to bytes and back: read by the announcer, written by our own tracker.
 *
 *     connect   4 action 0, 4 transaction, 8 connection
 *     announce  4 action 1, 4 transaction, 4 interval (s), 4 leeches, 4 seeds, then compact peers: 6 bytes each over
 *               IPv4, 18 over IPv6 (BEP 7); which of both, only the family of the sender's address tells
 *     scrape    4 action 2, 4 transaction, then 12 per info-hash: seeds, completed, leeches
 *     error     4 action 3, 4 transaction, message
 *
 * Whether a reply is believed (transaction, action, source) is not decided here. Reading never throws.
 */
import { readUint32, writeUint32 } from './big-endian.ts';
import { udpAction } from './udp-request.ts';

/** A scrape's counts of one torrent. */
export interface ScrapeCounts {
  readonly seeds: number;
  /** Downloads completed since the tracker knows the torrent. */
  readonly completed: number;
  readonly leeches: number;
}

/** A reply as a client sees it. Byte fields are views into the datagram. */
export type UdpReply =
  | { readonly type: 'connect'; readonly transaction: number; readonly connection: Uint8Array }
  | {
      readonly type: 'announce';
      readonly transaction: number;
      /** Seconds, signed as BEP 15 has it. */
      readonly interval: number;
      readonly leeches: number;
      readonly seeds: number;
      /** Compact; the family is that of the tracker's address. */
      readonly peers: Uint8Array;
    }
  | {
      readonly type: 'scrape';
      readonly transaction: number;
      readonly counts: readonly ScrapeCounts[];
    }
  | { readonly type: 'error'; readonly transaction: number; readonly message: Uint8Array };

/** The transaction of what may be a reply, or null for datagrams too short to be one. */
export function udpReplyTransaction(data: Uint8Array): number | null {
  return data.length < 8 ? null : readUint32(data, 4);
}

/** The reply in a datagram, or null where it is none or is cut short. */
export function decodeUdpReply(data: Uint8Array): UdpReply | null {
  if (data.length < 8) return null;
  const transaction = readUint32(data, 4);
  switch (readUint32(data, 0)) {
    case udpAction.connect:
      if (data.length < 16) return null;
      return { type: 'connect', transaction, connection: data.subarray(8, 16) };
    case udpAction.announce:
      if (data.length < 20) return null;
      return {
        type: 'announce',
        transaction,
        interval: readUint32(data, 8) | 0,
        leeches: readUint32(data, 12),
        seeds: readUint32(data, 16),
        peers: data.subarray(20),
      };
    case udpAction.scrape:
      return { type: 'scrape', transaction, counts: decodeCounts(data) };
    case udpAction.error:
      return { type: 'error', transaction, message: data.subarray(8) };
    default:
      return null;
  }
}

function decodeCounts(data: Uint8Array): ScrapeCounts[] {
  const counts: ScrapeCounts[] = [];
  for (let at = 8; at + 12 <= data.length; at += 12) {
    counts.push({
      seeds: readUint32(data, at),
      completed: readUint32(data, at + 4),
      leeches: readUint32(data, at + 8),
    });
  }
  return counts;
}

/** The bytes of a reply. */
export function encodeUdpReply(reply: UdpReply): Uint8Array {
  switch (reply.type) {
    case 'connect': {
      const data = start(udpAction.connect, reply.transaction, 8);
      data.set(reply.connection, 8);
      return data;
    }
    case 'announce': {
      const data = start(udpAction.announce, reply.transaction, 12 + reply.peers.length);
      writeUint32(data, 8, reply.interval);
      writeUint32(data, 12, reply.leeches);
      writeUint32(data, 16, reply.seeds);
      data.set(reply.peers, 20);
      return data;
    }
    case 'scrape': {
      const data = start(udpAction.scrape, reply.transaction, 12 * reply.counts.length);
      reply.counts.forEach((count, i) => {
        writeUint32(data, 8 + 12 * i, count.seeds);
        writeUint32(data, 12 + 12 * i, count.completed);
        writeUint32(data, 16 + 12 * i, count.leeches);
      });
      return data;
    }
    case 'error': {
      const data = start(udpAction.error, reply.transaction, reply.message.length);
      data.set(reply.message, 8);
      return data;
    }
  }
}

function start(action: number, transaction: number, bodyLength: number): Uint8Array {
  const data = new Uint8Array(8 + bodyLength);
  writeUint32(data, 0, action);
  writeUint32(data, 4, transaction);
  return data;
}
