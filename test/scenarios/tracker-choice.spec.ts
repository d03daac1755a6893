/**
 * Which trackers hear of a torrent: others from now on, one by its URL, or more than one at a time.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';
import { body, hangUp, reply, stall } from './web.ts';
import type { Web } from './web.ts';

const content = plainContent(8);
const SECOND = 1000;
const host = (number: number): string => `10.2.0.${number}`;
const url = (number: number): string => `http://${host(number)}/announce`;

function webs(scene: Scene, count: number, interval = 60): Web[] {
  return Array.from({ length: count }, (_, i) => {
    const web = scene.web(host(i + 1));
    web.answer = () => body(reply({ interval }));
    return web;
  });
}

function replace(engine: Engine, tiers: readonly (readonly string[])[]): void {
  engine.command({ type: 'set-trackers', torrent: engine.id, tiers });
}

function reach(engine: Engine, allTrackers: boolean, allTiers: boolean): void {
  engine.command({ type: 'set-announce-reach', torrent: engine.id, allTrackers, allTiers });
}

const count = (web: Web, event: string): number =>
  web.events.filter((each) => each === event).length;

interface Tiered {
  readonly scene: Scene;
  readonly engine: Engine;
  readonly all: readonly Web[];
}

/** Two tiers of two. */
function tiered(allTrackers: boolean, allTiers: boolean, interval = 60): Tiered {
  const scene = new Scene();
  const all = webs(scene, 4, interval);
  const tiers = [
    [url(1), url(2)],
    [url(3), url(4)],
  ];
  const engine = scene.engine({ content, tiers, started: false });
  reach(engine, allTrackers, allTiers);
  return { scene, engine, all };
}

/** A short life. What each of the four heard, in order. */
function heard({ scene, engine, all }: Tiered): string[] {
  engine.start();
  scene.run(10 * SECOND);
  engine.stop();
  scene.run(10 * SECOND);
  return all.map((web) => web.events.join(' '));
}

describe('scenarios: the choice of trackers', () => {
  scenario(
    'a tracker that comes in mid-download hears started, completed once and stopped, the old one stopped',
    () => {
      const scene = new Scene();
      const [old, fresh] = webs(scene, 2) as [Web, Web];
      const seed = scene.engine({ content, holds: 'all', up: 1000 });
      const leech = scene.engine({ content, tiers: [[url(1)]] });
      leech.meet(seed);
      scene.run(30 * SECOND);
      assert(!leech.complete);
      replace(leech, [[url(2)]]);
      scene.run(SECOND);
      assert.deepEqual([old.events, fresh.events], [['started', 'stopped'], ['started']]);
      scene.finish([leech], 300 * SECOND);
      scene.run(300 * SECOND);
      leech.stop();
      scene.run(10 * SECOND);
      assert.deepEqual(old.events, ['started', 'stopped'], 'it hears no more');
      assert.deepEqual([fresh.events[0], fresh.events.at(-1)], ['started', 'stopped']);
      for (const event of ['started', 'completed', 'stopped']) {
        assert.equal(count(fresh, event), 1, event);
      }
      assert(count(fresh, 'none') > 2);
    },
  );

  scenario('a tracker that comes to a seed never hears completed', () => {
    const scene = new Scene();
    const [stays, goes, comes] = webs(scene, 3) as [Web, Web, Web];
    const engine = scene.engine({ content, holds: 'all', tiers: [[url(1)], [url(2)]] });
    scene.run(30 * SECOND);
    replace(engine, [[url(3)], [url(1)]]);
    scene.run(300 * SECOND);
    replace(engine, [[url(3)]]);
    scene.run(300 * SECOND);
    engine.stop();
    scene.run(10 * SECOND);
    assert.equal(count(stays, 'started'), 1, 'one that stays is not greeted again');
    assert.equal(count(stays, 'stopped'), 1);
    assert.deepEqual(goes.events, [], 'it never had its turn');
    assert.deepEqual([comes.events[0], comes.events.at(-1)], ['started', 'stopped']);
    for (const web of [stays, comes]) assert.equal(count(web, 'completed'), 0);
  });

  scenario(
    'an announce that is asked for by URL goes to that tracker alone, though another torrent’s stalls',
    () => {
      const scene = new Scene();
      const [first, second, stalling] = webs(scene, 3, 1800) as [Web, Web, Web];
      stalling.answer = () => stall;
      const engine = scene.engine({ content, tiers: [[url(1)], [url(2)]] });
      const more = plainContent(3, BLOCK, 5);
      engine.command({
        type: 'add-torrent',
        torrent: 9,
        metainfo: more.metainfo,
        tiers: [[url(3)]],
        downloading: true,
        seeding: true,
        existing: 'none',
        behaviors: {},
      });
      engine.command({ type: 'start-torrent', torrent: 9 });
      scene.run(10 * SECOND);
      const ask = (which: string): void =>
        engine.command({ type: 'announce-to', torrent: engine.id, url: which });
      ask(url(2));
      ask(url(4));
      ask('no tracker at all');
      scene.run(SECOND);
      assert.deepEqual([first.events, second.events], [['started'], ['started']]);
      assert.equal(stalling.asked.length, 1, 'it is still in the middle of its first');
      ask(url(2));
      scene.run(55 * SECOND);
      assert.deepEqual(second.events, ['started'], 'nobody is asked twice in a minute');
      scene.run(10 * SECOND);
      assert.deepEqual(second.events, ['started', 'none']);
      scene.run(1850 * SECOND);
      assert.deepEqual(first.events, ['started', 'none'], 'whose turn comes when it was due');
      assert.deepEqual(second.events, ['started', 'none']);
      engine.stop();
      scene.run(10 * SECOND);
      assert.deepEqual([first.events.at(-1), second.events.at(-1)], ['stopped', 'stopped']);
    },
  );

  scenario(
    'all trackers: both of the first tier hear everything, those of the second nothing until both fail',
    () => {
      const both = 'started stopped';
      assert.deepEqual(heard(tiered(true, false)), [both, both, '', '']);
      const world = tiered(true, false);
      world.all[0]!.answer = () => hangUp;
      assert.deepEqual(heard(world), ['started', both, '', '']);
      const failing = tiered(true, false);
      for (const web of failing.all.slice(0, 2)) web.answer = () => hangUp;
      assert.deepEqual(heard(failing), ['started', 'started', both, both]);
    },
  );

  scenario('all tiers: one tracker of each tier hears everything', () => {
    for (let i = 0; i < 4; i++) {
      const all = heard(tiered(false, true));
      assert.deepEqual(all.slice(0, 2).sort(), ['', 'started stopped']);
      assert.deepEqual(all.slice(2).sort(), ['', 'started stopped']);
    }
  });

  scenario('all trackers of all tiers: each hears everything, and keeps its own interval', () => {
    assert.deepEqual(
      heard(tiered(true, true)),
      Array.from({ length: 4 }, () => 'started stopped'),
    );
    const { scene, engine, all } = tiered(true, true);
    all[0]!.answer = () => body(reply({ interval: 300 }));
    all[3]!.answer = () => hangUp;
    engine.start();
    scene.run(450 * SECOND);
    assert.deepEqual(
      all.slice(0, 3).map(({ asked }) => asked.length),
      [2, 8, 8],
    );
    assert(all[3]!.asked.length > 4 && count(all[3]!, 'started') === all[3]!.asked.length);
    // Fewer from now on: nobody is greeted again, and who has heard of us hears that we left.
    reach(engine, false, false);
    scene.run(600 * SECOND);
    engine.stop();
    scene.run(10 * SECOND);
    for (const web of all.slice(0, 3)) {
      assert.deepEqual([count(web, 'started'), count(web, 'stopped')], [1, 1]);
    }
  });
});
