/**
 * Trackers with internationalised host names (RFC 5890), where they are asked and where they are not.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';

const content = plainContent(2);

/** How often the tracker of this name was asked. */
function asked(name: string, idna: boolean, scheme: 'http' | 'udp' = 'http'): number {
  const scene = new Scene();
  const web = scene.web('10.2.0.1', 8080);
  scene.world.setName(name.toLowerCase(), ['10.2.0.1']);
  const url = `${scheme}://${name}:8080/announce`;
  const engine = scene.engine({ content, tiers: [[url]], started: false });
  engine.command({ type: 'set-tracker-hosts', idna, filtered: true });
  engine.start();
  scene.run(5000);
  const reasons = engine.of('announce-failed').map(({ event }) => event.reason);
  const resolved = scene.count(engine, 'resolve');
  if (scheme === 'udp') return resolved;
  assert.equal(resolved, 0);
  const refused = ['its host name is an internationalised one'];
  assert.deepEqual(reasons, web.asked.length === 0 ? refused : []);
  return web.asked.length;
}

describe('scenarios: internationalised names of trackers', () => {
  scenario(
    'a tracker with an internationalised name is asked where such names are allowed, and not where they are not',
    () => {
      assert.deepEqual(
        ['tracker.com', 'xn--tracker-.com'].map((name) => [asked(name, true), asked(name, false)]),
        [
          [1, 1],
          [1, 0],
        ],
      );
      assert.equal(asked('www.XN--tracker-.example', false), 0, 'any label, however it is written');
      assert.equal(asked('axn--tracker.example', false), 1, 'that is only a name');
      assert.deepEqual(
        [asked('xn--tracker-.com', true, 'udp'), asked('xn--tracker-.com', false, 'udp')],
        [1, 0],
        'nor is it looked up for UDP',
      );
    },
  );
});
