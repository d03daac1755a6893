/**
 * A torrent that is stopped: whom it leaves, whom it does not connect to, and what it says.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { defaultPicker } from '../../src/behaviors/index.ts';
import type { Behavior, PiecePicker } from '../../src/protocol/index.ts';
import { plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';

const content = plainContent(16);

describe('scenarios: stopped torrents', () => {
  scenario('a torrent that is stopped leaves all three peers at once', () => {
    const scene = new Scene();
    const engine = scene.engine({ content });
    const strangers = [1, 2, 3].map(() => scene.stranger(content).listen());
    const dead = { address: { host: '10.9.0.1', port: 6881 } };
    engine.meet(...strangers, dead);
    scene.run(1000);
    assert.equal(engine.torrent.peers.length, 3);
    assert.equal(engine.session.connectionCount, 4, 'one dial is still under way');
    const stopped = scene.now;
    engine.stop();
    assert.equal(engine.session.connectionCount, 0);
    scene.run(60_000);
    assert.deepEqual(
      engine.of('peer-disconnected').map(({ at, event }) => [at, event.reason]),
      [1, 2, 3].map(() => [stopped, 'torrent-stopped']),
    );
    for (const { talks } of strangers) {
      assert.deepEqual(
        talks.map(({ lost }) => lost),
        [{ at: stopped + 10, reason: 'closed' }],
      );
    }
  });

  scenario('peers named to a stopped torrent are dialled when it starts, and not before', () => {
    const scene = new Scene();
    const engine = scene.engine({ content, started: false });
    const strangers = [1, 2, 3].map(() => scene.stranger(content).listen());
    engine.meet(...strangers);
    scene.run(600_000);
    assert.equal(scene.count(engine, 'connect'), 0);
    engine.start();
    scene.run(1000);
    assert.deepEqual(
      strangers.map(({ talks }) => talks.length),
      [1, 1, 1],
    );
    assert.equal(engine.torrent.peers.length, 3);
  });

  scenario('stopped and started are told once each, however often they are asked for', () => {
    const scene = new Scene();
    const engine = scene.engine({ content });
    scene.run(1000);
    for (let i = 0; i < 3; i++) engine.stop();
    scene.run(10_000);
    for (let i = 0; i < 3; i++) engine.start();
    scene.run(10_000);
    assert.deepEqual(engine.states, [
      'opening',
      'active',
      'stopping',
      'stopped',
      'opening',
      'active',
    ]);
  });

  scenario(
    'a behavior put in half way hears that all has changed, and finishes the download',
    () => {
      const scene = new Scene();
      const seed = scene.engine({ content, holds: 'all', up: 100_000 });
      const leech = scene.engine({ content });
      leech.meet(seed);
      assert(scene.until(() => leech.verified >= 8, 10_000));
      const calls: string[] = [];
      const watched: Behavior<PiecePicker> = (torrent, random) => {
        const inside = defaultPicker()(torrent, random);
        return {
          pieceChanged(piece) {
            calls.push('changed');
            inside.pieceChanged(piece);
          },
          allChanged() {
            calls.push('all');
            inside.allChanged();
          },
          pick(peer, room, now, out) {
            calls.push('pick');
            return inside.pick(peer, room, now, out);
          },
        };
      };
      leech.command({ type: 'set-behaviors', torrent: 1, behaviors: { picker: watched } });
      scene.finish([leech], 60_000);
      assert.equal(calls[0], 'all');
      assert(calls.includes('pick'));
      assert.equal(leech.of('piece-failed').length, 0);
      assert(leech.holdsTruth);
    },
  );
});
