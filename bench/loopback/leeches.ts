/**
 * The leeches of the bench behind one face: started and ready, and a promise of the moment of completion.
 *
 * How each tells that it is complete: ours by its JSON line, libtorrent by its torrent_finished alert, aria2 by running the
 * hook that it offers for it (a file appears, inotify tells). None is polled while the clock runs.
 */
import { watch } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aria2, Aria2Peer } from '../../test/support/peers/aria2.ts';
import { libtorrent, LibtorrentPeer } from '../../test/support/peers/libtorrent.ts';
import type { PeerTask, Requirement, RunningPeer } from '../../test/support/peers/peer.ts';
import { swarmwright, SwarmwrightPeer } from '../../test/support/peers/swarmwright.ts';

/** A leech under the clock. `completed` has no bound of its own. */
export interface Leech {
  readonly peer: RunningPeer;
  readonly completed: Promise<void>;
}

/** A client that can be measured as a leech. */
export interface LeechKind {
  readonly name: string;
  readonly requirement: Requirement;
  start(task: PeerTask): Promise<Leech>;
}

/** Ours first: the ratio is ours to the best of the others. */
export const leechKinds: readonly LeechKind[] = [
  {
    name: 'swarmwright',
    requirement: swarmwright,
    start: async (task) => {
      const peer = await SwarmwrightPeer.start(task, { keepSeeding: true, more: ['--no-tracker'] });
      return { peer, completed: peer.completed };
    },
  },
  {
    name: 'libtorrent',
    requirement: libtorrent,
    start: async (task) => {
      const peer = await LibtorrentPeer.start(task, 'default');
      return { peer, completed: peer.completed };
    },
  },
  { name: 'aria2', requirement: aria2, start: startAria2 },
];

async function startAria2(task: PeerTask): Promise<Leech> {
  const hook = join(task.state, 'complete.sh');
  await writeFile(hook, `#!/bin/sh\n: > '${join(task.state, 'complete')}'\n`, { mode: 0o755 });
  const watcher = watch(task.state);
  const completed = new Promise<void>((resolve) => {
    watcher.on('change', (_, name) => {
      if (name !== 'complete') return;
      watcher.close();
      resolve();
    });
  });
  watcher.unref();
  const peer = await Aria2Peer.start(task, [`--on-bt-download-complete=${hook}`]);
  return { peer, completed };
}
