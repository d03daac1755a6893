/**
 * The answer to an announce over HTTP (BEP 3, 7, 23, 24, 31), checked and bounded: it came from a stranger (S-41).
 *
 * What every reply has in common is read in `reply-dictionary.ts`. Lists may be compact or of dictionaries, `peers6` is read as
 * well, and each family keeps at least half of `peersPerReplyMax` where both offer more. Peers whose `ip` is a name are
 * left out: nobody resolves names for a stranger. Numbers of the wrong kind are treated as absent. Never throws.
 */
import { copyOf } from '../../core/index.ts';
import type { Address, HttpInput } from '../../core/index.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import type { AnnounceOutcome } from './announce-query.ts';
import { unreached } from './announce-query.ts';
import { decodeCompactPeers } from './compact-peers.ts';
import { clampInterval } from './interval.ts';
import { canonicalIp, formatUnmapped } from './ip-text.ts';
import { intervalMin, peersPerReplyMax, replyTokensMax, trackerIdMax } from './limits.ts';
import { readReply, replyCount } from './reply-dictionary.ts';
import type { ReplyDictionary } from './reply-dictionary.ts';
import { trackerText } from './tracker-text.ts';

/** What the answer means. Nothing in it borrows the body. */
export function decodeHttpReply(input: HttpInput): AnnounceOutcome {
  const { dictionary, failure } = readReply(input);
  return dictionary === null ? failure : answer(dictionary);
}

function answer(dict: ReplyDictionary): AnnounceOutcome {
  const addresses = readPeers(dict);
  if (addresses === null) return unreached('the peer list is cut short');
  const minInterval = clampInterval(dict.get('min interval')?.asInteger() ?? null, intervalMin);
  const interval = clampInterval(dict.get('interval')?.asInteger() ?? null);
  const warning = dict.get('warning message')?.asBytes();
  const trackerId = dict.get('tracker id')?.asBytes();
  return {
    type: 'answered',
    interval: Math.max(interval, minInterval),
    minInterval,
    seeds: replyCount(dict.get('complete')),
    leeches: replyCount(dict.get('incomplete')),
    addresses,
    warning: warning ? trackerText(warning) : null,
    externalIp: readExternalIp(dict.get('external ip')),
    trackerId: trackerId && trackerId.length <= trackerIdMax ? copyOf(trackerId) : null,
  };
}

/** BEP 24: 4 or 16 bytes. */
function readExternalIp(value: BencodeValue | undefined): string | null {
  const ip = value?.asBytes();
  return ip?.length === 4 || ip?.length === 16 ? formatUnmapped(ip, 0, ip.length) : null;
}

function readPeers(dict: ReplyDictionary): Address[] | null {
  const addresses: Address[] = [];
  const peers = dict.get('peers');
  const peers6 = dict.get('peers6')?.asBytes() ?? new Uint8Array(0);
  const most = Math.max(peersPerReplyMax - Math.floor(peers6.length / 18), peersPerReplyMax / 2);
  const compact = peers?.asBytes();
  if (compact) {
    if (decodeCompactPeers(compact, 'v4', most, addresses) !== null) return null;
  } else if (peers) {
    readDictionaryPeers(peers, most, addresses);
  }
  const room = peersPerReplyMax - addresses.length;
  return decodeCompactPeers(peers6, 'v6', room, addresses) === null ? addresses : null;
}

/** BEP 3's form: a list of dictionaries with `ip` and `port`. */
function readDictionaryPeers(peers: BencodeValue, most: number, out: Address[]): void {
  for (const item of peers.asList(replyTokensMax) ?? []) {
    if (out.length >= most) return;
    const peer = item.asDict();
    const host = canonicalIp(peer?.get('ip')?.asText() ?? '');
    const port = peer?.get('port')?.asInteger() ?? 0;
    if (host !== null && port > 0 && port <= 65_535) out.push({ host, port });
  }
}
