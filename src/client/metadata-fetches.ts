/**
 * From a magnet link to checked metainfo: what an earlier session kept, or what peers give (BEP 9).
 *
 * Invariant: a fetch that ends without a torrent leaves nothing in the machine; one that succeeds has its id in the
 * machine taken over by the torrent, and its peers with it. Waits as long as it takes: whoever called may give up.
 */
import { parseInfo, parseMagnet, magnetFaultText } from '../protocol/index.ts';
import type { Magnet, Metainfo, SessionEvent, TorrentId } from '../protocol/index.ts';
import type { Engine, EngineEnd } from './engine.ts';
import { codedError, optionError } from './errors.ts';
import type { CodedError } from './errors.ts';
import { lookUpPeer } from './look-up-peer.ts';
import type { AddOptions } from './options.ts';
import { trackerName, withoutSecrets } from './redact.ts';
import { MetadataFile } from './resume/metadata-file.ts';
import { abortable } from './signal.ts';
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
}

interface Waiting {
  readonly hear: (event: SessionEvent | EngineEnd) => void;
  readonly info: Promise<Uint8Array>;
}

export class MetadataFetches {
  readonly #engine: Engine;
  readonly #stateFolder: string | undefined;
  readonly #warn: (warning: CodedError) => void;
  readonly #underWay = new Set<string>();

  constructor(
    engine: Engine,
    stateFolder: string | undefined,
    warn: (warning: CodedError) => void,
  ) {
    this.#engine = engine;
    this.#stateFolder = stateFolder;
    this.#warn = warn;
  }

  /** @param isHere Whether a torrent with this info-hash is. */
  async fetch(
    link: string,
    options: AddOptions,
    isHere: (infoHash: Uint8Array) => boolean,
  ): Promise<Fetched> {
    const { magnet, fault } = parseMagnet(link);
    if (magnet === null) throw optionError(magnetFaultText(fault));
    const key = Buffer.from(magnet.infoHash).toString('hex');
    if (this.#underWay.has(key) || isHere(magnet.infoHash)) {
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
  callOff({ id }: Pick<Fetched, 'id'>): void {
    if (id === null) return;
    this.#engine.unsubscribe(id);
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
      return { metainfo: metainfoOf(kept, magnet), magnet, id: null };
    }
    const id = this.#engine.newTorrentId();
    const fetched = { magnet, id };
    try {
      const info = await abortable(this.#ask(id, magnet, options), options.signal);
      const metainfo = metainfoOf(info, magnet);
      await this.#keep(file, info);
      return { ...fetched, metainfo };
    } catch (error) {
      this.callOff(fetched);
      throw error;
    }
  }

  async #ask(id: TorrentId, magnet: Magnet, options: AddOptions): Promise<Uint8Array> {
    const { hear, info } = this.#waiting(options);
    this.#engine.subscribe(id, hear);
    const tiers = options.tracker === false ? [] : tiersOf(magnet, options);
    const { infoHash } = magnet;
    this.#engine.command({ type: 'fetch-metadata', torrent: id, infoHash, tiers });
    for (const peer of [...(options.peers ?? []), ...magnet.peers]) {
      lookUpPeer(peer, this.#engine, options.signal).then(
        (addresses) => this.#engine.command({ type: 'add-peers', torrent: id, addresses }),
        (error: unknown) => this.#warn(error as CodedError),
      );
    }
    return info;
  }

  #waiting({ fetching }: AddOptions): Waiting {
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
          case 'peer-disconnected':
            tell({ peers: progress.peers + (event.type === 'peer-connected' ? 1 : -1) });
            return;
          case 'announce-failed':
            this.#warn(
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
    return { hear, info };
  }

  /** A later session need not fetch it again; where it cannot be kept, it will. */
  async #keep(file: MetadataFile | null, info: Uint8Array): Promise<void> {
    try {
      await file?.write(info);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const text = `the metadata cannot be kept: ${what}`;
      this.#warn(codedError('SWARMWRIGHT_RESUME_FAILED', text, error));
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

function tiersOf(magnet: Magnet, options: AddOptions): readonly (readonly string[])[] {
  return [...magnet.tiers, ...(options.announce ?? []).map((url) => [url])];
}

function metainfoOf(info: Uint8Array, magnet: Magnet): Metainfo {
  const { metainfo, fault } = parseInfo(info, magnet.tiers, readRules());
  if (metainfo !== null) return metainfo;
  throw codedError('SWARMWRIGHT_BAD_TORRENT', `the metadata that the link names: ${fault.detail}`);
}
