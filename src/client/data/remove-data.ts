/**
 * Deletes what a torrent has on this machine, when its store is closed.
 */
import { removeConfined } from '../../reactors/node/index.ts';
import { codedError, optionError } from '../errors.ts';
import type { Metainfo } from '../../protocol/index.ts';
import { ownPaths, partPaths } from './location.ts';
import type { Location } from './location.ts';

/** What is deleted: all that the torrent has, or what files that are not wanted have left in its part file. */
export type RemovedData = 'all' | 'part-file';

/**
 * Deletes the torrent's own files with its part file, and the folders of its own that are empty then; or the part file
 * alone. `onNode`: the files are in the file system of this machine; where a reactor of the caller's keeps them, nobody
 * here can delete them.
 */
export async function removeData(
  location: Location,
  metainfo: Metainfo,
  onNode: boolean,
  what: RemovedData,
): Promise<void> {
  if (!onNode) throw optionError('remove(): "data" needs files that the client itself keeps');
  const paths =
    what === 'all' ? await ownPaths(location, metainfo) : await partPaths(location, metainfo);
  const { kept, error } = await removeConfined(location.root, paths);
  if (kept === 0) return;
  const problem = `${location.content}: ${kept} files could not be deleted`;
  throw codedError('SWARMWRIGHT_REMOVE_FAILED', problem, error);
}
