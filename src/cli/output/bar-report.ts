/**
 * A progress bar on a terminal: share, rate, time left, peers, availability. Everything else is said above the bar.
 *
 * Invariant: the bar is stopped, and so the cursor shown again, before anything is printed that must stay, and at the
 * end, however that comes.
 */
import cliProgress from 'cli-progress';
import type { SingleBar } from 'cli-progress';
import type { CheckProgress, FetchProgress, Torrent } from '../../client/index.ts';
import type { TorrentState } from '../../protocol/index.ts';
import type { Complaint } from '../complaint.ts';
import { bytes, count, duration, percent, rateOf } from './figures.ts';
import { fetchLine, figureLine, PlainReport } from './plain-report.ts';
import { barText, coloursFor } from './terminal.ts';
import type { Colours } from './terminal.ts';
import type { Streams } from './report.ts';

export class BarReport extends PlainReport {
  override readonly interval: number = 250;
  readonly #colours: Colours;
  #bar: SingleBar | null = null;
  #text = '';

  constructor(streams: Streams) {
    super(streams);
    this.#colours = coloursFor(streams.stderr);
  }

  override fetching(progress: FetchProgress): void {
    const { received, size } = progress;
    this.#show(size === null ? 0 : received / size, fetchLine(progress));
  }
  override added(torrent: Torrent): void {
    this.#hide();
    super.added(torrent);
  }
  override state(torrent: Torrent, state: TorrentState): void {
    if (state === 'active') this.#show(torrent.progress, this.#figures(torrent));
  }
  override checked(torrent: Torrent, progress: CheckProgress): void {
    const { checked, verified } = progress;
    this.#show(checked / torrent.pieces.length, `checking, ${verified} pieces are good`);
    if (checked < torrent.pieces.length) return;
    this.#hide();
    super.checked(torrent, progress);
  }
  override progress(torrent: Torrent): void {
    if (torrent.state === 'active') this.#show(torrent.progress, this.#figures(torrent));
  }
  override serving(url: string): void {
    this.#hide();
    super.serving(url);
  }
  override warning(code: string, message: string): void {
    this.#hide();
    super.warning(code, message);
  }
  override complete(torrent: Torrent, milliseconds: number): void {
    this.#show(1, `${percent(1)}  ${bytes(torrent.wantedLength)}`);
    this.#hide();
    super.complete(torrent, milliseconds);
  }
  override failed(complaint: Complaint): void {
    this.#hide();
    this.say(this.#colours.red(complaint.line));
  }
  override stopping(): void {
    this.#hide();
    super.stopping();
  }
  override stopped(): void {
    this.#hide();
  }

  #figures(torrent: Torrent): string {
    if (torrent.done) return figureLine(torrent);
    return [
      percent(torrent.progress),
      `${bytes(torrent.wantedDownloaded)}/${bytes(torrent.wantedLength)}`,
      this.#colours.green(rateOf(torrent.downloadSpeed, torrent.limits.download)),
      `ETA ${duration(torrent.timeRemaining)}`,
      count(torrent.numPeers, 'peer', 'peers'),
      `avail ${torrent.availability.toFixed(2)}`,
    ].join('  ');
  }

  #show(share: number, text: string): void {
    this.#text = text;
    if (this.#bar === null) {
      this.#bar = new cliProgress.SingleBar({
        stream: this.streams.stderr,
        clearOnComplete: false,
        hideCursor: true,
        linewrap: false,
        fps: 10,
        format: (options, params) =>
          barText(
            cliProgress.Format.BarFormat(params.progress, options),
            this.#text,
            this.#colours,
          ),
        barsize: Math.max(10, Math.min(30, (this.streams.stderr.columns || 80) - 70)),
        barCompleteChar: '\u2588',
        barIncompleteChar: '\u2591',
      });
      this.#bar.start(10_000, 0);
    }
    this.#bar.update(Math.floor(share * 10_000));
  }

  #hide(): void {
    this.#bar?.stop();
    this.#bar = null;
  }
}
