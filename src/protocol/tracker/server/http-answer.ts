/**
 * What our tracker says over HTTP, bencoded: answers in compact form (BEP 23, 7) or as dictionaries (BEP 3), with the
 * asker's own address (BEP 24), refusals (BEP 31), and scrapes (BEP 48).
 *
 * The compact answer, which nearly everybody asks for, is written straight into its bytes; keys stand in byte order.
 */
import type { BencodeInput } from '../../bencode/encode.ts';
import { encode } from '../../bencode/encode.ts';
import type { Family } from '../compact-peers.ts';
import { compactStride } from '../compact-peers.ts';
import { formatIp } from '../ip-text.ts';
import type { ScrapeCounts } from '../udp-reply.ts';
import { PEER_ID_LENGTH } from './peer-pages.ts';
import type { PackedPeers } from './peer-store.ts';
import type { TrackerAnswer } from './tracker-core.ts';

/** The compact form. */
export function encodeCompactAnswer(answer: TrackerAnswer, ip: Uint8Array): Uint8Array {
  const { swarm } = answer;
  const v4 = swarm.v4.endpoints;
  const v6 = swarm.v6.endpoints;
  const [before, between] = heads(answer, ip);
  const peers = `5:peers${v4.length}:`;
  const peers6 = v6.length === 0 ? '' : `6:peers6${v6.length}:`;
  const length = before.length + ip.length + between.length + peers.length + peers6.length + 1;
  const body = new Uint8Array(length + v4.length + v6.length);
  let at = write(body, 0, before);
  body.set(ip, at);
  at = write(body, at + ip.length, between + peers);
  body.set(v4, at);
  at = write(body, at + v4.length, peers6);
  body.set(v6, at);
  body[at + v6.length] = 0x65;
  return body;
}

/** Everything before `peers`: up to the bytes of the asker's address, and from there on. */
function heads({ interval, minInterval, swarm }: TrackerAnswer, ip: Uint8Array): [string, string] {
  const { seeds, completed, leeches } = swarm;
  return [
    `d8:completei${seeds}e10:downloadedi${completed}e11:external ip${ip.length}:`,
    `10:incompletei${leeches}e8:intervali${interval / 1_000}e12:min intervali${minInterval / 1_000}e`,
  ];
}

/** A list of dictionaries. */
export function encodeListAnswer(
  { interval, minInterval, swarm }: TrackerAnswer,
  ip: Uint8Array,
  withIds: boolean,
): Uint8Array {
  const peers: Map<string, BencodeInput>[] = [];
  addPeers(swarm.v4, 'v4', withIds, peers);
  addPeers(swarm.v6, 'v6', withIds, peers);
  const dict = new Map<string, BencodeInput>([
    ['complete', swarm.seeds],
    ['downloaded', swarm.completed],
    ['external ip', ip],
    ['incomplete', swarm.leeches],
    ['interval', interval / 1_000],
    ['min interval', minInterval / 1_000],
    ['peers', peers],
  ]);
  return encode(dict);
}

function addPeers(
  { endpoints, ids }: PackedPeers,
  family: Family,
  withIds: boolean,
  out: Map<string, BencodeInput>[],
): void {
  const stride = compactStride(family);
  for (let i = 0; i * stride < endpoints.length; i++) {
    const end = (i + 1) * stride;
    const peer = new Map<string, BencodeInput>([
      ['ip', formatIp(endpoints, i * stride, stride - 2)],
      ['port', (endpoints[end - 2]! << 8) | endpoints[end - 1]!],
    ]);
    if (withIds) {
      peer.set('peer id', ids.subarray(i * PEER_ID_LENGTH, (i + 1) * PEER_ID_LENGTH));
    }
    out.push(peer);
  }
}

/** The body of a refusal; `retryMinutes` where asking again will help (BEP 31). */
export function encodeHttpRefusal(reason: string, retryMinutes: number | null = null): Uint8Array {
  const dict = new Map<string, BencodeInput>([['failure reason', reason]]);
  if (retryMinutes !== null) dict.set('retry in', retryMinutes);
  return encode(dict);
}

/** The body of a scrape's answer, by info-hash. */
export function encodeHttpScrape(
  infoHashes: readonly Uint8Array[],
  counts: readonly ScrapeCounts[],
): Uint8Array {
  const dict = new Map<Uint8Array, BencodeInput>();
  infoHashes.forEach((infoHash, i) => {
    const { seeds, completed, leeches } = counts[i]!;
    const file = new Map<string, BencodeInput>([
      ['complete', seeds],
      ['downloaded', completed],
      ['incomplete', leeches],
    ]);
    dict.set(infoHash, file);
  });
  return encode(new Map([['files', dict]]));
}

/** Writes ASCII; returns the place after it. */
function write(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}
