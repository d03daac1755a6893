/**
 * One resume file on disk: read with patience, replaced as a whole (S-68, F-20).
 *
 * A new version is written beside the old one and synced, the old one becomes the last good copy (`.last`), the new one
 * takes its name, the folder is synced. So at every moment of a crash one of the two is there and whole. What cannot be
 * read is not kept as a good copy. Reading never rejects: what is not there, or not right, claims nothing.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readResume, resumeLimits, writeResume } from '../../protocol/index.ts';
import type { ResumedTorrent, ResumeState } from '../../protocol/index.ts';
import { syncFolder } from '../../reactors/node/index.ts';

export class ResumeFile {
  readonly path: string;
  /** What has the name now is whole. */
  #good = false;

  constructor(path: string) {
    this.path = path;
  }

  /** The newest claims that are whole and fit `torrent`; null: none. */
  async read(torrent: ResumedTorrent): Promise<ResumeState | null> {
    const newest = await readOne(this.path, torrent);
    this.#good = newest !== null;
    return newest ?? readOne(this.#last, torrent);
  }

  /** Replaces the file. Rejects with the system's error; the last good copy is still there then. */
  async write(state: ResumeState): Promise<void> {
    const bytes = writeResume(state, sha1);
    const folder = dirname(this.path);
    // Addresses of peers are nobody else's business.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const fresh = `${this.path}.new`;
    await writeSynced(fresh, bytes);
    if (this.#good) await rename(this.path, this.#last);
    await rename(fresh, this.path);
    this.#good = true;
    await syncFolder(folder, []);
  }

  /** Nothing is claimed any more. */
  async remove(): Promise<void> {
    this.#good = false;
    for (const path of [this.path, this.#last, `${this.path}.new`]) await rm(path, { force: true });
  }

  get #last(): string {
    return `${this.path}.last`;
  }
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash('sha1').update(bytes).digest();
}

async function readOne(path: string, torrent: ResumedTorrent): Promise<ResumeState | null> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > resumeLimits.bytesMax) return null;
    return readResume(await file.readFile(), torrent, sha1).state;
  } catch {
    return null; // not there, or not readable: everything is checked
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'w', 0o600);
  await file.writeFile(bytes);
  await file.sync();
}
