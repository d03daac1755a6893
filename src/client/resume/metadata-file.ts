/**
 * The metadata of one torrent that began with a magnet link, kept beside the resume files so that it is fetched once.
 *
 * It is a torrent file with nothing but `info`, which other programs read too. What is read is believed only where its
 * hash is the info-hash; all else counts as not there.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { metainfoLimits } from '../../protocol/index.ts';

const BEFORE = Buffer.from('d4:info');
const AFTER = Buffer.from('e');

export class MetadataFile {
  readonly path: string;

  /** @param infoHash 20 bytes. */
  constructor(stateFolder: string, infoHash: Uint8Array) {
    this.path = join(resolve(stateFolder), `${Buffer.from(infoHash).toString('hex')}.torrent`);
  }

  /** The bytes of `info`; null: not there, or not right. */
  async read(infoHash: Uint8Array): Promise<Uint8Array | null> {
    try {
      await using file = await open(this.path, 'r');
      const { size } = await file.stat();
      if (size > metainfoLimits.torrentBytesMax) return null;
      const whole = await file.readFile();
      const info = whole.subarray(BEFORE.length, whole.length - AFTER.length);
      const digest = createHash('sha1').update(info).digest();
      return digest.equals(infoHash) ? new Uint8Array(info) : null;
    } catch {
      return null;
    }
  }

  /** Rejects with the system's error. */
  async write(info: Uint8Array): Promise<void> {
    const fresh = `${this.path}.new`;
    await mkdir(join(this.path, '..'), { recursive: true, mode: 0o700 });
    {
      await using file = await open(fresh, 'w', 0o600);
      await file.writeFile(Buffer.concat([BEFORE, info, AFTER]));
      await file.sync();
    }
    await rename(fresh, this.path);
  }

  async remove(): Promise<void> {
    for (const path of [this.path, `${this.path}.new`]) await rm(path, { force: true });
  }
}
