/**
 * Downloads a torrent: `node download.js <file or URL> <folder> [HOST:PORT of a peer]`.
 */
import process from 'node:process';
import { createClient } from '../src/client/index.ts'; // in your program: from 'swarmwright'

const [source, path = '.', peer] = process.argv.slice(2);
if (source === undefined) throw new Error('which torrent?');

await using client = await createClient();
const torrent = await client.add(source, { path, peers: peer === undefined ? [] : [peer] });

torrent.on('verified', (piece) => {
  const share = (torrent.progress * 100).toFixed(1);
  console.log(`piece ${piece} is good, ${share} %, ${torrent.numPeers} peers`);
});
torrent.on('warning', (warning) => console.error(warning.message));

await torrent.completed({ signal: AbortSignal.timeout(3_600_000) });
console.log(`done: ${torrent.path}`);
