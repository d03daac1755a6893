/**
 * One engine and one stranger that says what it should not: what the engine makes of it, and the exact moment at which
 * the connection ends, or that it does not.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import type { PeerMessage } from '../../src/protocol/index.ts';
import { BLOCK, plainContent } from './content.ts';
import type { Content } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';
import type { Talk } from './stranger.ts';

/** Nine pieces: their bitfield has a second byte with seven spare bits. */
const content: Content = plainContent(9);
const WAY = 10;
const IDLE = 150_000;

const bits = (...bytes: readonly number[]): PeerMessage => ({
  type: 'bitfield',
  bits: Uint8Array.from(bytes),
});
const HALF = bits(0xaa, 0x80);
const FULL = bits(0xff, 0x80);
const ALL: PeerMessage = { type: 'have-all' };
const NONE: PeerMessage = { type: 'have-none' };

interface Meeting {
  readonly scene: Scene;
  readonly engine: Engine;
  readonly talk: Talk;
}

/** A stranger has connected and shaken hands, and has said nothing more. */
function meeting(holds: 'all' | 'none' = 'none'): Meeting {
  const scene = new Scene({ latency: WAY });
  const engine = scene.engine({ content, holds });
  const talk = scene.stranger(content).dial(engine.address);
  scene.run(1000);
  assert(talk.greeted, 'no handshake came back');
  return { scene, engine, talk };
}

/** Nothing ends the connection but silence, and that to the millisecond. */
function endsBySilence({ scene, engine }: Meeting, lastWord: number): void {
  scene.run(2 * IDLE);
  const ends = engine.of('peer-disconnected');
  assert.deepEqual(
    ends.map(({ at, event }) => [at, event.reason]),
    [[lastWord + WAY + IDLE, 'idle']],
  );
}

function contradicts(first: PeerMessage, then: PeerMessage, isSeed: boolean): void {
  const met = meeting();
  met.talk.say(first);
  met.scene.run(1000);
  const lastWord = met.scene.now;
  met.talk.say(then);
  met.scene.run(1000);
  const [peer] = met.engine.torrent.peers;
  assert.equal(peer?.isSeed, isSeed);
  for (let piece = 0; piece < 9; piece++) assert.equal(peer.has(piece), isSeed, `piece ${piece}`);
  assert.equal(peer.amInterested, isSeed);
  met.engine.recount();
  endsBySilence(met, lastWord);
}

/** The engine gives the connection up on account of what it just heard. */
function endsAtOnce({ scene, engine, talk }: Meeting, reason: string): void {
  const spoken = scene.now;
  scene.run(1000);
  assert.deepEqual(
    engine.of('peer-disconnected').map(({ at, event }) => [at, event.reason]),
    [[spoken + WAY, reason]],
  );
  assert.equal(talk.lost?.at, spoken + 2 * WAY);
  assert.equal(engine.torrent.peers.length, 0);
}

describe('scenarios: one stranger', () => {
  scenario('have-all and have-none in turn: the last one counts, and silence alone ends it', () => {
    const met = meeting();
    const { scene, engine, talk } = met;
    let lastWord = 0;
    for (let i = 0; i < 10; i++) {
      lastWord = scene.now;
      talk.say(i % 2 === 0 ? ALL : NONE);
      scene.run(1000);
      assert.equal(engine.torrent.peers[0]?.isSeed, i % 2 === 0);
    }
    assert.equal(talk.of('interested').length, 5);
    assert.equal(talk.of('not-interested').length, 5);
    endsBySilence(met, lastWord);
  });

  scenario('a bitfield, then have-none: it has nothing', () => contradicts(HALF, NONE, false));
  scenario('a bitfield, then have-all: it has everything', () => contradicts(HALF, ALL, true));
  scenario('a full bitfield, then have-all: it is one seed, not two', () =>
    contradicts(FULL, ALL, true),
  );
  scenario('a full bitfield, then have-none: it is no seed any more', () =>
    contradicts(FULL, NONE, false),
  );

  scenario('have-none, then have-all to a seed: two seeds part without a fault', () => {
    const met = meeting('all');
    met.talk.say(NONE);
    met.scene.run(1000);
    assert.equal(met.engine.torrent.peers.length, 1);
    met.talk.say(ALL);
    endsAtOnce(met, 'both-seeds');
    assert.equal(met.talk.lost?.reason, 'closed');
  });

  scenario('a request for a piece that we lack is rejected, and the peer kept', () => {
    const met = meeting();
    const request = { index: 3, begin: 0, length: BLOCK };
    const lastWord = met.scene.now;
    met.talk.say({ type: 'interested' }, { type: 'request', ...request });
    met.scene.run(1000);
    assert.deepEqual(
      met.talk.of('reject').map(({ message }) => message),
      [{ type: 'reject', ...request }],
    );
    assert.equal(met.talk.of('piece').length, 0);
    assert.equal(met.engine.torrent.peers[0]?.offenses, 1);
    endsBySilence(met, lastWord);
  });

  scenario('a length prefix over the longest frame ends it before a byte of the frame came', () => {
    const longest = meeting();
    longest.talk.bytes([0x00, 0x10, 0x00, 0x02]);
    longest.scene.run(1000);
    assert.equal(longest.engine.torrent.peers.length, 1, 'the longest frame is allowed');
    const longer = meeting();
    longer.talk.bytes([0x00, 0x10, 0x00, 0x03]);
    endsAtOnce(longer, 'bad-frame');
  });

  scenario('unknown message ids are stepped over a thousand times, and not once more', () => {
    const met = meeting();
    for (let i = 0; i < 1000; i++) met.talk.bytes([0, 0, 0, 3, 99, 1, 2]);
    met.scene.run(1000);
    assert.equal(met.engine.torrent.peers.length, 1);
    met.talk.bytes([0, 0, 0, 1, 100]);
    endsAtOnce(met, 'bad-frame');
  });

  scenario('an unknown message after have-all changes nothing that was said', () => {
    const met = meeting();
    met.talk.say(ALL).bytes([0, 0, 0, 5, 250, 1, 2, 3, 4]);
    const lastWord = met.scene.now;
    met.scene.run(1000);
    assert.equal(met.engine.torrent.peers[0]?.isSeed, true);
    endsBySilence(met, lastWord);
  });

  scenario('a bitfield of a byte too few ends it', () => {
    const met = meeting();
    met.talk.say(bits(0xff));
    endsAtOnce(met, 'bad-bitfield');
  });

  scenario('a bitfield of a byte too many, or with a spare bit set, ends it', () => {
    const long = meeting();
    long.talk.say(bits(0xff, 0x80, 0x00));
    endsAtOnce(long, 'bad-bitfield');
    const spare = meeting();
    spare.talk.say(bits(0xff, 0xc0));
    endsAtOnce(spare, 'bad-bitfield');
  });

  scenario('a handshake for a torrent that is not here is told, and gets no word back', () => {
    const scene = new Scene({ latency: WAY });
    const engine = scene.engine({ content });
    const infoHash = new Uint8Array(20).fill(7);
    const talk = scene.stranger(content).dial(engine.address, (own) => own.greet({ infoHash }));
    scene.run(1000);
    assert.deepEqual(
      engine.of('connection-failed').map(({ at, event }) => [at, event.torrent, event.reason]),
      [[3 * WAY, null, 'unknown-torrent']],
    );
    assert.equal(talk.heard.length, 0);
    assert.equal(talk.lost?.at, 4 * WAY);
  });

  scenario('a second peer with the same peer id from another address is refused', () => {
    const scene = new Scene({ latency: WAY });
    const engine = scene.engine({ content });
    const peerId = new Uint8Array(20).fill(0x42);
    const [first, second] = ['10.1.0.1', '10.1.0.2'].map((host) =>
      scene.stranger(content, host).dial(engine.address, (own) => own.greet({ peerId })),
    );
    scene.run(1000);
    assert.equal(engine.torrent.peers.length, 1);
    assert.equal(engine.of('connection-failed')[0]?.event.reason, 'duplicate-connection');
    assert.equal(first?.lost, null);
    assert.equal(second?.lost?.reason, 'closed');
  });
});
