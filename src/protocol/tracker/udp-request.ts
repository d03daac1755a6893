/**
 * Requests of the UDP tracker protocol (BEP 15) to bytes and back, with the URL data of BEP 41: written by the
 * announcer, read by our own tracker.
 *
 *     connect   8 magic, 4 action 0, 4 transaction
 *     announce  8 connection, 4 action 1, 4 transaction, 20 info-hash, 20 peer id, 8 downloaded, 8 left, 8 uploaded,
 *               4 event, 4 IP (0: the sender's), 4 key, 4 numwant (-1: default), 2 port, then options (BEP 41)
 *     scrape    8 connection, 4 action 2, 4 transaction, 20 per info-hash
 *
 * Reading never throws; what is no request is null, and a server answers it with silence.
 */
import type { AnnounceEvent } from '../session/event.ts';
import type { AnnounceQuery } from './announce-query.ts';
import { readUint16, readUint32, readUint64 } from './big-endian.ts';
import { writeUint16, writeUint32, writeUint64 } from './big-endian.ts';
import { scrapeHashesMax, udpUrlDataMax } from './limits.ts';

/** The action numbers of BEP 15. */
export const udpAction: Readonly<Record<'connect' | 'announce' | 'scrape' | 'error', number>> = {
  connect: 0,
  announce: 1,
  scrape: 2,
  error: 3,
};

const MAGIC_HIGH = 0x417;
const MAGIC_LOW = 0x27101980;
const EVENTS: readonly AnnounceEvent[] = ['none', 'completed', 'started', 'stopped'];
const ANNOUNCE_LENGTH = 98;

/** A request as a server sees it. Byte fields are views into the datagram. */
export type UdpRequest =
  | { readonly type: 'connect'; readonly transaction: number }
  | {
      readonly type: 'announce';
      readonly connection: Uint8Array;
      readonly transaction: number;
      readonly query: AnnounceQuery;
    }
  | {
      readonly type: 'scrape';
      readonly connection: Uint8Array;
      readonly transaction: number;
      readonly infoHashes: readonly Uint8Array[];
    };

/** 16 bytes. */
export function encodeUdpConnect(transaction: number): Uint8Array {
  const data = new Uint8Array(16);
  writeUint32(data, 0, MAGIC_HIGH);
  writeUint32(data, 4, MAGIC_LOW);
  writeUint32(data, 8, udpAction.connect);
  writeUint32(data, 12, transaction);
  return data;
}

/** 98 bytes, and `urlData` (path and query of the tracker's URL) as BEP 41 options where there is more than `/`. */
export function encodeUdpAnnounce(
  connection: Uint8Array,
  transaction: number,
  query: AnnounceQuery,
  urlData: string,
): Uint8Array {
  const told = urlData === '/' || urlData.length > udpUrlDataMax ? '' : urlData;
  const options = told.length + 2 * Math.ceil(told.length / 255);
  const data = new Uint8Array(ANNOUNCE_LENGTH + options);
  data.set(connection, 0);
  writeUint32(data, 8, udpAction.announce);
  writeUint32(data, 12, transaction);
  data.set(query.infoHash, 16);
  data.set(query.peerId, 36);
  writeUint64(data, 56, query.downloaded);
  writeUint64(data, 64, query.left);
  writeUint64(data, 72, query.uploaded);
  writeUint32(data, 80, EVENTS.indexOf(query.event));
  writeUint32(data, 88, query.key ?? 0);
  writeUint32(data, 92, query.peersWanted ?? -1);
  writeUint16(data, 96, query.port);
  writeUrlData(data, told);
  return data;
}

/** 16 bytes and 20 per info-hash; at most `scrapeHashesMax` of them are written. */
export function encodeUdpScrape(
  connection: Uint8Array,
  transaction: number,
  infoHashes: readonly Uint8Array[],
): Uint8Array {
  const told = infoHashes.slice(0, scrapeHashesMax);
  const data = new Uint8Array(16 + 20 * told.length);
  data.set(connection, 0);
  writeUint32(data, 8, udpAction.scrape);
  writeUint32(data, 12, transaction);
  told.forEach((infoHash, i) => data.set(infoHash, 16 + 20 * i));
  return data;
}

/** The request in a datagram, or null where it is none. Options after an announce are not looked at. */
export function decodeUdpRequest(data: Uint8Array): UdpRequest | null {
  if (data.length < 16) return null;
  const action = readUint32(data, 8);
  const transaction = readUint32(data, 12);
  if (action === udpAction.connect) {
    const magic = readUint32(data, 0) === MAGIC_HIGH && readUint32(data, 4) === MAGIC_LOW;
    return magic ? { type: 'connect', transaction } : null;
  }
  const connection = data.subarray(0, 8);
  if (action === udpAction.announce) {
    const query = decodeQuery(data);
    return query === null ? null : { type: 'announce', connection, transaction, query };
  }
  if (action !== udpAction.scrape) return null;
  const count = (data.length - 16) / 20;
  if (!Number.isInteger(count) || count < 1 || count > scrapeHashesMax) return null;
  const infoHashes: Uint8Array[] = [];
  for (let at = 16; at < data.length; at += 20) infoHashes.push(data.subarray(at, at + 20));
  return { type: 'scrape', connection, transaction, infoHashes };
}

function decodeQuery(data: Uint8Array): AnnounceQuery | null {
  if (data.length < ANNOUNCE_LENGTH) return null;
  const event = EVENTS[readUint32(data, 80)];
  if (event === undefined) return null;
  const peersWanted = readUint32(data, 92);
  return {
    infoHash: data.subarray(16, 36),
    peerId: data.subarray(36, 56),
    downloaded: readUint64(data, 56),
    left: readUint64(data, 64),
    uploaded: readUint64(data, 72),
    event,
    key: readUint32(data, 88),
    peersWanted: peersWanted > 0x7fffffff ? null : peersWanted,
    port: readUint16(data, 96),
  };
}

/** BEP 41: option 2 with a length byte, as often as it takes; joined by the reader. `text` is ASCII. */
function writeUrlData(data: Uint8Array, text: string): void {
  let at = ANNOUNCE_LENGTH;
  for (let start = 0; start < text.length; start += 255) {
    const part = text.slice(start, start + 255);
    data[at++] = 2;
    data[at++] = part.length;
    for (let i = 0; i < part.length; i++) data[at++] = part.charCodeAt(i);
  }
}
