/**
 * Reads the tracker tiers of a torrent file (BEP 3 `announce`, BEP 12 `announce-list`).
 *
 * A bad entry is dropped, never a reason to refuse the torrent. What remains is http, https or udp with a host, within
 * the limits, each URL once. Whether a URL may be dialled at all is decided where it is dialled (row S-42).
 */
import type { BencodeValue } from '../bencode/decode.ts';
import type { MetainfoLimits } from './limits.ts';

type TierLimits = Pick<MetainfoLimits, 'trackersMax' | 'trackerUrlLengthMax'>;

/** A scheme we speak, and the beginning of a host. */
const BEGINNING = /^(?:https?|udp):\/\/[^/?#:@]/i;
/** Spaces, control characters, and the backslash that some programs take for a slash. */
// eslint-disable-next-line no-control-regex -- they are what it shuts out
const NOT_IN_URL = /[\s\u0000-\u001f\u007f-\u009f\\]/;

/** The tiers of `announce-list`; where it has no usable entry, `announce` alone; [] where there is neither. */
export function readTiers(
  announce: BencodeValue | undefined,
  announceList: BencodeValue | undefined,
  limits: TierLimits,
): readonly (readonly string[])[] {
  const seen = new Set<string>();
  const tiers: string[][] = [];
  for (const tier of announceList?.asList(limits.trackersMax) ?? []) {
    // A URL that stands where a tier should is a tier of its own.
    const entries = tier.asList(limits.trackersMax) ?? [tier];
    const urls = entries.flatMap((entry) => usable(entry, seen, limits));
    if (urls.length > 0) tiers.push(urls);
  }
  if (tiers.length > 0 || announce === undefined) return tiers;
  const urls = usable(announce, seen, limits);
  return urls.length > 0 ? [urls] : [];
}

/** The entry's URL, unless it is bad, seen before, or one too many. */
function usable(entry: BencodeValue, seen: Set<string>, limits: TierLimits): string[] {
  const bytes = entry.asBytes();
  // Four bytes make the longest character; more than that is too long whatever it holds.
  if (bytes === null || bytes.length > limits.trackerUrlLengthMax * 4) return [];
  const url = entry.asText()?.trim() ?? '';
  if (!isTrackerUrl(url, limits.trackerUrlLengthMax)) return [];
  if (seen.has(url) || seen.size >= limits.trackersMax) return [];
  seen.add(url);
  return [url];
}

/** Whether a text has the form of a tracker's URL; whether it may be asked is decided elsewhere. */
export function isTrackerUrl(text: string, lengthMax: number): boolean {
  return text.length <= lengthMax && BEGINNING.test(text) && !NOT_IN_URL.test(text);
}
