/**
 * How long a torrent was active, of that how long with all that is wanted and with everything, and when payload went
 * last: exact over days, stops, checks and the end.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { fixedPipelining } from '../../src/behaviors/index.ts';
import type { Millis } from '../../src/core/index.ts';
import type { TorrentTimes } from '../../src/protocol/index.ts';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';

/** One MiB. */
const content = plainContent(32, 2 * BLOCK);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const timesOf = (scene: Scene, engine: Engine): TorrentTimes =>
  engine.torrent.clocks.read(scene.now);
const all = (time: Millis): TorrentTimes => ({ active: time, finished: time, seeding: time });
const onlyActive = (time: Millis): TorrentTimes => ({ active: time, finished: 0, seeding: 0 });

interface Lone {
  readonly scene: Scene;
  readonly seed: Engine;
}

function lone(): Lone {
  const scene = new Scene();
  return { scene, seed: scene.engine({ content, holds: 'all' }) };
}

/** A seed that is stopped and started again at seven hours, and seen at thirty. */
function turned(stops: boolean): Lone & { readonly began: Millis } {
  const { scene, seed } = lone();
  assert(scene.until(() => seed.state === 'active', 1000));
  const began = seed.of('state-changed').at(-1)!.at;
  scene.run(7 * HOUR - scene.now + began);
  seed.stop();
  seed.start();
  if (stops) seed.stop();
  scene.run(23 * HOUR);
  return { scene, seed, began };
}

/** A download that is ended after two seconds of it, before it is complete. */
function endedBy(end: (leech: Engine) => void): { readonly leech: Engine; readonly scene: Scene } {
  const scene = new Scene();
  const seeds = [1, 2, 3].map(() => scene.engine({ content, holds: 'all', up: 50_000 }));
  const leech = scene.engine({ content, behaviors: { pipelining: fixedPipelining(8) } });
  leech.meet(...seeds);
  scene.run(2000);
  const { at: began } = leech.of('state-changed').find(({ event }) => event.state === 'active')!;
  assert.deepEqual(timesOf(scene, leech), onlyActive(2000 - began));
  end(leech);
  assert(scene.until(() => leech.state === 'stopped', 30_000));
  const { at: ended } = leech.of('state-changed').find(({ event }) => event.state === 'stopping')!;
  scene.run(2 * HOUR);
  assert(!leech.torrent.view.complete);
  assert.deepEqual(timesOf(scene, leech), onlyActive(ended - began));
  assert.equal(leech.states.filter((state) => state === 'stopped').length, 1);
  const { lastSentAt, lastReceivedAt } = leech.torrent.clocks;
  assert.equal(lastSentAt, null);
  assert(lastReceivedAt !== null && lastReceivedAt <= ended && lastReceivedAt > 1000);
  return { leech, scene };
}

describe('scenarios: clocks', () => {
  scenario('a seed of two days shows its time every hour, to the millisecond', () => {
    const { scene, seed } = lone();
    scene.run(1000);
    const { at: began } = seed.of('state-changed').at(-1)!;
    while (scene.now < 2 * DAY) {
      scene.run(HOUR);
      assert.deepEqual(timesOf(scene, seed), all(scene.now - began));
      assert.deepEqual(
        [seed.torrent.clocks.lastSentAt, seed.torrent.clocks.lastReceivedAt],
        [null, null],
      );
    }
  });

  scenario('a seed that gives knows when it last did, and that it never took', () => {
    const scene = new Scene();
    const seed = scene.engine({ content, holds: 'all', up: 50_000 });
    const leech = scene.engine({ content });
    leech.meet(seed);
    scene.run(1000);
    const pieces = (): readonly Millis[] =>
      seed.sent.filter(({ message }) => message.type === 'piece').map(({ at }) => at);
    for (let second = 0; second < 10; second++) {
      scene.run(1000);
      assert.equal(seed.torrent.clocks.lastSentAt, pieces().at(-1));
      assert.equal(seed.torrent.clocks.lastReceivedAt, null);
      assert.equal(leech.torrent.clocks.lastSentAt, null);
    }
    const { lastReceivedAt } = leech.torrent.clocks;
    assert(lastReceivedAt !== null && lastReceivedAt > 10_000);
    scene.finish([leech], 60_000);
    scene.run(DAY);
    assert.equal(seed.torrent.clocks.lastSentAt, pieces().at(-1), 'nothing since');
    seed.recheck();
    scene.run(HOUR);
    assert.equal(seed.torrent.clocks.lastSentAt, pieces().at(-1), 'it lasts over a stop');
  });

  scenario(
    'two seconds of seeding, a day stopped, an hour of seeding: an hour and two seconds',
    () => {
      const { scene, seed } = lone();
      assert(scene.until(() => seed.state === 'active', 1000));
      const began = seed.of('state-changed').at(-1)!.at;
      scene.run(2000 - scene.now + began);
      seed.stop();
      for (let hour = 0; hour < 24; hour++) {
        scene.run(HOUR);
        assert.deepEqual(timesOf(scene, seed), all(2000));
      }
      seed.start();
      scene.run(HOUR);
      const { at: again } = seed.of('state-changed').at(-1)!;
      assert.deepEqual(timesOf(scene, seed), all(2000 + scene.now - again));
    },
  );

  scenario('a stop and a start at one moment cost a seed no time but that of opening', () => {
    const { scene, seed, began } = turned(false);
    const changes = seed.of('state-changed');
    assert.equal(changes.at(-1)?.event.state, 'active');
    const away = changes.at(-1)!.at - changes.at(-4)!.at;
    assert(away < 1000);
    assert.deepEqual(timesOf(scene, seed), all(scene.now - began - away));
  });

  scenario('a stop, a start and a stop at one moment leave its time where it was', () => {
    const { scene, seed } = turned(true);
    assert.equal(seed.state, 'stopped');
    assert.deepEqual(timesOf(scene, seed), all(7 * HOUR));
  });

  for (const [title, stops] of [
    ['a torrent that is removed long after it was stopped shows the time until then', true],
    ['a torrent that is removed while it seeds shows all of its time', false],
  ] as const) {
    scenario(title, () => {
      const { scene, seed } = lone();
      assert(scene.until(() => seed.state === 'active', 1000));
      const began = seed.of('state-changed').at(-1)!.at;
      const { torrent } = seed;
      scene.run(10_000 - scene.now + began);
      if (stops) seed.stop();
      scene.run(5 * HOUR);
      const time = stops ? 10_000 : 10_000 + 5 * HOUR;
      assert.deepEqual(torrent.clocks.read(scene.now), all(time));
      seed.command({ type: 'remove-torrent', torrent: seed.id });
      scene.run(HOUR);
      assert.equal(seed.state, 'removed');
      assert.deepEqual(torrent.clocks.read(scene.now), all(time));
    });
  }

  scenario('a recheck takes no time from a seed, and gives it none', () => {
    const scene = new Scene();
    const seed = scene.engine({
      content,
      holds: 'all',
      latency: { hash: 2000 },
    });
    scene.run(5 * HOUR);
    const before = timesOf(scene, seed).seeding;
    seed.recheck();
    scene.run(1);
    assert.equal(seed.state, 'checking');
    assert(scene.until(() => seed.state === 'active', HOUR));
    const { at: began } = seed.of('state-changed').at(-1)!;
    assert.deepEqual(timesOf(scene, seed), all(before + scene.now - began));
    scene.run(HOUR);
    assert.deepEqual(timesOf(scene, seed), all(before + scene.now - began));
  });

  scenario('a download that is stopped has been active until then, and never finished', () => {
    endedBy((leech) => leech.stop());
  });

  scenario('a download that is stopped gracefully is active until it has stopped', () => {
    const { leech } = endedBy((each) => each.command({ type: 'drain-torrent', torrent: each.id }));
    const { at } = leech.of('state-changed').find(({ event }) => event.state === 'stopping')!;
    assert(at > 2000, 'something was under way');
  });

  scenario('a pause of the session stops the clocks, and its end starts them', () => {
    const { leech, scene } = endedBy((each) => each.command({ type: 'pause-session' }));
    const { active } = timesOf(scene, leech);
    leech.command({ type: 'resume-session' });
    scene.finish([leech], 60_000);
    assert(timesOf(scene, leech).active > active);
  });
});
