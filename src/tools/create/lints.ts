/**
 * What is legal in a torrent and wrong all the same: each has a name, is refused, and can be allowed by that name.
 */
import { distinctPaths } from '../../protocol/metainfo/distinct-paths.ts';
import { encodeUtf8 } from '../../protocol/bencode/utf8.ts';
import { parseTrackerUrl } from '../../protocol/tracker/tracker-url.ts';
import { safeElement } from '../../protocol/metainfo/safe-path.ts';
import { codedError } from '../../client/errors.ts';

export type Lint =
  | 'bad-tracker'
  | 'bad-web-seed'
  | 'duplicate-tracker'
  | 'private-without-tracker'
  | 'public-source'
  | 'uneven-piece-length'
  | 'small-piece-length'
  | 'large-piece-length'
  | 'many-pieces'
  | 'clashing-names'
  | 'unportable-names';

/** Names and meanings, for `--help` and the manual. */
export const lints: Readonly<Record<Lint, string>> = {
  'bad-tracker': 'a tracker URL that no client can announce to',
  'bad-web-seed': 'a web seed that is no http(s) URL',
  'duplicate-tracker': 'a tracker twice',
  'private-without-tracker': 'private, and no tracker: nobody could find a peer',
  'public-source': 'a source without private: it only changes the info-hash',
  'uneven-piece-length': 'a piece length that is no power of two (v2 never has one)',
  'small-piece-length': 'a piece length below 16 KiB',
  'large-piece-length': 'a piece length above 16 MiB, which some clients refuse',
  'many-pieces': 'more than 100,000 pieces: a large torrent file, and slow peers',
  'clashing-names': 'names that are one file on systems that do not tell case or composition apart',
  'unportable-names': 'names that Windows does not take, or that do not show what they are',
};

export const lintNames: readonly Lint[] = Object.keys(lints) as Lint[];

/** What is looked at; null where it is not known, and not looked at. */
export interface Linted {
  readonly tiers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  readonly private: boolean;
  readonly source: string | null;
  readonly pieceLength: number | null;
  readonly pieces: number | null;
  /** Paths below the name, and the name itself as the first element of each. */
  readonly paths: readonly (readonly string[])[];
}

const WEB_SEED = /^https?:\/\/[^/?#:@\s]\S*$/i;
const PIECE_LENGTH_USUAL_MIN = 16_384;
const PIECE_LENGTH_USUAL_MAX = 16_777_216;
/** More of them is `many-pieces`. */
export const piecesUsualMax = 100_000;

/** Throws `SWARMWRIGHT_LINT` with the first one that is not allowed. */
export function assertClean(torrent: Linted, allowed: readonly Lint[]): void {
  for (const [lint, what] of findings(torrent)) {
    if (allowed.includes(lint)) continue;
    throw codedError('SWARMWRIGHT_LINT', `${what} [${lint}: ${lints[lint]}]`);
  }
}

function* findings(torrent: Linted): Iterable<readonly [Lint, string]> {
  const seen = new Set<string>();
  for (const url of torrent.tiers.flat()) {
    const fault = parseTrackerUrl(url);
    if (typeof fault === 'string') yield ['bad-tracker', `${url}: ${fault}`];
    if (seen.has(url)) yield ['duplicate-tracker', url];
    seen.add(url);
  }
  for (const url of torrent.webSeeds) if (!WEB_SEED.test(url)) yield ['bad-web-seed', url];
  if (torrent.private && torrent.tiers.flat().length === 0) {
    yield ['private-without-tracker', 'no tracker is named'];
  }
  if (torrent.source !== null && !torrent.private) yield ['public-source', torrent.source];
  const { pieceLength, pieces } = torrent;
  if (pieceLength !== null) {
    const bytes = `${pieceLength} bytes`;
    if (!Number.isInteger(Math.log2(pieceLength))) yield ['uneven-piece-length', bytes];
    if (pieceLength < PIECE_LENGTH_USUAL_MIN) yield ['small-piece-length', bytes];
    if (pieceLength > PIECE_LENGTH_USUAL_MAX) yield ['large-piece-length', bytes];
  }
  if ((pieces ?? 0) > piecesUsualMax) yield ['many-pieces', `${pieces} pieces`];
  const { paths } = torrent;
  const distinct = distinctPaths(paths, 0);
  if (distinct.paths === null) yield ['clashing-names', paths[distinct.refused]!.join('/')];
  for (const path of paths) {
    const odd = path.find((element) => safeElement(encodeUtf8(element), 'portable') !== element);
    if (odd !== undefined) yield ['unportable-names', path.join('/')];
  }
}
