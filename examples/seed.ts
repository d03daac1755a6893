/**
 * Gives a torrent's data to whoever asks, until Ctrl-C: `node seed.js <file> <folder or file>`.
 */
import process from 'node:process';
import { createClient } from '../src/client/index.ts'; // in your program: from 'swarmwright'

const [source, path] = process.argv.slice(2);
if (source === undefined || path === undefined) throw new Error('which torrent, and where is it?');

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

await using client = await createClient({ choker: 'round-robin' });
const torrent = await client.seed(source, path);
await torrent.started();
console.log(`${torrent.pieces.count} of ${torrent.pieces.length} pieces, port ${client.port}`);

try {
  for await (const event of torrent.events({ signal: stop.signal })) {
    if (event.type === 'peer-connected') console.log(`hello, ${event.address.host}`);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
console.log(`gave ${torrent.uploaded} bytes`);
