/**
 * Peers that take a place and use it for nothing: when exactly they make room, and that they stay while there is some.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { dialing } from '../../src/behaviors/index.ts';
import type { PeerMessage, SessionConfig } from '../../src/protocol/index.ts';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';
import type { Talk } from './stranger.ts';

const content = plainContent(4);
const WAY = 10;
const SECOND = 1000;

interface House {
  readonly scene: Scene;
  readonly engine: Engine;
  readonly talks: readonly Talk[];
}

/** As many peers, who have nothing and say so, as there are places. They are members 30 ms after they dialled. */
function fullHouse(
  places: number,
  holds: 'all' | 'none',
  config: Partial<SessionConfig> = {},
): House {
  const scene = new Scene({ latency: WAY });
  const behaviors = { dialing: dialing({ connectionsMax: places }) };
  const engine = scene.engine({ content, holds, config, behaviors });
  const talks = Array.from({ length: places }, () => scene.stranger(content).dial(engine.address));
  scene.run(3 * WAY);
  for (const talk of talks) talk.say({ type: 'have-none' });
  return { scene, engine, talks };
}

/** Lets so many seconds pass, in which they say this every 20 s. */
function pass({ scene, talks }: House, seconds: number, ...words: readonly PeerMessage[]): void {
  for (let at = 0; at < seconds; at += 20) {
    for (const talk of talks) if (talk.lost === null) talk.say(...words);
    scene.run(Math.min(20, seconds - at) * SECOND);
  }
}

const partings = (engine: Engine): readonly (readonly [number, string])[] =>
  engine.of('peer-disconnected').map(({ at, event }) => [at, event.reason]);

const request = (index: number): PeerMessage => ({
  type: 'request',
  index,
  begin: 0,
  length: BLOCK,
});

describe('scenarios: places taken for nothing', () => {
  scenario('who is served and asks for nothing makes room after 60 s, and who asks stays', () => {
    for (const places of [2, 3]) {
      const scene = new Scene({ latency: WAY });
      const behaviors = { dialing: dialing({ connectionsMax: places }) };
      const engine = scene.engine({ content, holds: 'all', behaviors });
      const [idle, busy] = [0, 1].map(() => scene.stranger(content).dial(engine.address));
      scene.run(3 * WAY);
      for (const talk of [idle!, busy!]) talk.say({ type: 'have-none' }, { type: 'interested' });
      scene.run(10 * WAY);
      const unchoked = idle!.of('unchoke')[0]!.at - WAY;
      for (let asked = 0; asked < 12; asked++) {
        busy!.say(request(asked % 4));
        idle!.say({ type: 'keep-alive' });
        scene.run(10 * SECOND);
      }
      assert.equal(busy!.of('piece').length, 12);
      const gone = partings(engine);
      if (places === 3) assert.deepEqual(gone, [], 'while there is room it may stay');
      else {
        // All places are looked through every ten seconds.
        assert.deepEqual(
          gone.map(([, reason]) => reason),
          ['idle-slot'],
        );
        const waited = gone[0]![0] - unchoked;
        assert(waited >= 60 * SECOND && waited <= 70 * SECOND, `${waited} ms`);
        assert.notEqual(idle!.lost, null);
      }
    }
  });

  scenario(
    'where all ten places are taken, one peer without interest goes after 120 s, and there is room',
    () => {
      const house = fullHouse(10, 'none');
      pass(house, 600, { type: 'keep-alive' });
      assert.deepEqual(partings(house.engine), [[3 * WAY + 120 * SECOND, 'uninterested']]);
      assert.equal(house.engine.torrent.peers.length, 9);
    },
  );

  scenario('a peer that says not interested again and again goes no later for it', () => {
    const house = fullHouse(10, 'none');
    pass(house, 600, { type: 'not-interested' });
    assert.deepEqual(partings(house.engine), [[3 * WAY + 120 * SECOND, 'uninterested']]);
  });

  scenario(
    'with no patience for peers without interest, each makes room for the next at once',
    () => {
      const { scene, engine } = fullHouse(2, 'none', { uninterestedTimeMax: 1 });
      const before = scene.now;
      for (let i = 0; i < 8; i++) {
        const next = scene.stranger(content).dial(engine.address);
        scene.run(5 * WAY);
        assert(next.greeted, `guest ${i} is let in`);
      }
      const gone = partings(engine);
      assert.deepEqual(
        gone.map(([, reason]) => reason),
        Array.from({ length: 8 }, () => 'uninterested'),
      );
      assert(
        gone.every(([at], i) => at === before + 50 * i + 3 * WAY),
        'at the moment of the handshake',
      );
      assert.equal(engine.torrent.peers.length, 2);
    },
  );
});
