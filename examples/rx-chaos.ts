/**
 * A machine in a bad world: blocks get lost, everything is late, and the download completes all the same. In virtual
 * time, and the same for the same seed value: `node rx-chaos.js [seed value]`.
 *
 * The session is one operator, `runMachine`; chaos is two more, in front of it. What answers is the world: one seed.
 */
import { createHash } from 'node:crypto';
import process from 'node:process';
import { concatMap, delay, filter, of, Subject, VirtualTimeScheduler } from 'rxjs';
import { defaultBehaviors } from '../src/behaviors/index.ts'; // from 'swarmwright/behaviors'
import { createRandom } from '../src/core/index.ts'; // from 'swarmwright/core'
import { buildMetainfo, parseMetainfo, Session } from '../src/protocol/index.ts'; // from 'swarmwright/protocol'
import type { PeerMessage, SessionEffect, SessionInput } from '../src/protocol/index.ts';
import { runMachine } from '../src/reactors/rx/index.ts'; // from 'swarmwright/reactors/rx'

const random = createRandom(Number(process.argv[2] ?? 1));
const scheduler = new VirtualTimeScheduler();
// Forty pieces, all alike.
const piece = random.bytes(65_536);
const digest = new Uint8Array(createHash('sha1').update(piece).digest());
const files = [{ path: [], length: 40 * piece.length, padding: false }];
const pieces = new Uint8Array(40 * 20).map((_, i) => digest[i % 20]!);
const rest = { tiers: [], private: false, comment: null, createdBy: null, creationDate: null };
const plan = { name: 'film', files, pieceLength: piece.length, pieces, ...rest };
const metainfo = parseMetainfo(buildMetainfo(plan)).metainfo!;

const inputs = new Subject<SessionInput>();
const peerId = new Uint8Array(20).fill(1);
const options = { config: {}, behaviors: defaultBehaviors, random, peerId, clientName: 'chaos' };
const chaos = random.fork('chaos');
let lost = 0;
const survives = (input: SessionInput): boolean =>
  input.type !== 'message' || input.message.type !== 'piece' || chaos.below(5) > 0 || ++lost === 0;
const effects = inputs.pipe(
  filter(survives), // one block in five never comes
  concatMap((input) => of(input).pipe(delay(chaos.below(30), scheduler))), // late, but in order
  runMachine<SessionInput, SessionEffect>(() => new Session(options), { scheduler }),
);
effects.subscribe({
  next: answer,
  complete: () => console.log(`complete after ${(scheduler.now() / 1000).toFixed(1)} virtual s`),
});

const flags = { downloading: true, seeding: true, existing: 'none', behaviors: {} } as const;
const add = { type: 'add-torrent', torrent: 1, metainfo, tiers: null, ...flags } as const;
inputs.next({ type: 'command', command: add });
inputs.next({ type: 'command', command: { type: 'start-torrent', torrent: 1 } });
scheduler.flush();
console.log(`${lost} blocks were lost on the way to ${metainfo.pieceCount} pieces of 4`);

/** What the world does about an effect: the seed comes and answers, the disk says yes. */
function answer(effect: SessionEffect): void {
  if (effect.type === 'notify' && effect.event.type === 'complete') inputs.complete();
  if (effect.type === 'store-open' || effect.type === 'store-write')
    inputs.next({ type: 'store-done', job: effect.job, fault: null });
  if (effect.type === 'store-hash')
    inputs.next({ type: 'hash-done', job: effect.job, digest, fault: null });
  if (effect.type === 'store-open') {
    inputs.next({ type: 'connected', conn: 1, address: { host: '192.0.2.1', port: 6881 } });
    const { infoHash } = metainfo;
    say({ type: 'handshake', reserved: new Uint8Array(8), infoHash, peerId: infoHash });
    say({ type: 'bitfield', bits: new Uint8Array(5).fill(0xff) });
  }
  if (effect.type !== 'send') return;
  if (effect.message.type === 'interested') say({ type: 'unchoke' });
  if (effect.message.type !== 'request') return;
  const { index, begin, length } = effect.message;
  say({ type: 'piece', index, begin, block: piece.subarray(begin, begin + length) });
}

function say(message: PeerMessage): void {
  inputs.next({ type: 'message', conn: 1, message });
}
