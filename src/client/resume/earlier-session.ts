/**
 * What an earlier session left for a torrent that is being added: its claims, judged by how the files look now.
 */
import type { Address } from '../../core/index.ts';
import { judgeClaims } from '../../protocol/index.ts';
import type { ChooseSamples, Existing, FileStamp, Metainfo } from '../../protocol/index.ts';
import type { Location } from '../location.ts';
import { fileStamps } from './file-stamps.ts';
import { ResumeFile } from './resume-file.ts';
import { resumePath } from './resume-path.ts';

export interface EarlierSession {
  readonly file: ResumeFile;
  /** How the files looked before anything was done; but padding, in order. */
  readonly stamps: readonly FileStamp[];
  readonly existing: Existing;
  readonly peers: readonly Address[];
  /** Every claim still holds, so there is nothing new to save. */
  readonly unchanged: boolean;
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
  const stamps = await fileStamps(location.root, files);
  if (claim === null) return { file, stamps, existing: 'check', peers: [], unchanged: false };
  const existing = judgeClaims(claim, { ...metainfo, files }, stamps, choose);
  const unchanged = claim.files.every(
    ({ size, time }, i) => stamps[i]!.size === size && stamps[i]!.time === time,
  );
  return { file, stamps, existing, peers: metainfo.private ? [] : claim.peers, unchanged };
}
