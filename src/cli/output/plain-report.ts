/**
 * Short plain lines on stderr every few seconds, for pipes, logs and dumb terminals; the path of a finished download on
 * stdout. No escape codes at all.
 */
import type { CheckProgress, FetchProgress, Torrent } from '../../client/index.ts';
import type { Address } from '../../core/index.ts';
import type { TorrentState } from '../../protocol/index.ts';
import type { Complaint } from '../complaint.ts';
import { bytes, count, duration, elapsed, percent, rate, rateOf } from './figures.ts';
import { printable } from './printable.ts';
import type { Report, Streams } from './report.ts';

/** Calls of `progress` (about a second each) per line. */
const SECONDS_PER_LINE = 5;
/** How often an unchanged line is left out before it is said again. */
const REPEATS_MAX = 12;

/** All figures of a torrent in one line. */
export function figureLine(torrent: Torrent): string {
  const peers = count(torrent.numPeers, 'peer', 'peers');
  const down = rateOf(torrent.downloadSpeed, torrent.limits.download);
  const up = rateOf(torrent.uploadSpeed, torrent.limits.upload);
  if (torrent.done) {
    return `seeding: up ${up}, ${bytes(torrent.uploaded)} sent, ${peers}`;
  }
  return [
    percent(torrent.progress),
    `${bytes(torrent.wantedDownloaded)} of ${bytes(torrent.wantedLength)}`,
    `down ${down}`,
    `up ${up}`,
    `ETA ${duration(torrent.timeRemaining)}`,
    peers,
    `availability ${torrent.availability.toFixed(2)}`,
  ].join(', ');
}

/** How far the metadata is, in one line. */
export function fetchLine({ received, size, peers }: FetchProgress): string {
  const from = peers === 0 ? '' : ` from ${count(peers, 'peer', 'peers')}`;
  const far = size === null ? '' : `: ${bytes(received)} of ${bytes(size)}`;
  return `fetching metadata${from}${far}`;
}

export class PlainReport implements Report {
  readonly interval: number = 1000;
  protected readonly streams: Streams;
  #fetching = false;
  #calls = 0;
  #lastLine = '';
  #repeats = 0;
  #lastWarning = '';
  /** Said with the torrent: before that, a mistake is more likely and deserves to stand alone. */
  #where = '';

  constructor(streams: Streams) {
    this.streams = streams;
  }

  listening(addresses: readonly Address[]): void {
    const at = addresses.map(
      ({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
    );
    if (at.length > 1) this.#where = `at ${at.join(', ')}`;
    else if (at.length === 1) this.#where = `on port ${addresses[0]!.port}`;
  }
  fetching(progress: FetchProgress): void {
    if (this.#fetching) return;
    this.#fetching = true;
    this.say(fetchLine(progress));
  }
  added(torrent: Torrent): void {
    const files = count(torrent.files.length, 'file', 'files');
    const wanted = torrent.files.filter(({ priority }) => priority > 0).length;
    const selected = wanted < torrent.files.length ? `, ${wanted} selected` : '';
    this.say(`${printable(torrent.name)}: ${bytes(torrent.length)} in ${files}${selected}`);
    if (this.#where !== '') this.say(`accepting peers ${this.#where}`);
  }
  state(_torrent: Torrent, state: TorrentState): void {
    if (state === 'checking') this.say('checking what is there already');
  }
  checked(torrent: Torrent, { checked, verified }: CheckProgress): void {
    if (checked < torrent.pieces.length) return;
    if (verified > 0) this.say(`${verified} of ${torrent.pieces.length} pieces are there already`);
  }
  serving(url: string): void {
    this.say('serving the files at:');
    this.streams.stdout.write(`${url}\n`);
  }
  progress(torrent: Torrent): void {
    if (torrent.state !== 'active') return;
    if (this.#calls++ % SECONDS_PER_LINE !== 0) return;
    const line = figureLine(torrent);
    // An idle client is quiet: the same line again only once a minute.
    if (line === this.#lastLine && ++this.#repeats < REPEATS_MAX) return;
    this.#lastLine = line;
    this.#repeats = 0;
    this.say(line);
  }
  warning(_code: string, message: string): void {
    if (message === this.#lastWarning) return;
    this.#lastWarning = message;
    this.say(`warning: ${printable(message)}`);
  }
  complete(torrent: Torrent, milliseconds: number): void {
    this.say(summary(torrent, milliseconds));
    if (torrent.downloading) this.streams.stdout.write(`${printable(torrent.path)}\n`);
  }
  failed(complaint: Complaint): void {
    this.say(complaint.line);
  }
  stopping(): void {
    this.say('stopping (once more to stop at once)');
  }
  stopped(): void {
    // The last line has been said.
  }

  protected say(line: string): void {
    this.streams.stderr.write(`${line}\n`);
  }
}

/** The line at the end of a download, or at the beginning of seeding. */
function summary(torrent: Torrent, milliseconds: number): string {
  if (torrent.received === 0) return `complete: all ${bytes(torrent.wantedLength)} are there`;
  const seconds = Math.max(milliseconds, 1) / 1000;
  const speed = rate(torrent.received / seconds);
  return `complete: ${bytes(torrent.received)} in ${elapsed(milliseconds)} (${speed})`;
}
