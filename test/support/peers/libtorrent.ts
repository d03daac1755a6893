/**
 * Driver of libtorrent (python3-libtorrent, by the distribution's own python3) through `libtorrent-peer.py`.
 *
 * What it needs: DHT, local discovery, uTP and encryption off; `auto_managed` and `paused` cleared; no `seed_mode`, so that
 * content is really checked. It can be told to dial.
 */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LinePeer } from './line-peer.ts';
import { packageRoot } from './package-root.ts';
import type { PeerKind, PeerTask } from './peer.ts';

/** Settings to start from, by libtorrent's own names; `super_seed`: the default ones, and BEP 16. */
export type LibtorrentPreset = 'default' | 'high_performance_seed' | 'super_seed';

/** Not the PATH's python: the module is installed for the distribution's. */
const python = '/usr/bin/python3';
const script = join(packageRoot, 'test/support/peers/libtorrent-peer.py');

export const libtorrent: PeerKind = {
  name: 'libtorrent',
  install: 'apt-get install python3-libtorrent',
  skipsEmptyFiles: false,
  missing: () => {
    const probe = spawnSync(python, ['-c', 'import libtorrent'], { timeout: 20_000 });
    return probe.status === 0 ? null : `${python} cannot import libtorrent`;
  },
  start: (task) => LibtorrentPeer.start(task, 'default'),
};

export class LibtorrentPeer extends LinePeer {
  static async start(task: PeerTask, preset: LibtorrentPreset): Promise<LibtorrentPeer> {
    await mkdir(task.content, { recursive: true });
    const port = await task.host.freePort();
    const { address } = task.host;
    const { torrent, content, magnet = null } = task;
    const job = { address, port, preset, torrent: torrent.file, magnet, content };
    return new LibtorrentPeer('libtorrent', task, port, python, [script, JSON.stringify(job)]);
  }
}
