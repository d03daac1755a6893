/**
 * Who is silent, slow or not interested, and when exactly it must go, or may stay.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';

const content = plainContent(4);
const WAY = 10;

describe('scenarios: silence', () => {
  scenario('a peer that is silent after its handshake goes 150 s later, to the millisecond', () => {
    const scene = new Scene({ latency: WAY });
    const engine = scene.engine({ content });
    const talk = scene.stranger(content).dial(engine.address);
    scene.run(400_000);
    // The dial takes a round trip, the handshake another way.
    assert.deepEqual(
      engine.of('peer-disconnected').map(({ at, event }) => [at, event.reason]),
      [[3 * WAY + 150_000, 'idle']],
    );
    assert.equal(talk.of('keep-alive').length, 1, 'we were not silent ourselves');
    assert.equal(talk.lost?.at, 4 * WAY + 150_000);
  });

  scenario('whoever connects, or accepts, and never shakes hands is dropped after 10 s', () => {
    const scene = new Scene({ latency: WAY });
    const engine = scene.engine({ content });
    const mute = scene.stranger(content).listen(() => undefined);
    scene.stranger(content).dial(engine.address, () => undefined);
    engine.meet(mute);
    scene.run(14_000);
    assert.deepEqual(
      engine
        .of('connection-failed')
        .map(({ at, event }) => [at, event.conn % 2 === 0, event.reason]),
      [
        [WAY + 10_000, false, 'handshake-timed-out'],
        [2 * WAY + 10_000, true, 'handshake-timed-out'],
      ],
    );
    assert.equal(engine.session.connectionCount, 0);
  });

  scenario('a peer that waits for our slow upload is not taken for idle', () => {
    const scene = new Scene({ latency: WAY });
    // One block takes 73 s.
    const engine = scene.engine({ content, holds: 'all', up: BLOCK / 73 });
    const talk = scene.stranger(content).dial(engine.address);
    scene.run(2000);
    talk.say({ type: 'have-none' }, { type: 'interested' });
    scene.run(20_000);
    assert.equal(talk.of('unchoke').length, 1);
    talk.say({ type: 'request', index: 0, begin: 0, length: BLOCK });
    const asked = scene.now;
    scene.run(120_000);
    const [piece] = talk.of('piece');
    assert(piece !== undefined && piece.at - asked > 70_000, 'the block came, and slowly');
    assert.deepEqual(piece.message.block, content.bytes.subarray(0, BLOCK));
    assert.deepEqual(engine.partings, []);
  });

  scenario('peers without interest in each other stay while there is room', () => {
    const scene = new Scene({ latency: WAY });
    const engine = scene.engine({ content, config: { connectionsMax: 20 } });
    const talks = Array.from({ length: 10 }, () => scene.stranger(content).dial(engine.address));
    scene.run(1000);
    for (const talk of talks) talk.say({ type: 'have-none' }, { type: 'not-interested' });
    for (let minute = 0; minute < 60; minute++) {
      scene.run(60_000);
      for (const talk of talks) talk.say({ type: 'keep-alive' });
    }
    assert.equal(engine.torrent.peers.length, 10);
    assert.deepEqual(engine.partings, []);
  });
});
