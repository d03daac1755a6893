/**
 * Reads what no transfer needs and people want to see: web seeds (BEP 19), DHT nodes (BEP 5), `source`, `similar` and
 * `collections` (BEP 38). A bad entry is left out, never a reason to refuse the torrent; every list is bounded.
 */
import { copyOf } from '../../core/bytes.ts';
import type { BencodeValue } from '../bencode/decode.ts';
import { replaceUtf8, truncateUtf8 } from '../bencode/utf8.ts';
import type { MetainfoLimits } from './limits.ts';
import type { MetainfoExtras } from './types.ts';

type Dict = ReadonlyMap<string, BencodeValue>;

const WEB_SEED = /^(?:https?|ftp):\/\/[^/?#:@\s]/i;
const INFO_HASH_LENGTH = 20;

/** @param top The torrent file's dictionary. @param info Its `info`. */
export function readExtras(top: Dict, info: Dict, limits: MetainfoLimits): MetainfoExtras {
  return {
    webSeeds: readWebSeeds(top.get('url-list'), limits),
    nodes: readNodes(top.get('nodes'), limits),
    source: readText(info.get('source') ?? top.get('source'), limits),
    similar: both(top, info, 'similar', limits).flatMap((value) => {
      const bytes = value.asBytes();
      return bytes?.length === INFO_HASH_LENGTH ? [copyOf(bytes)] : [];
    }),
    collections: both(top, info, 'collections', limits).flatMap((value) => {
      return readText(value, limits) ?? [];
    }),
  };
}

/** A text for people, bounded and with U+FFFD for what is no UTF-8; null where the value is none. */
export function readText(value: BencodeValue | undefined, limits: MetainfoLimits): string | null {
  const bytes = value?.asBytes() ?? null;
  if (bytes === null) return null;
  const head = bytes.subarray(0, limits.textBytesMax * 4);
  return truncateUtf8(replaceUtf8(head), limits.textBytesMax);
}

/** A list that may stand in either dictionary (BEP 38). */
function both(top: Dict, info: Dict, key: string, limits: MetainfoLimits): readonly BencodeValue[] {
  const lists = [top, info].map((dict) => dict.get(key)?.asList(limits.trackersMax) ?? []);
  return lists.flat().slice(0, limits.trackersMax);
}

function readWebSeeds(value: BencodeValue | undefined, limits: MetainfoLimits): readonly string[] {
  const seen = new Set<string>();
  const entries = value === undefined ? [] : (value.asList(limits.trackersMax) ?? [value]);
  for (const entry of entries) {
    const bytes = entry.asBytes();
    if (bytes === null || bytes.length > limits.trackerUrlLengthMax * 4) continue;
    const url = entry.asText()?.trim() ?? '';
    if (url.length > limits.trackerUrlLengthMax || !WEB_SEED.test(url)) continue;
    if (seen.size < limits.trackersMax) seen.add(url);
  }
  return [...seen];
}

function readNodes(
  value: BencodeValue | undefined,
  limits: MetainfoLimits,
): readonly { readonly host: string; readonly port: number }[] {
  const nodes = [];
  for (const entry of value?.asList(limits.trackersMax) ?? []) {
    const [hostValue, portValue] = entry.asList(2) ?? [];
    const host = hostValue?.asText() ?? '';
    const port = portValue?.asInteger() ?? 0;
    if (host === '' || host.length > limits.trackerUrlLengthMax) continue;
    if (port > 0 && port <= 65_535 && nodes.length < limits.trackersMax) nodes.push({ host, port });
  }
  return nodes;
}
