/**
 * The whole protocol by hand: no socket, no file, no clock, no await. We are the network, the disk and the time.
 *
 * A torrent of one piece; a peer that has it; every effect of the machine is answered by the next input.
 */
import { createHash } from 'node:crypto';
import { defaultBehaviors } from '../src/behaviors/index.ts'; // from 'swarmwright/behaviors'
import { createRandom } from '../src/core/index.ts'; // from 'swarmwright/core'
import { Session } from '../src/protocol/index.ts'; // from 'swarmwright/protocol'
import type { Metainfo, SessionEffect, SessionInput } from '../src/protocol/index.ts';

const content = new Uint8Array(20_000).fill(7);
const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();
const metainfo: Metainfo = {
  infoHash: sha1(Uint8Array.of(1)),
  name: 'tiny',
  pieceLength: 32_768,
  pieces: sha1(content),
  pieceCount: 1,
  length: content.length,
  files: [{ path: ['tiny'], length: content.length, offset: 0, padding: false }],
  private: false,
  tiers: [],
  comment: null,
  createdBy: null,
  creationDate: null,
  info: Uint8Array.of(1),
};

const session = new Session({
  config: {},
  behaviors: defaultBehaviors,
  random: createRandom(42),
  peerId: new Uint8Array(20).fill(1),
  clientName: 'by hand',
});

const queue: SessionInput[] = [
  {
    type: 'command',
    command: {
      type: 'add-torrent',
      torrent: 1,
      metainfo,
      tiers: null,
      downloading: true,
      seeding: true,
      existing: 'none',
      behaviors: {},
    },
  },
  { type: 'command', command: { type: 'start-torrent', torrent: 1 } },
];

/** What the world answers to one effect. */
function answer(effect: SessionEffect): void {
  switch (effect.type) {
    case 'notify':
      console.log(`event: ${effect.event.type}`);
      if (effect.event.type === 'state-changed' && effect.event.state === 'active') arrive();
      return;
    case 'send': {
      const { message } = effect;
      console.log(`to the peer: ${message.type}`);
      if (message.type === 'interested') from({ type: 'unchoke' });
      if (message.type !== 'request') return;
      const { index, begin, length } = message;
      from({ type: 'piece', index, begin, block: content.subarray(begin, begin + length) });
      return;
    }
    case 'store-hash':
      queue.push({ type: 'hash-done', job: effect.job, digest: sha1(content), fault: null });
      return;
    case 'store-open':
    case 'store-write':
    case 'store-sync':
    case 'store-close':
      queue.push({ type: 'store-done', job: effect.job, fault: null });
      return;
    default:
  }
}

/** A peer connects (odd: it came to us), shakes hands and has everything. */
function arrive(): void {
  queue.push({ type: 'connected', conn: 1, address: { host: '192.0.2.1', port: 6881 } });
  const { infoHash } = metainfo;
  const peerId = new Uint8Array(20).fill(2);
  from({ type: 'handshake', reserved: new Uint8Array(8), infoHash, peerId });
  from({ type: 'bitfield', bits: Uint8Array.of(0x80) });
}

function from(message: Extract<SessionInput, { type: 'message' }>['message']): void {
  queue.push({ type: 'message', conn: 1, message });
}

for (let now = 0, input = queue.shift(); input !== undefined; now++, input = queue.shift()) {
  const effects: SessionEffect[] = [];
  session.step(input, now, effects);
  effects.forEach(answer);
}
console.log(session.torrent(1)?.view.complete === true ? 'complete' : 'not complete');
