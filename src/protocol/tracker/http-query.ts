/**
 * The URL of an announce over HTTP (BEP 3, 7, 23): the tracker's own query is kept, ours is appended, the binary
 * values percent-encoded byte for byte. Addresses are not told: the tracker sees where the request comes from.
 */
import type { AnnounceQuery } from './announce-query.ts';
import { percentEncode } from './percent.ts';
import type { TrackerUrl } from './tracker-url.ts';

/** The URL to GET. `trackerId` is what the tracker asked to be told again. */
export function httpAnnounceUrl(
  url: TrackerUrl,
  query: AnnounceQuery,
  trackerId: Uint8Array | null,
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
  return url.text + separator(url.text) + parameters.join('&');
}

function separator(text: string): string {
  if (!text.includes('?')) return '?';
  return text.endsWith('?') || text.endsWith('&') ? '' : '&';
}
