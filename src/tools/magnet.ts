/**
 * Magnet links both ways: the link of a torrent, and what a link says. The forms are `protocol/magnet`'s.
 */
import { codedError, optionError } from '../client/errors.ts';
import { magnetFaultText } from '../protocol/magnet/magnet-fault.ts';
import { makeMagnet } from '../protocol/magnet/make-magnet.ts';
import { parseMagnet } from '../protocol/magnet/parse-magnet.ts';
import { hex } from './hex.ts';
import { loadTorrent } from './torrent-source.ts';
import type { ToolSource } from './torrent-source.ts';

export interface MagnetOptions {
  /** Leaves the torrent's trackers out. */
  readonly withoutTrackers?: boolean | undefined;
  /** Peers to name: `HOST:PORT`. */
  readonly peers?: readonly string[] | undefined;
  /** Files to select (BEP 53), counted from 0. */
  readonly select?: readonly number[] | undefined;
}

/** The link of a torrent: both info-hashes of a hybrid, name, trackers, web seeds. */
export async function magnetOf(source: ToolSource, options: MagnetOptions = {}): Promise<string> {
  const { metainfo } = await loadTorrent(source);
  const { v1, v2, name, tiers, extras } = metainfo;
  const count = v2?.files.length ?? v1?.files.filter((file) => !file.padding).length ?? 0;
  const bad = options.select?.find(
    (index) => !Number.isInteger(index) || index < 0 || index >= count,
  );
  if (bad !== undefined)
    throw optionError(`the torrent has ${count} files, and no number ${bad + 1}`);
  const selected = options.select?.toSorted((a, b) => a - b) ?? [];
  return makeMagnet({
    infoHash: v1?.infoHash ?? null,
    infoHashV2: v2?.infoHash ?? null,
    name,
    tiers: options.withoutTrackers === true ? [] : tiers,
    webSeeds: extras.webSeeds,
    peers: options.peers ?? [],
    selected:
      selected.length === 0 ? null : selected.map((index) => ({ first: index, last: index })),
  });
}

/** What a link says, fit for JSON. */
export interface MagnetInfo {
  readonly infoHash: string;
  readonly infoHashV2: string | null;
  readonly name: string | null;
  readonly trackers: readonly string[];
  readonly webSeeds: readonly string[];
  readonly peers: readonly string[];
  /** Ranges of file numbers from 0, both ends included; null: all files. */
  readonly selected: readonly { readonly first: number; readonly last: number }[] | null;
  /** Parameters that were of no use. */
  readonly dropped: number;
}

/** Reads a link. Throws `SWARMWRIGHT_BAD_TORRENT` where it is none. */
export function magnetInfo(link: string): MagnetInfo {
  const { magnet, dropped, fault } = parseMagnet(link);
  if (fault !== null) throw codedError('SWARMWRIGHT_BAD_TORRENT', magnetFaultText(fault));
  return {
    infoHash: hex(magnet.infoHash),
    infoHashV2: magnet.infoHashV2 === null ? null : hex(magnet.infoHashV2),
    name: magnet.name,
    trackers: magnet.tiers.flat(),
    webSeeds: magnet.webSeeds,
    peers: magnet.peers,
    selected: magnet.selected,
    dropped,
  };
}
