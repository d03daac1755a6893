/**
 * One fact of the machine as the named events that listeners know.
 */
import type { Address } from '../../core/index.ts';
import { codedError } from '../errors.ts';
import type { CodedError } from '../errors.ts';
import { isUnspecified } from '../words/listen-words.ts';
import { trackerName, withoutSecrets } from '../words/redact.ts';
import type { ScrapeFailed, TorrentFact } from './torrent-events.ts';
import type { TorrentFigures } from './torrent-figures.ts';

/** Tells the listeners of `torrent`. @param error Why it stopped, in state `error`. */
export function tellFact(
  torrent: TorrentFigures,
  event: TorrentFact,
  error: CodedError | null,
): void {
  switch (event.type) {
    case 'state-changed':
      torrent.emit('state', event.state);
      if (event.state === 'active') torrent.emit('ready');
      if (error !== null && event.state === 'error' && torrent.listenerCount('error') > 0) {
        torrent.emit('error', error);
      }
      return;
    case 'check-progress':
      torrent.emit('checked', event);
      return;
    case 'piece-verified':
      torrent.emit('verified', event.index);
      return;
    case 'piece-failed':
      torrent.emit('failed', event.index);
      return;
    case 'complete':
      torrent.emit('done');
      return;
    case 'peer-connected':
      torrent.emit('peer', event);
      return;
    case 'peer-disconnected':
      torrent.emit('peerGone', event);
      return;
    case 'announced':
      torrent.emit('announce', event);
      if (event.warning !== null) {
        torrent.emit(
          'warning',
          codedError(
            'SWARMWRIGHT_TRACKER_WARNING',
            `${trackerName(event.url)}: ${withoutSecrets(event.warning, event.url)}`,
          ),
        );
      }
      if (event.peers === 0 && torrent.numPeers === 0) torrent.emit('noPeers', 'tracker');
      return;
    case 'announce-failed':
      torrent.emit(
        'warning',
        codedError(
          'SWARMWRIGHT_TRACKER_FAILED',
          `${trackerName(event.url)}: ${withoutSecrets(event.reason, event.url)}${over(event.local)}`,
        ),
      );
      return;
    case 'share-reached':
      torrent.emit('shared', event.goal);
      return;
    case 'scraped':
      torrent.emit('scrape', event);
      return;
    case 'peer-banned':
      torrent.emit('ban', event);
      return;
    case 'ban-expired':
      torrent.emit('unban', event.host);
      return;
    case 'scrape-failed': // told to who asked
    case 'choke-changed':
    case 'piece-begun':
    case 'saved':
    case 'metadata-progress': // told to who fetches it, before there is a torrent
    case 'metadata':
      return;
    case 'removed':
      // `close` is told by whoever knows that it is for good.
      return;
    default:
      event satisfies never;
  }
}

/** From where it was announced, where that was one of several addresses. */
function over(local: Address | undefined): string {
  if (local === undefined) return '';
  if (!isUnspecified(local.host)) return ` (from ${local.host})`;
  return local.host.includes(':') ? ' (over IPv6)' : ' (over IPv4)';
}

/** Why no tracker told what it counts. */
export function scrapeError({ url, reason }: ScrapeFailed): CodedError {
  const who = url === null ? '' : `${trackerName(url)}: `;
  const what = url === null ? reason : withoutSecrets(reason, url);
  return codedError('SWARMWRIGHT_TRACKER_FAILED', who + what);
}
