/**
 * Writes a magnet link (BEP 9, BEP 53) in one canonical form: topics first, then name, trackers, web seeds, peers and
 * files, everything else than unreserved characters escaped. `parseMagnet` gives what was written back.
 */
import { assert } from '../../core/assert.ts';
import { encodeUtf8 } from '../bencode/utf8.ts';
import { toHex } from '../trace/hex.ts';
import { percentEncode } from '../tracker/percent.ts';
import { fileRangesText } from './file-ranges.ts';
import type { Magnet } from './magnet.ts';

/** What a link can say; a torrent of v2 alone has no v1 hash, and others than this engine transfer it. */
export type MagnetPlan = Partial<Omit<Magnet, 'infoHash'>> & {
  readonly infoHash: Uint8Array | null;
};

/** A link that says what is given; only an info-hash must be. Tiers are told one tracker after the other. */
export function makeMagnet(magnet: MagnetPlan): string {
  const { infoHash, infoHashV2 = null, name = null, tiers = [] } = magnet;
  const { webSeeds = [], peers = [], selected = null } = magnet;
  assert((infoHash ?? infoHashV2) !== null, 'magnet: a link names a torrent');
  assert(infoHash === null || infoHash.length === 20, 'magnet: an info-hash has 20 bytes');
  assert(infoHashV2 === null || infoHashV2.length === 32, 'magnet: a v2 info-hash has 32 bytes');
  const topics = [
    ...(infoHash === null ? [] : [`xt=urn:btih:${toHex(infoHash)}`]),
    ...(infoHashV2 === null ? [] : [`xt=urn:btmh:1220${toHex(infoHashV2)}`]),
  ];
  let link = `magnet:?${topics.join('&')}`;
  const put = (key: string, value: string): void => {
    link += `&${key}=${percentEncode(encodeUtf8(value))}`;
  };
  if (name !== null) put('dn', name);
  for (const url of tiers.flat()) put('tr', url);
  for (const url of webSeeds) put('ws', url);
  for (const peer of peers) put('x.pe', peer);
  if (selected !== null) link += `&so=${fileRangesText(selected)}`;
  return link;
}
