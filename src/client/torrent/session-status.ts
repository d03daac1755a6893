/**
 * The figures of one torrent, read from the machine's own object at the moment they are asked for.
 */
import type { Millis } from '../../core/index.ts';
import type { PeerView, Session, TorrentState, TorrentTimes } from '../../protocol/index.ts';
import type { TorrentStatus } from '../engine.ts';

type MachineTorrent = NonNullable<ReturnType<Session['torrent']>>;

export class SessionStatus implements TorrentStatus {
  readonly #torrent: MachineTorrent;

  constructor(torrent: MachineTorrent) {
    this.#torrent = torrent;
  }

  get state(): TorrentState {
    return this.#torrent.state;
  }
  get verifiedCount(): number {
    return this.#torrent.view.verifiedCount;
  }
  get downloaded(): number {
    return this.#torrent.downloaded;
  }
  get uploaded(): number {
    return this.#torrent.uploaded;
  }
  get overhead(): { readonly received: number; readonly sent: number } {
    const { received, sent } = this.#torrent.overhead;
    return { received, sent };
  }
  get left(): number {
    return this.#torrent.left;
  }
  get wantedLeft(): number {
    return this.#torrent.wantedLeft;
  }
  get peers(): readonly PeerView[] {
    return this.#torrent.peers;
  }
  get availability(): number {
    return this.#torrent.availability.distributedCopies();
  }
  get seeds(): number {
    return this.#torrent.availability.seeds;
  }
  has(piece: number): boolean {
    return this.#torrent.view.has(piece);
  }
  times(now: Millis): TorrentTimes {
    return this.#torrent.clocks.read(now);
  }
  get lastReceivedAt(): Millis | null {
    return this.#torrent.clocks.lastReceivedAt;
  }
  get lastSentAt(): Millis | null {
    return this.#torrent.clocks.lastSentAt;
  }
  downloadRate(now: Millis): number {
    return this.peers.reduce((sum, peer) => sum + peer.downloadRate(now), 0);
  }
  uploadRate(now: Millis): number {
    return this.peers.reduce((sum, peer) => sum + peer.uploadRate(now), 0);
  }
}
