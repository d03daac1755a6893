/**
 * What becomes of a torrent's claims when its files are moved: a file that looked as it was claimed to is believed as it
 * looks in its new place; what is claimed of any other stays as it was, so that it is looked at (S-68, F-21).
 */
import { dirname } from 'node:path';
import { looksAlike } from '../../protocol/index.ts';
import type { FileStamp, Looks, ResumedTorrent } from '../../protocol/index.ts';
import type { MovedFile } from '../../reactors/node/index.ts';
import { partFileOf } from '../data/location.ts';
import type { Location } from '../data/location.ts';
import { ResumeFile } from './resume-file.ts';
import { resumePath } from './resume-path.ts';

/** How one file looked when it was moved, and how it looks since; null: it was not there. */
export type MovedStamp = { readonly before: FileStamp; readonly after: FileStamp } | null;

/** By file but padding, and the part file. */
export interface MovedLooks {
  readonly files: readonly MovedStamp[];
  readonly part: MovedStamp;
}

export function movedLooks(location: Location, moved: readonly MovedFile[]): MovedLooks {
  const byPath = new Map(moved.map((file) => [file.path.join('/'), file]));
  const stampOf = ({ path }: { readonly path: readonly string[] }): MovedStamp => {
    const file = byPath.get(path.join('/'));
    if (file === undefined) return null;
    const { before, after } = file;
    return {
      before: { size: Number(before.size), time: before.mtimeNs },
      after: { size: Number(after.size), time: after.mtimeNs },
    };
  };
  const files = location.files.filter(({ padding }) => !padding).map(stampOf);
  return { files, part: stampOf(partFileOf(location)) };
}

/** What is claimed of a file from now on. */
export function stampAfter(claimed: FileStamp, moved: MovedStamp): FileStamp {
  if (moved === null) return claimed;
  const { before, after } = moved;
  return looksAlike(claimed, before) ? after : claimed;
}

/** The resume file of the same torrent at another place. */
export function neighbourOf(
  file: ResumeFile,
  { infoHash }: ResumedTorrent,
  content: string,
): ResumeFile {
  const hex = Buffer.from(infoHash).toString('hex');
  return new ResumeFile(resumePath(dirname(file.path), hex, content));
}

/**
 * Writes what `from` claims to `to`, as it is true there, then removes `from`. Whoever dies in between leaves two claims,
 * each of its own place.
 */
export async function relocateClaims(
  from: ResumeFile,
  to: ResumeFile,
  torrent: ResumedTorrent,
  { files, part }: MovedLooks,
): Promise<void> {
  await to.remove();
  const claimed = await from.read(torrent);
  if (claimed !== null) {
    const looks: Looks = {
      files: claimed.files.map((stamp, i) => stampAfter(stamp, files[i] ?? null)),
      part: stampAfter(claimed.part, part),
    };
    await to.write({ ...claimed, ...looks });
  }
  await from.remove();
}
