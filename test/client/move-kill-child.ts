/**
 * Run by move-kill.spec.ts in a process of its own: moves a torrent and kills itself, as `kill -9` would, before its
 * N-th change of the file system. Ends with code 0 where there were fewer.
 */
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { createClient } from '../../src/client/index.ts';

const [torrentFile, from, to, state, last] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
let left = Infinity;
const count = (): void => {
  left--;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};

const calls = promises as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
for (const name of ['link', 'rename', 'unlink', 'rm']) {
  const real = calls[name]!;
  calls[name] = (...args) => {
    count();
    return real(...args);
  };
}
syncBuiltinESMExports();

const client = await createClient({ stateFolder: state, listen: false, tracker: false });
const torrent = await client.add(torrentFile, { path: from, downloading: false });
await torrent.started();
// A stop writes down what is claimed.
await torrent.stop();
torrent.start();
await torrent.started();
left = Number(last);
await torrent.move(to, { progress: count });
left = Infinity;
await client.close();
