/**
 * Peers that hear of each other from a third one (BEP 11), and from nobody else.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { contentOf } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';

/** A seed and two leeches; both others know the first leech alone. */
function three(isPrivate: boolean): [scene: Scene, seed: Engine, hub: Engine, leech: Engine] {
  const content = contentOf({
    files: [{ name: 'a', length: 50 * 16_384 }],
    pieceLength: 16_384,
    private: isPrivate,
  });
  const scene = new Scene();
  const config = { exchangePeersMax: 50 };
  // Slow enough that nobody is done before they meet.
  const seed = scene.engine({ content, config, holds: 'all', up: 5000 });
  const hub = scene.engine({ content, config, up: 5000 });
  const leech = scene.engine({ content, config, up: 5000 });
  seed.meet(hub);
  leech.meet(hub);
  return [scene, seed, hub, leech];
}

const knows = (engine: Engine, other: Engine): boolean =>
  engine.torrent.peers.some(({ address }) => address.host === other.address.host);

describe('scenarios: peer exchange', () => {
  scenario('a seed and a leech that know a third peer alone meet within 65 s', () => {
    const [scene, seed, hub, leech] = three(false);
    scene.run(5000);
    assert.deepEqual(
      [knows(seed, hub), knows(leech, hub), knows(leech, seed)],
      [true, true, false],
    );
    assert(scene.until(() => knows(leech, seed) && knows(seed, leech), 60_000));
    const [apart, one, , other] = three(true);
    apart.run(65_000);
    assert(!knows(one, other), 'peers of a private torrent do not (BEP 27)');
  });
});
