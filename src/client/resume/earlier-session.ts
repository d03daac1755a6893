/**
 * What an earlier session left for a torrent that is being added: its claims, judged by how the files look now.
 */
import type { Address } from '../../core/index.ts';
import { judgeClaims, looksAlike } from '../../protocol/index.ts';
import type { ChooseSamples, Existing, Looks, Metainfo } from '../../protocol/index.ts';
import type { Location } from '../data/location.ts';
import type { SelectionOptions } from '../torrent/selection.ts';
import { looksOf } from './file-stamps.ts';
import { ResumeFile } from './resume-file.ts';
import { resumePath } from './resume-path.ts';

export interface EarlierSession {
  readonly file: ResumeFile;
  /** How the files looked before anything was done. */
  readonly looks: Looks;
  /** Which files were wanted; null: nothing is remembered. */
  readonly selection: RememberedSelection | null;
  readonly existing: Existing;
  readonly peers: readonly Address[];
  /** Every claim still holds, so there is nothing new to save. */
  readonly unchanged: boolean;
}

export interface RememberedSelection {
  /** By file but padding. */
  readonly priorities: Uint8Array;
  readonly firstLast: boolean;
}

/** Which files are wanted: as the user says, or else as in the earlier session. */
export function selectionAfter(
  options: SelectionOptions,
  earlier: EarlierSession | null,
): SelectionOptions {
  const before = earlier?.selection ?? null;
  if (before === null || options.select !== undefined || options.priorities !== undefined) {
    return options;
  }
  const { priorities, firstLast } = before;
  return { priorities: [...priorities], firstLast: options.firstLast ?? firstLast };
}

/** Looks for claims in `stateFolder`. Without any, everything that is there is checked. */
export async function earlierSession(
  stateFolder: string,
  metainfo: Metainfo,
  location: Location,
  choose: ChooseSamples,
): Promise<EarlierSession> {
  const infoHash = Buffer.from(metainfo.infoHash).toString('hex');
  const file = new ResumeFile(resumePath(stateFolder, infoHash, location.content));
  const files = location.files.filter(({ padding }) => !padding);
  const claim = await file.read({ ...metainfo, fileCount: files.length });
  // Looked at after the claims were read: who changes a file meanwhile is noticed.
  const looks = await looksOf(location);
  if (claim === null) {
    return { file, looks, selection: null, existing: 'check', peers: [], unchanged: false };
  }
  const existing = judgeClaims(claim, { ...metainfo, files }, looks, choose);
  const unchanged =
    looksAlike(claim.part, looks.part) &&
    claim.files.every((stamp, i) => looksAlike(stamp, looks.files[i]!));
  const peers = metainfo.private ? [] : claim.peers;
  const { priorities, firstLast } = claim;
  const selection = { priorities, firstLast };
  return { file, looks, selection, existing, peers, unchanged };
}
