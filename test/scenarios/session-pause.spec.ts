/**
 * A session that is paused as a whole: its torrents leave their swarms and keep what they were told, and nobody at its
 * door is answered.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';
import type { Stranger } from './stranger.ts';

const content = plainContent(16);
const MINUTE = 60_000;

const pause = (engine: Engine): void => engine.command({ type: 'pause-session' });
const resume = (engine: Engine): void => engine.command({ type: 'resume-session' });
const strangersOf = (scene: Scene): readonly Stranger[] =>
  [1, 2, 3].map(() => scene.stranger(content).listen());
const talksOf = (strangers: readonly Stranger[]): readonly number[] =>
  strangers.map(({ talks }) => talks.length);

describe('scenarios: a paused session', () => {
  scenario('a session that is paused leaves all three peers at once, and lets nobody in', () => {
    const scene = new Scene();
    const engine = scene.engine({ content });
    const strangers = strangersOf(scene);
    engine.meet(...strangers);
    // One has connected and not said who it is.
    const silent = scene.stranger(content).dial(engine.address, () => undefined);
    scene.run(1000);
    assert.equal(engine.session.connectionCount, 4);
    const paused = scene.now;
    pause(engine);
    assert.equal(engine.session.connectionCount, 0);
    scene.run(10);
    for (const { talks } of strangers) {
      assert.deepEqual(talks[0]?.lost, { at: paused + 10, reason: 'closed' });
    }
    assert.equal(silent.lost?.at, paused + 10);
    const late = scene.stranger(content).dial(engine.address);
    scene.run(10 * MINUTE);
    assert.deepEqual([late.heard.length, late.lost === null], [0, false], 'not a word');
    assert.deepEqual(talksOf(strangers), [1, 1, 1]);
    // It is the session that is paused: the torrent need not be started again.
    assert.equal(engine.state, 'stopped');
    resume(engine);
    scene.run(1000);
    assert.equal(engine.state, 'active');
  });

  scenario('a torrent that is added to a paused session and started touches nothing', () => {
    const scene = new Scene();
    const engine = scene.engine({ content, started: false });
    pause(engine);
    engine.command({ type: 'remove-torrent', torrent: engine.id });
    engine.add('check');
    engine.start();
    const strangers = strangersOf(scene);
    engine.meet(...strangers);
    scene.run(10 * MINUTE);
    assert.deepEqual(talksOf(strangers), [0, 0, 0]);
    assert.deepEqual([...scene.operations], [], 'no disk, no network, no name');
    assert.deepEqual(engine.states, []);
    assert.equal(engine.session.deadline, Infinity);
  });

  scenario('a pause of the session is told once by each torrent that ran, and by no other', () => {
    const scene = new Scene();
    const engine = scene.engine({ content });
    scene.run(1000);
    for (let i = 0; i < 3; i++) pause(engine);
    scene.run(MINUTE);
    assert.deepEqual(engine.states, ['opening', 'active', 'stopping', 'stopped']);
    engine.stop();
    engine.start();
    engine.stop();
    resume(engine);
    scene.run(MINUTE);
    pause(engine);
    scene.run(MINUTE);
    assert.equal(engine.states.length, 4, 'it was stopped meanwhile, and stays so');
  });

  scenario('paused and resumed, a torrent stops once and starts once', () => {
    const scene = new Scene();
    const engine = scene.engine({ content });
    scene.run(1000);
    pause(engine);
    scene.run(MINUTE);
    for (let i = 0; i < 3; i++) resume(engine);
    scene.run(MINUTE);
    const both = ['opening', 'active', 'stopping', 'stopped', 'opening', 'active'];
    assert.deepEqual(engine.states, both);
    // As quickly as one can say it, the stop is still carried out.
    pause(engine);
    resume(engine);
    scene.run(MINUTE);
    assert.deepEqual(engine.states, [...both, 'stopping', 'stopped', 'opening', 'active']);
  });

  scenario('peers named to a torrent of a paused session are dialled when it is resumed', () => {
    const scene = new Scene();
    const engine = scene.engine({ content });
    scene.run(1000);
    pause(engine);
    const strangers = strangersOf(scene);
    engine.meet(...strangers);
    scene.run(10 * MINUTE);
    assert.deepEqual(talksOf(strangers), [0, 0, 0]);
    resume(engine);
    scene.run(1000);
    assert.deepEqual(talksOf(strangers), [1, 1, 1]);
    assert.equal(engine.torrent.peers.length, 3);
  });

  scenario('a session that is made paused does nothing for half a minute, and can be ended', () => {
    const scene = new Scene();
    const engine = scene.engine({
      content,
      started: false,
      tiers: [['http://tracker.example/announce']],
    });
    pause(engine);
    engine.start();
    scene.run(30_000);
    assert.equal(engine.session.paused, true);
    assert.deepEqual([...scene.operations], []);
    engine.command({ type: 'shutdown' });
    scene.run(1000);
    assert.equal(engine.told.at(-1)?.event.type, 'closed');
    assert.equal(engine.peer.time.pending, 0);
  });
});
