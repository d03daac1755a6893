/**
 * Edits a torrent: what it is told to change and nothing else. What comes out has been read back, and is refused where it is
 * wrong in a way that the torrent was not wrong before.
 */
import { optionError } from '../client/errors.ts';
import { editMetainfo } from '../protocol/metainfo/edit.ts';
import type { FullMetainfo, MetainfoChanges } from '../protocol/index.ts';
import { assertClean } from './create/lints.ts';
import type { Lint } from './create/lints.ts';
import { loadTorrent, parseOrThrow } from './torrent-source.ts';
import type { ToolSource } from './torrent-source.ts';

export interface EditOptions extends MetainfoChanges {
  /** Further trackers, tier by tier, behind those that are there. */
  readonly addTrackers?: readonly (readonly string[])[] | undefined;
  readonly removeTrackers?: readonly string[] | undefined;
  readonly addWebSeeds?: readonly string[] | undefined;
  readonly removeWebSeeds?: readonly string[] | undefined;
  /** Lints that do not count. */
  readonly allow?: readonly Lint[] | undefined;
}

export interface EditedTorrent {
  readonly bytes: Uint8Array;
  readonly before: FullMetainfo;
  readonly metainfo: FullMetainfo;
  /** Any byte is another one. */
  readonly changed: boolean;
  /** The info-hash is another one: it is another torrent, with peers of its own. */
  readonly infoChanged: boolean;
}

/** Reads, changes and checks a torrent. Errors as `createTorrent` has them, and those of reading it. */
export async function editTorrent(
  source: ToolSource,
  options: EditOptions,
): Promise<EditedTorrent> {
  const { bytes, metainfo: before } = await loadTorrent(source);
  const { name } = options;
  if (
    name !== undefined &&
    (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name))
  ) {
    throw optionError(`not a name for a torrent: "${name}"`);
  }
  const tiers = editTiers(before.tiers, options);
  const webSeeds = editWebSeeds(before.extras.webSeeds, options);
  const edited = editMetainfo(bytes, { ...options, tiers, webSeeds });
  if (edited === null) throw optionError('the torrent cannot be edited');
  const metainfo = parseOrThrow(edited, 'the edited torrent');
  assertClean(
    {
      tiers: tiers ?? [],
      webSeeds: webSeeds ?? [],
      // A torrent that was private without a tracker is no news.
      private: metainfo.private && (options.private === true || tiers !== undefined),
      source: options.source !== undefined && !metainfo.private ? options.source : null,
      pieceLength: null,
      pieces: null,
      paths: name === undefined ? [] : [[name]],
    },
    options.private === true && tiers === undefined && metainfo.tiers.length > 0
      ? [...(options.allow ?? []), 'private-without-tracker']
      : (options.allow ?? []),
  );
  return {
    ...{ bytes: edited, before, metainfo },
    changed: Buffer.compare(bytes, edited) !== 0,
    infoChanged: Buffer.compare(before.info, metainfo.info) !== 0,
  };
}

/** Undefined: they stay as they are written. */
function editTiers(
  before: readonly (readonly string[])[],
  { tiers, addTrackers = [], removeTrackers = [] }: EditOptions,
): readonly (readonly string[])[] | undefined {
  if (tiers === undefined && addTrackers.length + removeTrackers.length === 0) return undefined;
  const start = tiers ?? before;
  const unknown = removeTrackers.find((url) => !start.flat().includes(url));
  if (unknown !== undefined) throw optionError(`not a tracker of this torrent: ${unknown}`);
  const kept = start.map((tier) => tier.filter((url) => !removeTrackers.includes(url)));
  return [...kept, ...addTrackers].filter((tier) => tier.length > 0);
}

function editWebSeeds(
  before: readonly string[],
  { webSeeds, addWebSeeds = [], removeWebSeeds = [] }: EditOptions,
): readonly string[] | undefined {
  if (webSeeds === undefined && addWebSeeds.length + removeWebSeeds.length === 0) return undefined;
  const start = webSeeds ?? before;
  const unknown = removeWebSeeds.find((url) => !start.includes(url));
  if (unknown !== undefined) throw optionError(`not a web seed of this torrent: ${unknown}`);
  return [...start.filter((url) => !removeWebSeeds.includes(url)), ...addWebSeeds];
}
