/**
 * The files of a memory disk by path, and the folders that they made.
 *
 * Invariants: a name is a file or a folder, never both; folders come with the first file inside and stay. Whoever holds
 * a file that is removed keeps it, without a name.
 */
import type { Random, StoreFault } from '../../../core/index.ts';
import type { DiskDevice } from './disk-device.ts';
import { DiskFile } from './disk-file.ts';

export class DiskFolder {
  readonly #device: DiskDevice;
  readonly #files = new Map<string, DiskFile>();
  readonly #folders = new Set<string>();

  constructor(device: DiskDevice) {
    this.#device = device;
  }

  /** `denied`: a folder stands there, or a file stands in the way. */
  find(path: string): DiskFile | StoreFault {
    const found = this.#files.get(path);
    if (found !== undefined) return found;
    if (this.#folders.has(path)) return 'denied';
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      if (this.#files.has(path.substring(0, at))) return 'denied';
    }
    return 'missing';
  }

  /** The file, made if it is not there. */
  make(path: string): DiskFile | StoreFault {
    const found = this.find(path);
    if (found !== 'missing') return found;
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      this.#folders.add(path.substring(0, at));
    }
    const file = new DiskFile(this.#device);
    this.#files.set(path, file);
    return file;
  }

  remove(path: string): void {
    this.#files.get(path)?.unlink();
    this.#files.delete(path);
  }

  powerCut(random: Random): void {
    for (const [path, file] of this.#files) {
      if (!file.powerCut(random)) this.#files.delete(path);
    }
  }
}
