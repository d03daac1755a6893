/**
 * The answer to an announce over HTTP (BEP 3, 7, 23, 31), checked and bounded: it came from a stranger (S-41).
 *
 * Bytes pass the strict scan before anything reads them. Lists may be compact or of dictionaries, `peers6` is read as
 * well, and each family keeps at least half of `peersPerReplyMax` where both offer more. Peers whose `ip` is a name are
 * left out: nobody resolves names for a stranger. Numbers of the wrong kind are treated as absent. Never throws.
 */
import { copyOf } from '../../core/index.ts';
import type { Address, HttpFault, HttpInput, Millis } from '../../core/index.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import { decode } from '../bencode/decode.ts';
import type { ScanRules } from '../bencode/scan.ts';
import type { AnnounceOutcome } from './announce-query.ts';
import { unreached } from './announce-query.ts';
import { decodeCompactPeers } from './compact-peers.ts';
import { clampInterval } from './interval.ts';
import { canonicalIp } from './ip-text.ts';
import { intervalMax, intervalMin, peersPerReplyMax, replyBytesMax } from './limits.ts';
import { replyDepthMax, replyTokensMax, trackerIdMax } from './limits.ts';
import { trackerText } from './tracker-text.ts';

type Dict = ReadonlyMap<string, BencodeValue>;

/** Bytes after the dictionary are let pass: scripts that end their output with a line feed are common. */
const RULES: ScanRules = {
  lengthMax: replyBytesMax,
  depthMax: replyDepthMax,
  tokensMax: replyTokensMax,
  keys: 'tolerant',
  trailing: 'allowed',
};

const FAULTS: Readonly<Record<HttpFault, string>> = {
  refused: 'connection refused',
  unresolved: 'host name not resolved',
  'timed-out': 'no answer in time',
  'too-large': 'the reply is too large',
  'bad-reply': 'the reply is no HTTP',
  cancelled: 'cancelled',
};

/** What the answer means. Nothing in it borrows the body. */
export function decodeHttpReply(input: HttpInput): AnnounceOutcome {
  const { reply } = input;
  if (reply === null) return unreached(FAULTS[input.fault ?? 'bad-reply']);
  const ok = reply.status >= 200 && reply.status < 300;
  const dict =
    reply.body.length <= replyBytesMax ? (decode(reply.body, RULES).value?.asDict() ?? null) : null;
  // Many trackers answer a failure with an error status and say why in the body.
  const failure = dict?.get('failure reason')?.asBytes();
  if (failure) return refusal(dict!, failure);
  if (!ok) return unreached(`HTTP status ${reply.status}`);
  if (dict === null) return unreached('the reply is not valid bencoding');
  return answer(dict);
}

function refusal(dict: Dict, reason: Uint8Array): AnnounceOutcome {
  return {
    type: 'failed',
    reason: trackerText(reason) || 'refused without a reason',
    refused: true,
    retryIn: retryIn(dict.get('retry in')),
  };
}

/** BEP 31: minutes, or `never`. Bounded as intervals are. */
function retryIn(value: BencodeValue | undefined): Millis | null {
  if (value?.asText() === 'never') return Infinity;
  const minutes = value?.asInteger() ?? Number(value?.asText() ?? NaN);
  if (!(minutes > 0)) return null;
  return Math.min(Math.max(minutes * intervalMin, intervalMin), intervalMax);
}

function answer(dict: Dict): AnnounceOutcome {
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
    seeds: count(dict.get('complete')),
    leeches: count(dict.get('incomplete')),
    addresses,
    warning: warning ? trackerText(warning) : null,
    trackerId: trackerId && trackerId.length <= trackerIdMax ? copyOf(trackerId) : null,
  };
}

function count(value: BencodeValue | undefined): number | null {
  const number = value?.asInteger() ?? null;
  return number === null || number < 0 ? null : number;
}

function readPeers(dict: Dict): Address[] | null {
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
