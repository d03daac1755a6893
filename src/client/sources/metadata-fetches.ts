/**
 * From a magnet link to checked metainfo: what an earlier session kept, or what peers give (BEP 9).
 *
 * Invariant: a fetch that ends without a torrent leaves nothing in the machine; one that succeeds has its id in the
 * machine taken over by the torrent, and its peers with it. Waits as long as it takes: whoever called may give up.
 */
import { parseInfo, parseMagnet, magnetFaultText } from '../../protocol/index.ts';
import type { Magnet, Metainfo, SessionEvent, TorrentId } from '../../protocol/index.ts';
import type { Engine, EngineEnd } from '../engine.ts';
import { codedError, optionError } from '../errors.ts';
import type { PeerConnected } from '../torrent/torrent-events.ts';
import type { CodedError } from '../errors.ts';
import { lookUpPeer } from '../words/look-up-peer.ts';
import type { AddOptions } from '../options.ts';
import { trackerName, withoutSecrets } from '../words/redact.ts';
import { MetadataFile } from '../resume/metadata-file.ts';
import { abortable } from '../signal.ts';
import { readRules } from './source.ts';

/** How far the fetching of metadata is. */
export interface FetchProgress {
  /** Bytes of the metadata that are here. */
  readonly received: number;
  /** Bytes of all of it, as peers claim; null: nobody has given any yet. */
  readonly size: number | null;
  /** Peers connected, with metadata or without. */
  readonly peers: number;
}

/** A magnet that has become metainfo. */
export interface Fetched {
  readonly metainfo: Metainfo;
  readonly magnet: Magnet;
  /** Under which the machine holds its peers; null: nobody had to be asked. */
  readonly id: TorrentId | null;
  /** Who is connected, by connection. The torrent hears of their ends. */
  readonly met: ReadonlyMap<number, PeerConnected>;
}

/** Whose torrents they become. */
export interface FetchHome {
  /** Whether a torrent with this info-hash is here. */
  readonly holds: (infoHash: Uint8Array) => boolean;
  readonly warn: (warning: CodedError) => void;
  /** Throws where the client was closed. */
  readonly assertOpen: () => void;
}

interface Waiting {
  readonly met: ReadonlyMap<number, PeerConnected>;
  readonly hear: (event: SessionEvent | EngineEnd) => void;
  readonly info: Promise<Uint8Array>;
}

export class MetadataFetches {
  readonly #engine: Engine;
  readonly #stateFolder: string | undefined;
  readonly #home: FetchHome;
  readonly #underWay = new Set<string>();
  /** Those that were called off, and of which trackers are still being told. */
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(engine: Engine, stateFolder: string | undefined, home: FetchHome) {
    this.#engine = engine;
    this.#stateFolder = stateFolder;
    this.#home = home;
  }

  async fetch(link: string, options: AddOptions): Promise<Fetched> {
    const { magnet, fault } = parseMagnet(link);
    if (magnet === null) throw optionError(magnetFaultText(fault));
    const key = keyOf(magnet.infoHash);
    await abortable(this.#leaving.get(key) ?? Promise.resolve(), options.signal);
    if (this.#underWay.has(key) || this.#home.holds(magnet.infoHash)) {
      const what = `"${magnet.name ?? key}" is here already`;
      throw codedError('SWARMWRIGHT_DUPLICATE_TORRENT', what);
    }
    this.#underWay.add(key);
    try {
      return await this.#fetch(magnet, options);
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** The torrent was not made after all. */
  callOff(id: TorrentId | null, infoHash: Uint8Array): void {
    if (id === null) return;
    const key = keyOf(infoHash);
    const left = new Promise<void>((resolve) => {
      this.#engine.subscribe(id, ({ type }) => {
        if (type !== 'removed' && type !== 'engine-ended') return;
        this.#engine.unsubscribe(id);
        this.#leaving.delete(key);
        resolve();
      });
    });
    this.#leaving.set(key, left);
    this.#engine.command({ type: 'remove-torrent', torrent: id });
  }

  /** What is kept of a torrent's metadata is forgotten. */
  async forget(infoHash: Uint8Array): Promise<void> {
    await this.#fileOf(infoHash)?.remove();
  }

  async #fetch(magnet: Magnet, options: AddOptions): Promise<Fetched> {
    options.signal?.throwIfAborted();
    const file = this.#fileOf(magnet.infoHash);
    const kept = (await file?.read(magnet.infoHash)) ?? null;
    if (kept !== null) {
      return { metainfo: metainfoOf(kept, magnet), magnet, id: null, met: new Map() };
    }
    const id = this.#engine.newTorrentId();
    try {
      const { met, info: asked } = this.#ask(id, magnet, options);
      const info = await abortable(asked, options.signal);
      const metainfo = metainfoOf(info, magnet);
      await this.#keep(file, info);
      return { metainfo, magnet, id, met };
    } catch (error) {
      this.callOff(id, magnet.infoHash);
      throw error;
    }
  }

  #ask(id: TorrentId, magnet: Magnet, options: AddOptions): Waiting {
    this.#home.assertOpen(); // nobody would tell the end of what begins after it
    const waiting = this.#waiting(options);
    this.#engine.subscribe(id, waiting.hear);
    const tiers = options.tracker === false ? [] : tiersOf(magnet, options);
    const { infoHash } = magnet;
    this.#engine.command({ type: 'fetch-metadata', torrent: id, infoHash, tiers });
    for (const peer of [...(options.peers ?? []), ...magnet.peers]) {
      lookUpPeer(peer, this.#engine, options.signal).then(
        (addresses) => this.#engine.command({ type: 'add-peers', torrent: id, addresses }),
        (error: unknown) => this.#home.warn(error as CodedError),
      );
    }
    return waiting;
  }

  #waiting({ fetching }: AddOptions): Waiting {
    const met = new Map<number, PeerConnected>();
    let progress: FetchProgress = { received: 0, size: null, peers: 0 };
    const tell = (news: Partial<FetchProgress>): void => {
      progress = { ...progress, ...news };
      fetching?.(progress);
    };
    let hear: Waiting['hear'] = () => undefined;
    const info = new Promise<Uint8Array>((resolve, reject) => {
      hear = (event) => {
        switch (event.type) {
          case 'engine-ended':
            reject(event.error);
            return;
          case 'metadata':
            resolve(event.info);
            return;
          case 'metadata-progress':
            tell({ received: event.received, size: event.size });
            return;
          case 'peer-connected':
            met.set(event.conn, event);
            tell({ peers: met.size });
            return;
          case 'peer-disconnected':
            met.delete(event.conn);
            tell({ peers: met.size });
            return;
          case 'announce-failed':
            this.#home.warn(
              codedError(
                'SWARMWRIGHT_TRACKER_FAILED',
                `${trackerName(event.url)}: ${withoutSecrets(event.reason, event.url)}`,
              ),
            );
            return;
          default:
        }
      };
    });
    fetching?.(progress);
    return { hear, info, met };
  }

  /** A later session need not fetch it again; where it cannot be kept, it will. */
  async #keep(file: MetadataFile | null, info: Uint8Array): Promise<void> {
    try {
      await file?.write(info);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const text = `the metadata cannot be kept: ${what}`;
      this.#home.warn(codedError('SWARMWRIGHT_RESUME_FAILED', text, error));
    }
  }

  #fileOf(infoHash: Uint8Array): MetadataFile | null {
    return this.#stateFolder === undefined ? null : new MetadataFile(this.#stateFolder, infoHash);
  }
}

/** The options of a torrent that came from a magnet: what the link says, where the caller says nothing. */
export function withMagnet({ metainfo, magnet }: Fetched, options: AddOptions): AddOptions {
  const peers = [...(options.peers ?? []), ...magnet.peers];
  const { selected } = magnet;
  if (selected === null || options.select !== undefined || options.priorities !== undefined) {
    return { ...options, peers };
  }
  // BEP 53 counts all files of the metadata; ours are counted without padding.
  const select: number[] = [];
  let index = 0;
  for (const [place, { padding }] of metainfo.files.entries()) {
    if (padding) continue;
    if (selected.some(({ first, last }) => place >= first && place <= last)) select.push(index);
    index++;
  }
  return select.length === 0 ? { ...options, peers } : { ...options, peers, select };
}

function keyOf(infoHash: Uint8Array): string {
  return Buffer.from(infoHash).toString('hex');
}

function tiersOf(magnet: Magnet, options: AddOptions): readonly (readonly string[])[] {
  return [...magnet.tiers, ...(options.announce ?? []).map((url) => [url])];
}

function metainfoOf(info: Uint8Array, magnet: Magnet): Metainfo {
  const { metainfo, fault } = parseInfo(info, magnet.tiers, readRules());
  if (metainfo !== null) return metainfo;
  throw codedError('SWARMWRIGHT_BAD_TORRENT', `the metadata that the link names: ${fault.detail}`);
}
