/**
 * A strategy of your own: pieces from the last to the first.
 * `node custom-picker.js <file or URL> <folder> [HOST:PORT of a peer]`
 */
import process from 'node:process';
import { chain, endgame } from '../src/behaviors/index.ts'; // from 'swarmwright/behaviors'
import { createClient } from '../src/client/index.ts'; // from 'swarmwright'
import type { Behavior, PiecePicker } from '../src/protocol/index.ts'; // from 'swarmwright/protocol'

/** Facts come from `torrent` and `peer`; every push reserves a block; the text is the reason. */
const backwards: Behavior<PiecePicker> = (torrent) => ({
  pieceChanged: () => undefined,
  allChanged: () => undefined,
  pick(peer, room, _now, out) {
    let picked = 0;
    for (let piece = torrent.pieceCount - 1; piece >= 0; piece--) {
      if (!peer.mayRequest(piece)) continue;
      let block = torrent.nextMissing(piece, 0);
      while (block >= 0 && picked < room) {
        out.push(block, 'from the end');
        picked++;
        block = torrent.nextMissing(piece, 0);
      }
    }
    return picked;
  },
});

const [source, path = '.', peer] = process.argv.slice(2);
if (source === undefined) throw new Error('which torrent?');

await using client = await createClient({ picker: chain(backwards, endgame()) });
const torrent = await client.add(source, { path, peers: peer === undefined ? [] : [peer] });
const order: number[] = [];
torrent.on('verified', (piece) => order.push(piece));
await torrent.completed();
console.log(`pieces came as ${order.join(' ')}`);
