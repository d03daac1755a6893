/**
 * What can be read off a torrent: names, sizes, live figures. With WebTorrent's names.
 *
 * Keeps no copy: every figure is asked of the machine at the moment it is read. Changes nothing.
 */
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import type { Millis } from '../../core/index.ts';
import { makeMagnet } from '../../protocol/index.ts';
import type { Metainfo, PeerView, TorrentState } from '../../protocol/index.ts';
import type { TorrentStatus } from '../engine.ts';
import type { Location } from '../data/location.ts';
import type { Selection } from './selection.ts';
import { torrentFile } from './torrent-file.ts';
import type { TorrentFile } from './torrent-file.ts';
import type { TorrentEvents } from './torrent-events.ts';

/** Which pieces are verified. */
export interface PieceMap {
  readonly length: number;
  /** How many are verified. */
  readonly count: number;
  has(piece: number): boolean;
}

export abstract class TorrentFigures extends EventEmitter<TorrentEvents> {
  readonly metainfo: Metainfo;
  /** 40 hexadecimal digits. */
  readonly infoHash: string;
  readonly name: string;
  /** Bytes of all files. */
  readonly length: number;
  /** Bytes. */
  readonly pieceLength: number;
  readonly files: readonly TorrentFile[];
  readonly pieces: PieceMap;
  protected readonly selection: Selection;
  readonly #location: Location;
  readonly #now: () => Millis;

  protected constructor(
    metainfo: Metainfo,
    location: Location,
    selection: Selection,
    now: () => Millis,
  ) {
    super();
    this.selection = selection;
    this.#location = location;
    this.#now = now;
    this.metainfo = metainfo;
    this.infoHash = Buffer.from(metainfo.infoHash).toString('hex');
    this.name = metainfo.name;
    this.length = metainfo.length;
    this.pieceLength = metainfo.pieceLength;
    const has = (piece: number): boolean => this.status()?.has(piece) ?? false;
    const files = location.files.filter((file) => !file.padding);
    const home = {
      location,
      metainfo,
      facts: {
        has,
        priority: (file: number): number => selection.priority(file),
        stream: (file: number, start: number, end: number): Readable => {
          const { offset } = files[file]!;
          return this.streamFile(file, offset + start, offset + end);
        },
      },
    };
    this.files = files.map((file, index) => torrentFile(index, file, home));
    const verified = (): number => this.status()?.verifiedCount ?? 0;
    this.pieces = {
      length: metainfo.pieceCount,
      get count(): number {
        return verified();
      },
      has,
    };
  }

  /** A link to it: info-hash, name, trackers as the torrent has them, with their passkeys (BEP 9). */
  get magnetURI(): string {
    return makeMagnet(this.metainfo);
  }
  /** Absolute: the file of a single-file torrent, the folder of any other. */
  get path(): string {
    return this.#location.content;
  }

  /** The bytes from `start` up to and without `end`, offsets in the torrent. */
  protected abstract streamFile(file: number, start: number, end: number): Readable;

  /** The machine's facts; undefined: it does not know the torrent. */
  protected abstract status(): TorrentStatus | undefined;

  /** `error` means: stopped by a fault of the store, see the `error` event; `start()` tries again. */
  get state(): TorrentState {
    return this.status()?.state ?? 'stopped';
  }
  /** Existing data is checked and it takes part in the swarm. */
  get ready(): boolean {
    return this.state === 'active';
  }
  /** Every wanted piece is verified and on disk. */
  abstract get done(): boolean;
  /** Of what is wanted, how much is verified, 0 to 1. */
  get progress(): number {
    const { wantedLength } = this;
    return wantedLength === 0 ? (this.done ? 1 : 0) : this.wantedDownloaded / wantedLength;
  }
  /** Bytes of wanted pieces: at least the bytes of wanted files. */
  get wantedLength(): number {
    return this.selection.wantedLength;
  }
  /** Verified bytes of wanted pieces. */
  get wantedDownloaded(): number {
    const left = this.status()?.wantedLeft;
    return left === undefined ? 0 : this.wantedLength - left;
  }
  /** Verified bytes, wanted or not. */
  get downloaded(): number {
    const left = this.status()?.left;
    return left === undefined ? 0 : this.length - left;
  }
  /** Payload bytes received from peers since it was added, useless ones included. */
  get received(): number {
    return this.status()?.downloaded ?? 0;
  }
  /** Payload bytes sent to peers since it was added. */
  get uploaded(): number {
    return this.status()?.uploaded ?? 0;
  }
  /** Bytes to and from peers that were no payload, since it was added. */
  get overhead(): { readonly received: number; readonly sent: number } {
    return this.status()?.overhead ?? { received: 0, sent: 0 };
  }
  /** Payload bytes per second. */
  get downloadSpeed(): number {
    return this.status()?.downloadRate(this.#now()) ?? 0;
  }
  /** Payload bytes per second. */
  get uploadSpeed(): number {
    return this.status()?.uploadRate(this.#now()) ?? 0;
  }
  /** Milliseconds in which it took part in its swarm, over all its starts; neither checks nor pauses count. */
  get activeTime(): Millis {
    return this.status()?.times(this.#now()).active ?? 0;
  }
  /** Of `activeTime`: with every wanted piece. A share goal of time counts this. */
  get finishedTime(): Millis {
    return this.status()?.times(this.#now()).finished ?? 0;
  }
  /** Of `finishedTime`: with every piece, wanted or not. */
  get seedingTime(): Millis {
    return this.status()?.times(this.#now()).seeding ?? 0;
  }
  /** Milliseconds since payload last came from a peer; null: none since it was added to this client. */
  get sinceReceived(): Millis | null {
    return this.#since(this.status()?.lastReceivedAt);
  }
  /** Milliseconds since payload last went to a peer; null: none since it was added to this client. */
  get sinceUploaded(): Millis | null {
    return this.#since(this.status()?.lastSentAt);
  }
  /** Milliseconds, at the present rate; `Infinity` while nothing arrives. */
  get timeRemaining(): number {
    if (this.done) return 0;
    const rate = this.downloadSpeed;
    return rate > 0 ? ((this.wantedLength - this.wantedDownloaded) / rate) * 1000 : Infinity;
  }
  /** Uploaded through received bytes; through the length where nothing was received. */
  get ratio(): number {
    const base = this.received > 0 ? this.received : this.length;
    return base === 0 ? 0 : this.uploaded / base;
  }
  /** Connected peers. */
  get numPeers(): number {
    return this.status()?.peers.length ?? 0;
  }
  /** Connected peers that have everything. */
  get numSeeds(): number {
    return this.status()?.seeds ?? 0;
  }
  get peers(): readonly PeerView[] {
    return this.status()?.peers ?? [];
  }
  /** Copies of the whole torrent among the connected peers, as whole copies and a fraction. */
  get availability(): number {
    return this.status()?.availability ?? 0;
  }

  #since(at: Millis | null | undefined): Millis | null {
    return at === null || at === undefined ? null : this.#now() - at;
  }
}
