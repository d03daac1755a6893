/**
 * Driver of webtorrent (2.8.5, the npm package) through `webtorrent-peer.ts`, in a process of its own.
 *
 * It is installed apart from this package, without its install scripts and so without WebRTC: see `install`. It can be told
 * to dial, and listens on every address.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LinePeer } from './line-peer.ts';
import { packageRoot } from './package-root.ts';
import type { PeerKind, PeerTask } from './peer.ts';

const folder = join(packageRoot, '.build', 'webtorrent');
const library = join(folder, 'node_modules', 'webtorrent', 'index.js');
const script = fileURLToPath(new URL('./webtorrent-peer.js', import.meta.url));

export const webtorrent: PeerKind = {
  name: 'webtorrent',
  install:
    'npm install --ignore-scripts --prefix .build/webtorrent webtorrent@2.8.5 uint8-util@2.2.6',
  skipsEmptyFiles: false,
  seedsSayCompleted: true,
  missing: () => (existsSync(library) ? null : 'it is not in .build/webtorrent'),
  start: (task) => WebtorrentPeer.start(task),
};

export class WebtorrentPeer extends LinePeer {
  static async start(task: PeerTask): Promise<WebtorrentPeer> {
    await mkdir(task.content, { recursive: true });
    const port = await task.host.freePort();
    const job = { library, port, torrent: task.torrent.file, content: task.content };
    const args = [script, JSON.stringify(job)];
    return new WebtorrentPeer('webtorrent', task, port, process.execPath, args);
  }
}
