/**
 * IP filters: whom they deny is neither dialled nor let in, whenever they are set.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import type { IpRange } from '../../src/protocol/index.ts';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';
import type { Stranger } from './stranger.ts';
import { hangUp } from './web.ts';

const content = plainContent(6, BLOCK);
/** The first three of five. */
const DENIED: readonly IpRange[] = [{ first: '10.3.0.1', last: '10.3.0.3', allow: false }];

function filter(engine: Engine, ranges: readonly IpRange[] = DENIED): void {
  engine.command({ type: 'set-ip-filter', ranges });
}

interface Five {
  readonly scene: Scene;
  readonly engine: Engine;
  readonly strangers: readonly Stranger[];
}

function five(tiers: readonly (readonly string[])[] = []): Five {
  const scene = new Scene();
  const engine = scene.engine({ content, tiers, started: false });
  const strangers = [1, 2, 3, 4, 5].map((n) => scene.stranger(content, `10.3.0.${n}`).listen());
  return { scene, engine, strangers };
}

/** How often each of the five was connected to. */
const visits = ({ strangers }: Five): number[] => strangers.map(({ talks }) => talks.length);

describe('scenarios: IP filters', () => {
  scenario(
    'a filter that is there first: of five addresses the two that it leaves are dialled',
    () => {
      const world = five();
      const { scene, engine, strangers } = world;
      filter(engine);
      engine.meet(...strangers);
      engine.start();
      scene.run(60_000);
      assert.deepEqual(visits(world), [0, 0, 0, 1, 1]);
      for (const stranger of strangers) stranger.dial(engine.address);
      scene.run(60_000);
      const greeted = strangers.map(({ talks }) => talks.at(-1)!.greeted);
      assert.deepEqual(greeted.slice(0, 3), [false, false, false], 'nor is one let in that comes');
    },
  );

  scenario(
    'a filter that comes later disconnects three of five, and they are dialled no more',
    () => {
      const world = five();
      const { scene, engine, strangers } = world;
      engine.start();
      engine.meet(...strangers);
      scene.run(1000);
      assert.deepEqual(visits(world), [1, 1, 1, 1, 1]);
      filter(engine);
      scene.run(3_600_000);
      const gone = engine
        .of('peer-disconnected')
        .filter(({ event }) => event.reason === 'filtered');
      assert.deepEqual(
        gone.map(({ at, event }) => [at, event.address.host]),
        ['10.3.0.1', '10.3.0.2', '10.3.0.3'].map((host) => [1000, host]),
      );
      assert.deepEqual(visits(world).slice(0, 3), [1, 1, 1]);
    },
  );

  scenario(
    'a torrent that is exempt from the filter dials all five addresses, and lets all of them in',
    () => {
      const world = five();
      const { scene, engine, strangers } = world;
      const exempt = (yes: boolean): void =>
        engine.command({ type: 'exempt-from-ip-filter', torrent: engine.id, exempt: yes });
      filter(engine);
      exempt(true);
      engine.meet(...strangers);
      engine.start();
      scene.run(60_000);
      assert.deepEqual(visits(world), [1, 1, 1, 1, 1]);
      for (const stranger of strangers) stranger.talks[0]!.hangUp();
      scene.run(1000);
      for (const stranger of strangers) stranger.dial(engine.address);
      scene.run(1000);
      const greeted = (): boolean[] => strangers.map(({ talks }) => talks.at(-1)!.greeted);
      assert.deepEqual(greeted(), [true, true, true, true, true]);
      exempt(false);
      scene.run(1000);
      const gone = strangers.map(({ talks }) => talks.at(-1)!.lost !== null);
      assert.deepEqual(gone, [true, true, true, false, false], 'and what it was spared comes back');
    },
  );

  scenario('a filter is one for trackers too: of five the two that it leaves are asked', () => {
    const hosts = [1, 2, 3, 4, 5].map((n) => `10.3.0.${n}`);
    const asked = (prepare: (engine: Engine) => void): number[] => {
      const scene = new Scene();
      const webs = hosts.map((host) => scene.web(host));
      for (const web of webs) web.answer = () => hangUp;
      const tiers = hosts.map((host) => [`http://${host}/announce`]);
      const engine = scene.engine({ content, tiers, started: false });
      filter(engine);
      prepare(engine);
      engine.start();
      scene.run(10_000);
      const denied = engine
        .of('announce-failed')
        .filter(({ event }) => event.reason === 'the IP filter denies its address');
      assert.equal(denied.length, webs.filter((web) => web.asked.length === 0).length);
      engine.command({ type: 'scrape', torrent: engine.id });
      scene.run(1000);
      return webs.map((web) => web.asked.length);
    };
    const both = 2; // an announce, and a scrape
    assert.deepEqual(
      asked(() => undefined),
      [0, 0, 0, both, both],
    );
    const open = { type: 'set-tracker-hosts', idna: true, filtered: false } as const;
    assert.deepEqual(
      asked((engine) => engine.command(open)),
      [both, both, both, both, both],
    );
    assert.deepEqual(
      asked((engine) => {
        const torrent = engine.id;
        engine.command({ type: 'exempt-from-ip-filter', torrent, exempt: true });
      }),
      [both, both, both, both, both],
      'an exempt torrent asks its trackers',
    );
  });

  scenario(
    'a leech that filters its only seed gets nothing, and all once the filter is gone',
    () => {
      const scene = new Scene();
      const seed = scene.engine({ content, holds: 'all' });
      const leech = scene.engine({ content, started: false });
      const { host } = seed.address;
      filter(leech, [{ first: host, last: host, allow: false }]);
      leech.start();
      leech.meet(seed);
      seed.meet(leech);
      scene.run(600_000);
      assert.equal(leech.verified, 0);
      assert.equal(leech.of('peer-connected').length, 0);
      filter(leech, []);
      scene.finish([leech], 60_000);
      assert(leech.holdsTruth);
    },
  );
});
