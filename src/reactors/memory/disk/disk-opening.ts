/**
 * Opens a store on a disk: checks the shape of the paths, asks for a fault, and answers when the disk would have.
 *
 * Opening touches no file: a store can be opened on a full or a read-only disk, as on the node reactor.
 */
import { assert } from '../../../core/index.ts';
import type { Millis, Store, StoreFault, StoreFile } from '../../../core/index.ts';
import type { DiskDevice } from './disk-device.ts';
import { DiskStore } from './disk-store.ts';
import type { StoreContent } from './disk-store.ts';

type Ready = (store: Store | null, fault: StoreFault | null) => void;

/** `content` is made when the store is open. A crash before that leaves `ready` uncalled. */
export function openDiskStore(
  device: DiskDevice,
  files: readonly StoreFile[],
  content: () => StoreContent,
  ready: Ready,
): void {
  const { generation } = device;
  const answer = (due: Millis, fault: StoreFault | null): void => {
    device.later(due, {
      happen: () => {
        if (device.generation !== generation) return;
        if (fault !== null) ready(null, fault);
        else ready(new DiskStore(device, content()), null);
      },
    });
  };
  if (!files.every((file) => file.padding || isPlainPath(file.path))) {
    answer(device.soon(), 'denied');
    return;
  }
  const verdict = device.ask('store-open', 0, 0);
  assert(verdict === null || verdict.type === 'fault' || verdict.type === 'delay', 'an open fails');
  const due = device.due('store-open', 0, verdict?.type === 'delay' ? verdict.by : 0);
  answer(due, verdict?.type === 'fault' ? verdict.fault : null);
}

/** Names that are names, none of which climbs or hides another. */
function isPlainPath(path: readonly string[]): boolean {
  return (
    path.length > 0 &&
    path.every(
      (name) =>
        name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0'),
    )
  );
}
