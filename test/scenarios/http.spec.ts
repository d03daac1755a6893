/**
 * Trackers whose name stands for several addresses, of which some accept nobody.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { httpTimeMax } from '../../src/protocol/tracker/limits.ts';
import { connectTimeMax } from '../../src/reactors/memory/network/http.ts';
import { plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';
import { Web } from './web.ts';

const content = plainContent(2);

/** Two addresses of one name, each with a server; `accepts`: whether anybody gets through to it. */
function dualStack(accepts: readonly boolean[]): { scene: Scene; engine: Engine; webs: Web[] } {
  const scene = new Scene();
  const hosts = ['10.2.0.1', '2001:db8::2'];
  const webs = hosts.map((host, i) => {
    scene.world.addHost({ host, reachable: accepts[i]! });
    return new Web(scene.world, host);
  });
  scene.world.setName('dual-stack.example', hosts);
  const engine = scene.engine({ content, tiers: [['http://dual-stack.example/announce']] });
  return { scene, engine, webs };
}

describe('scenarios: names of several addresses', () => {
  scenario(
    'a server that accepts at neither of its addresses: each is tried, and it times out once, in time',
    () => {
      const { scene, engine, webs } = dualStack([false, false]);
      scene.run(httpTimeMax + 1000);
      const told = engine.of('announce-failed').map(({ at, event }) => [at, event.reason]);
      assert.deepEqual(told, [[httpTimeMax, 'no answer in time']]);
      assert.deepEqual(
        webs.map(({ asked }) => asked.length),
        [0, 0],
      );
      // That both are tried shows where only the second one accepts.
      const half = dualStack([false, true]);
      half.scene.run(1000);
      assert.deepEqual(
        half.webs.map(({ asked }) => asked.map(({ at }) => at)),
        [[], [connectTimeMax + 30]],
      );
      assert.equal(half.engine.of('announced').length, 1);
    },
  );
});
