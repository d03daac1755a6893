/**
 * Whatever a caller calls a torrent, to checked metainfo: files, URLs and bytes are read, magnet links asked about.
 */
import type { ReactorHTTP } from '../../core/index.ts';
import type { Metainfo, TorrentId } from '../../protocol/index.ts';
import type { Engine } from '../engine.ts';
import { MetadataFetches, withMagnet } from './metadata-fetches.ts';
import type { FetchHome } from './metadata-fetches.ts';
import { checkAddOptions, chosenBehaviors } from '../options.ts';
import type { AddOptions, ClientOptions } from '../options.ts';
import { isMagnet, loadMetainfo } from './source.ts';
import type { TorrentSource } from './source.ts';
import type { PeerConnected } from '../torrent/torrent-events.ts';

/** A torrent that may be added. */
export interface Loaded {
  readonly metainfo: Metainfo;
  /** What the machine calls it already, which holds its peers; null: nothing yet. */
  readonly id: TorrentId | null;
  /** Those peers. */
  readonly met: ReadonlyMap<number, PeerConnected>;
  /** The caller's, and what a magnet link says where the caller says nothing. */
  readonly options: AddOptions;
}

export class Sources {
  readonly #http: ReactorHTTP;
  readonly #tracker: boolean;
  readonly #anonymous: boolean;
  readonly #fetches: MetadataFetches;

  constructor(engine: Engine, options: ClientOptions, http: ReactorHTTP, home: FetchHome) {
    this.#http = http;
    this.#tracker = options.tracker ?? true;
    this.#anonymous = options.anonymous ?? false;
    this.#fetches = new MetadataFetches(engine, options.stateFolder, home);
  }

  /** Rejects where it cannot be read, or is no torrent. */
  async load(source: TorrentSource, options: AddOptions): Promise<Loaded> {
    checkAddOptions(options);
    chosenBehaviors(options); // its names are known
    if (!isMagnet(source)) {
      const metainfo = await loadMetainfo(source, this.#http, options.signal, this.#anonymous);
      return { metainfo, id: null, met: new Map(), options };
    }
    const asked = { ...options, tracker: options.tracker ?? this.#tracker };
    const fetched = await this.#fetches.fetch(String(source), asked);
    const { metainfo, id, met } = fetched;
    return { metainfo, id, met, options: withMagnet(fetched, options) };
  }

  /** No torrent was made of it. */
  callOff({ id, metainfo }: Loaded): void {
    this.#fetches.callOff(id, metainfo.infoHash);
  }

  /** What is kept of a torrent that was a magnet link is deleted. */
  async forget(infoHash: Uint8Array): Promise<void> {
    await this.#fetches.forget(infoHash);
  }
}
