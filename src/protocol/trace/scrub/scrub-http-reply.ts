/**
 * The body of a tracker's answer over HTTP, written anew: what the announcer reads of it, masked, and nothing else.
 *
 * A body that means nothing to the announcer becomes an empty one, which means as little. A peer list that is cut short
 * stays as long and as useless; peers that are skipped in a list of dictionaries are left out.
 */
import type { BencodeInput } from '../../bencode/encode.ts';
import { encode } from '../../bencode/encode.ts';
import type { BencodeValue } from '../../bencode/decode.ts';
import { decode } from '../../bencode/decode.ts';
import { canonicalIp } from '../../tracker/ip-text.ts';
import { compactStride } from '../../tracker/compact-peers.ts';
import type { Family } from '../../tracker/compact-peers.ts';
import {
  replyBytesMax,
  replyDepthMax,
  replyTokensMax,
  trackerIdMax,
} from '../../tracker/limits.ts';
import { trackerText } from '../../tracker/tracker-text.ts';
import type { Masks } from './masks.ts';

/** As the announcer reads replies. */
const RULES = {
  lengthMax: replyBytesMax,
  depthMax: replyDepthMax,
  tokensMax: replyTokensMax,
  keys: 'tolerant',
  trailing: 'allowed',
} as const;

const INTEGERS = ['interval', 'min interval', 'complete', 'incomplete'] as const;
const COUNTS = ['complete', 'incomplete', 'downloaded'] as const;
const TEXTS = ['failure reason', 'warning message'] as const;

export function scrubHttpReply(body: Uint8Array, masks: Masks): Uint8Array {
  const dict = body.length <= replyBytesMax ? (decode(body, RULES).value?.asDict() ?? null) : null;
  if (dict === null) return new Uint8Array(0);
  const kept = new Map<string, BencodeInput>();
  for (const key of INTEGERS) {
    const value = dict.get(key)?.asInteger() ?? null;
    if (value !== null) kept.set(key, value);
  }
  for (const key of TEXTS) {
    const value = dict.get(key)?.asBytes();
    if (value) kept.set(key, scrubText(value, masks));
  }
  const trackerId = dict.get('tracker id')?.asBytes();
  if (trackerId && trackerId.length <= trackerIdMax) {
    kept.set('tracker id', masks.ids.trackerId(trackerId));
  }
  keepRetry(dict.get('retry in'), kept);
  keepPeers(dict.get('peers'), kept, masks);
  keepFiles(dict.get('files'), kept, masks);
  const externalIp = dict.get('external ip')?.asBytes();
  if (externalIp?.length === 4 || externalIp?.length === 16) {
    kept.set('external ip', masks.addresses.bytes(externalIp));
  }
  const peers6 = dict.get('peers6')?.asBytes();
  if (peers6) kept.set('peers6', scrubPeers(peers6, 'v6', masks));
  return encode(kept);
}

/** A tracker's words, which may hold anything; what shows as nothing stays nothing. */
export function scrubText(words: Uint8Array, masks: Masks): string {
  return masks.words.word('text', trackerText(words));
}

/** A compact peer list. */
export function scrubPeers(data: Uint8Array, family: Family, masks: Masks): Uint8Array {
  const stride = compactStride(family);
  const scrubbed = new Uint8Array(data.length);
  if (data.length % stride !== 0) return scrubbed;
  for (let at = 0; at < data.length; at += stride) {
    const portAt = at + stride - 2;
    if (data[portAt] === 0 && data[portAt + 1] === 0) continue;
    scrubbed.set(masks.addresses.bytes(data.subarray(at, portAt)), at);
    scrubbed.set(data.subarray(portAt, portAt + 2), portAt);
  }
  return scrubbed;
}

function keepRetry(value: BencodeValue | undefined, kept: Map<string, BencodeInput>): void {
  const text = value?.asText() ?? null;
  const minutes = value?.asInteger() ?? Number(text ?? NaN);
  if (text === 'never') kept.set('retry in', 'never');
  else if (!Number.isNaN(minutes)) kept.set('retry in', String(minutes));
}

/** BEP 48: counts by info-hash. */
function keepFiles(
  files: BencodeValue | undefined,
  kept: Map<string, BencodeInput>,
  masks: Masks,
): void {
  const found = files?.asDict();
  if (!found) return;
  const masked = new Map<Uint8Array, BencodeInput>();
  for (const [key, value] of found) {
    const counts = value.asDict();
    if (key.length !== 20 || counts === null) continue;
    const file = new Map<string, BencodeInput>();
    for (const name of COUNTS) {
      const count = counts.get(name)?.asInteger() ?? null;
      if (count !== null) file.set(name, count);
    }
    masked.set(masks.ids.infoHash(Uint8Array.from(key, (unit) => unit.charCodeAt(0))), file);
  }
  kept.set('files', masked);
}

function keepPeers(
  peers: BencodeValue | undefined,
  kept: Map<string, BencodeInput>,
  masks: Masks,
): void {
  const compact = peers?.asBytes();
  if (compact) {
    kept.set('peers', scrubPeers(compact, 'v4', masks));
    return;
  }
  const list = peers?.asList(replyTokensMax) ?? null;
  if (list === null) return;
  const items: BencodeInput[] = [];
  for (const item of list) {
    const peer = item.asDict();
    const host = canonicalIp(peer?.get('ip')?.asText() ?? '');
    const port = peer?.get('port')?.asInteger() ?? 0;
    if (host === null || port <= 0 || port > 65_535) continue;
    items.push(
      new Map<string, BencodeInput>([
        ['ip', masks.addresses.host(host)],
        ['port', port],
      ]),
    );
  }
  kept.set('peers', items);
}
