/**
 * The URL of an announce over HTTP (BEP 3, 7, 23): the tracker's own query is kept, ours is appended, the binary
 * values percent-encoded byte for byte. The tracker sees where the request comes from: further addresses of ours, which
 * it may give to others too (BEP 7), are told only where the announcer names them.
 */
import type { AnnounceQuery } from './announce-query.ts';
import { percentEncode } from './percent.ts';
import type { TrackerUrl } from './tracker-url.ts';

/** The URL to GET. `trackerId` is what the tracker asked to be told again; `told`, literal addresses of ours. */
export function httpAnnounceUrl(
  url: TrackerUrl,
  query: AnnounceQuery,
  trackerId: Uint8Array | null,
  told: readonly string[] = [],
): string {
  const parameters = [
    'info_hash=' + percentEncode(query.infoHash),
    'peer_id=' + percentEncode(query.peerId),
    `port=${query.port}`,
    `uploaded=${query.uploaded}`,
    `downloaded=${query.downloaded}`,
    `left=${query.left}`,
    'compact=1',
    'no_peer_id=1',
  ];
  if (query.peersWanted !== null) parameters.push(`numwant=${query.peersWanted}`);
  if (query.key !== null) {
    parameters.push('key=' + (query.key >>> 0).toString(16).toUpperCase().padStart(8, '0'));
  }
  if (query.event !== 'none') parameters.push('event=' + query.event);
  if (trackerId !== null) parameters.push('trackerid=' + percentEncode(trackerId));
  for (const host of told) {
    parameters.push((host.includes(':') ? 'ipv6=' : 'ipv4=') + encodeURIComponent(host));
  }
  return url.text + separator(url.text) + parameters.join('&');
}

function separator(text: string): string {
  if (!text.includes('?')) return '?';
  return text.endsWith('?') || text.endsWith('&') ? '' : '&';
}
