/**
 * One JSON object per line on stdout, for programs: `{"type":"progress",...}`.
 *
 * Sizes are exact bytes, times milliseconds, rates bytes per second, shares from 0 to 1; what is unknown is null.
 * Characters that could do something to a terminal are written as escapes (row S-15). Errors go to stderr as well.
 */
import type { CheckProgress, FetchProgress, Torrent } from '../../client/index.ts';
import type { Address } from '../../core/index.ts';
import type { TorrentState } from '../../protocol/index.ts';
import type { Complaint } from '../complaint.ts';
import type { Report, Streams } from './report.ts';

/** What JSON leaves as it is and a terminal may not: DEL, C1, separators, bidirectional and invisible characters. */
const UNSAFE =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** `value` as one line of JSON without any character that acts on a terminal. */
export function jsonLine(value: object): string {
  const text = JSON.stringify(value);
  const escaped = (at: string): string => `\\u${at.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${text.replace(UNSAFE, escaped)}\n`;
}

/** The figures of a torrent as `progress` lines give them. */
export function figuresOf(torrent: Torrent): object {
  const { timeRemaining, sinceReceived, sinceUploaded } = torrent;
  return {
    infoHash: torrent.infoHash,
    state: torrent.state,
    progress: torrent.progress,
    length: torrent.length,
    downloaded: torrent.downloaded,
    wantedLength: torrent.wantedLength,
    wantedDownloaded: torrent.wantedDownloaded,
    received: torrent.received,
    uploaded: torrent.uploaded,
    downloadSpeed: Math.round(torrent.downloadSpeed),
    uploadSpeed: Math.round(torrent.uploadSpeed),
    downloadLimit: torrent.limits.download,
    uploadLimit: torrent.limits.upload,
    overheadReceived: torrent.overhead.received,
    overheadSent: torrent.overhead.sent,
    timeRemaining: Number.isFinite(timeRemaining) ? Math.round(timeRemaining) : null,
    activeTime: Math.round(torrent.activeTime),
    finishedTime: Math.round(torrent.finishedTime),
    seedingTime: Math.round(torrent.seedingTime),
    sinceReceived: sinceReceived === null ? null : Math.round(sinceReceived),
    sinceUploaded: sinceUploaded === null ? null : Math.round(sinceUploaded),
    peers: torrent.numPeers,
    seeds: torrent.numSeeds,
    availability: torrent.availability,
    verified: torrent.pieces.count,
    pieces: torrent.pieces.length,
  };
}

export class JsonReport implements Report {
  readonly interval: number = 1000;
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  listening(addresses: readonly Address[]): void {
    this.#line({ type: 'listening', port: addresses[0]?.port ?? 0, addresses });
  }
  fetching({ received, size, peers }: FetchProgress): void {
    this.#line({ type: 'metadata', received, size, peers });
  }
  added(torrent: Torrent): void {
    const { infoHash, name, length, path, pieceLength } = torrent;
    const pieces = torrent.pieces.length;
    const files = torrent.files.length;
    this.#line({ type: 'torrent', infoHash, name, length, path, pieceLength, pieces, files });
  }
  state(torrent: Torrent, state: TorrentState): void {
    this.#line({ type: 'state', infoHash: torrent.infoHash, state });
  }
  checked(torrent: Torrent, progress: CheckProgress): void {
    const { checked, verified } = progress;
    const pieces = torrent.pieces.length;
    this.#line({ type: 'checked', infoHash: torrent.infoHash, checked, verified, pieces });
  }
  serving(url: string): void {
    this.#line({ type: 'serving', url });
  }
  progress(torrent: Torrent): void {
    this.#line({ type: 'progress', ...figuresOf(torrent) });
  }
  warning(code: string, message: string): void {
    this.#line({ type: 'warning', code, message });
  }
  complete(torrent: Torrent, milliseconds: number): void {
    const { path } = torrent;
    this.#line({
      type: 'complete',
      ...figuresOf(torrent),
      path,
      milliseconds: Math.round(milliseconds),
    });
  }
  failed(complaint: Complaint): void {
    const { code, exitCode, message, line } = complaint;
    this.#line({ type: 'error', code, exitCode, message });
    this.#streams.stderr.write(`${line}\n`);
  }
  stopping(): void {
    this.#line({ type: 'stopping' });
  }
  stopped(): void {
    this.#line({ type: 'stopped' });
  }

  #line(value: object): void {
    this.#streams.stdout.write(jsonLine(value));
  }
}
