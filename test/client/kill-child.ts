/**
 * Run by kill.spec.ts in a process of its own, to be killed at any moment: downloads a torrent, saves as often as the
 * disk allows, and says on stdout what it holds. It begins when it is told to on stdin, so that its start costs the test
 * no time.
 *
 * Words: `up`; `ready HEX CHECKED` with the pieces that it believes after its start and how many it hashed; `some` after
 * every few pieces and at every save; `done` when it has everything and its resume file says so.
 */
import { once } from 'node:events';
import process from 'node:process';
import { createClient } from '../../src/client/index.ts';

const [torrentFile, folder, state, peer] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const say = (words: string): void => void process.stdout.write(`${words}\n`);
const PIECES_BETWEEN = 4;

say('up');
await once(process.stdin, 'data');
const client = await createClient({ stateFolder: state, listen: false, tracker: false });
const torrent = await client.add(torrentFile, { path: folder, peers: [peer], paused: true });
let hashed = 0;
let verified = 0;
let saves = 0;
torrent.on('checked', () => hashed++);
torrent.on('verified', () => {
  verified++;
  if (verified % PIECES_BETWEEN === 0) say('some');
});
torrent.on('error', (error) => {
  say(`failed ${error.message}`);
  process.exit(1);
});
const events = torrent.events();
torrent.start();
await torrent.started();
const bits = new Uint8Array(Math.ceil(torrent.pieces.length / 8));
for (let piece = 0; piece < torrent.pieces.length; piece++) {
  if (torrent.pieces.has(piece)) bits[piece >> 3]! |= 0x80 >> (piece & 7);
}
say(`ready ${Buffer.from(bits).toString('hex')} ${hashed}`);
torrent.save();
for await (const event of events) {
  if (event.type === 'complete') break;
  if (event.type !== 'saved') continue;
  await torrent.saved();
  saves++;
  if (saves % 4 === 0) say('some');
  torrent.save();
}
await client.close();
say('done');
process.exit(0);
