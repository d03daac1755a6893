/**
 * What our tracker says over HTTP, bencoded: answers in compact form (BEP 23, 7) or as dictionaries (BEP 3), refusals,
 * and scrapes (BEP 48).
 */
import type { BencodeInput } from '../bencode/encode.ts';
import { encode } from '../bencode/encode.ts';
import { encodeCompactPeers } from './compact-peers.ts';
import type { HttpAnnounce } from './http-request.ts';
import type { AnnounceAnswer } from './swarms.ts';
import type { ScrapeCounts } from './udp-reply.ts';

/** The body of an answer, in the form that the peer asked for. */
export function encodeHttpAnswer(answer: AnnounceAnswer, request: HttpAnnounce): Uint8Array {
  const dict = new Map<string, BencodeInput>([
    ['complete', answer.seeds],
    ['downloaded', answer.completed],
    ['incomplete', answer.leeches],
    ['interval', Math.floor(answer.interval / 1_000)],
    ['min interval', Math.floor(answer.minInterval / 1_000)],
  ]);
  if (request.compact) {
    const addresses = answer.peers.map((peer) => peer.address);
    dict.set('peers', encodeCompactPeers(addresses, 'v4'));
    const peers6 = encodeCompactPeers(addresses, 'v6');
    if (peers6.length > 0) dict.set('peers6', peers6);
  } else {
    const peers = answer.peers.map(({ address, peerId }) => {
      const peer = new Map<string, BencodeInput>([
        ['ip', address.host],
        ['port', address.port],
      ]);
      if (!request.withoutPeerIds) peer.set('peer id', peerId);
      return peer;
    });
    dict.set('peers', peers);
  }
  return encode(dict);
}

/** The body of a refusal. */
export function encodeHttpRefusal(reason: string): Uint8Array {
  return encode(new Map([['failure reason', reason]]));
}

/** The body of a scrape's answer, by info-hash. */
export function encodeHttpScrape(
  files: readonly (readonly [infoHash: Uint8Array, counts: ScrapeCounts])[],
): Uint8Array {
  const dict = new Map<Uint8Array, BencodeInput>();
  for (const [infoHash, counts] of files) {
    const file = new Map<string, BencodeInput>([
      ['complete', counts.seeds],
      ['downloaded', counts.completed],
      ['incomplete', counts.leeches],
    ]);
    dict.set(infoHash, file);
  }
  return encode(new Map([['files', dict]]));
}
