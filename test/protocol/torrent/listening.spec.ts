/**
 * A session whose listening addresses change while a torrent runs, and what it tells of trackers that one family does
 * not reach. What each address announces is `test/scenarios/multi-homed.spec.ts`.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { plainContent } from '../../scenarios/content.ts';
import { PORT, Scene } from '../../scenarios/scene.ts';
import type { Engine } from '../../scenarios/scene.ts';
import { body, hangUp, reply, stall } from '../../scenarios/web.ts';
import type { Web } from '../../scenarios/web.ts';

const content = plainContent(4);
const SECOND = 1000;
const [A, B, C] = ['10.0.0.1', '10.0.0.2', 'fd00::1'] as const;
const MACHINE = { host: A, also: [B, C] };
const NAMED = 'http://dual.test/announce';

interface Stage {
  readonly scene: Scene;
  readonly engine: Engine;
  readonly v4: Web;
  readonly v6: Web;
}

function stage(listening: readonly string[], urls: readonly string[] = [NAMED]): Stage {
  const scene = new Scene();
  const [v4, v6] = ['10.2.0.2', 'fd00:2::2'].map((host) => scene.web(host)) as [Web, Web];
  for (const web of [v4, v6]) web.answer = () => body(reply({ interval: 60 }));
  scene.world.setName('dual.test', ['10.2.0.2', 'fd00:2::2']);
  scene.world.setName('four.test', ['10.2.0.2']);
  const engine = scene.engine({ content, ...MACHINE, listening, tiers: urls.map((url) => [url]) });
  return { scene, engine, v4, v6 };
}

const of = (web: Web, host: string): string =>
  web.asked
    .filter(({ from }) => from === host)
    .map(({ event }) => event ?? 'none')
    .join(' ');

const failures = (engine: Engine): (string | undefined)[] =>
  engine.of('announce-failed').map(({ event }) => event.local?.host);

describe('listening addresses of a session', () => {
  it('come, stay and go while a torrent runs: who comes says started, who goes stopped', () => {
    const { scene, engine, v4, v6 } = stage([A]);
    scene.run(90 * SECOND);
    engine.listenAt(A, C);
    scene.run(SECOND);
    assert.deepEqual([of(v4, A), of(v6, C)], ['started none', 'started']);
    engine.listenAt(C, B);
    scene.run(SECOND);
    assert.equal(of(v4, A), 'started none stopped');
    assert.equal(of(v4, B), 'started');
    assert.equal(of(v6, C), 'started', 'one that stays is not greeted again, nor early');
    scene.run(90 * SECOND);
    engine.stop();
    scene.run(SECOND);
    assert.equal(of(v4, A), 'started none stopped');
    assert.equal(of(v4, B), 'started none stopped');
    assert.equal(of(v6, C), 'started none stopped');
    assert.equal(engine.state, 'stopped');
  });

  it('may go altogether, and to one that nobody named; the stop waits for their goodbyes', () => {
    const { scene, engine, v4, v6 } = stage([A, C]);
    scene.run(10 * SECOND);
    engine.listenAt();
    scene.run(SECOND);
    assert.deepEqual([of(v4, A), of(v6, C)], ['started stopped', 'started stopped']);
    engine.command({ type: 'listening', port: 7000 });
    scene.run(SECOND);
    assert.equal(v4.asked.at(-1)?.param('port'), '7000', 'from any, to any');
    v4.answer = () => stall;
    engine.listenAt();
    engine.stop();
    assert.equal(engine.state, 'stopping');
    scene.run(3 * SECOND);
    assert.equal(engine.state, 'stopped');
  });

  it('change while the torrent stops: it stops all the same, and says nothing anew', () => {
    const { scene, engine, v4, v6 } = stage([A]);
    scene.run(10 * SECOND);
    v4.answer = () => stall;
    engine.stop();
    engine.listenAt(B, C);
    scene.run(10 * SECOND);
    assert.equal(engine.state, 'stopped');
    assert.deepEqual([of(v4, A), of(v4, B), v6.asked.length], ['started stopped', '', 0]);
  });

  it('take a new port with the next announce', () => {
    const { scene, engine, v4 } = stage([A]);
    scene.run(10 * SECOND);
    engine.command({ type: 'listening-at', addresses: [{ host: A, port: 7001 }] });
    engine.stop();
    scene.run(SECOND);
    const told = v4.asked.map((asked) => asked.param('port'));
    assert.deepEqual(told, ['6881', '7001']);
  });

  it('a failure of one of them leaves the clocks and the choice of the others alone', () => {
    const { scene, engine, v4, v6 } = stage([A, C]);
    v4.answer = () => hangUp;
    scene.run(200 * SECOND);
    assert.equal(of(v6, C), 'started none none none');
    assert(v4.asked.length > 3);
    assert.deepEqual(new Set(failures(engine)), new Set([A]), 'and says whose it was');
    const told = engine.of('announced').map(({ event }) => event.local?.host);
    assert.deepEqual(new Set(told), new Set([C]));
  });

  it('a name without an address of one family is no failure while the other family has one', () => {
    const { scene, engine, v4, v6 } = stage([A, C], ['http://four.test/announce']);
    scene.run(4000 * SECOND);
    assert(v4.asked.length > 50);
    assert.equal(v6.asked.length, 0);
    assert.deepEqual(failures(engine), []);
  });

  it('a name without any address is one, told once for both; so is one that nobody else may find', () => {
    const nowhere = stage([A, C], ['http://nowhere.test/announce']);
    nowhere.scene.run(10 * SECOND);
    assert.equal(failures(nowhere.engine).length, 1);
    const udp = stage([A, C], ['udp://nowhere.test:80']);
    udp.scene.run(10 * SECOND);
    assert.equal(failures(udp.engine).length, 1);
    const six = stage([C], ['http://four.test/announce']);
    six.scene.run(10 * SECOND);
    assert.deepEqual(failures(six.engine), [C]);
  });

  it('a URL that is refused is told once, and literal addresses are left to their family', () => {
    const urls = ['ftp://10.2.0.2/', 'http://10.2.0.2/announce', 'udp://10.2.0.77:1'];
    const { scene, engine, v4 } = stage([A, B, C], urls);
    scene.run(10 * SECOND);
    assert.deepEqual(failures(engine), [A]);
    assert.deepEqual([of(v4, A), of(v4, B)], ['started', 'started']);
    // Nobody else could: it is tried, and told.
    const alone = stage([C], ['udp://10.2.0.2:1', 'http://10.2.0.2/announce']);
    alone.scene.run(10 * SECOND);
    assert.equal(failures(alone.engine).length, 2);
    assert.equal(alone.v4.asked.length, 0);
  });

  it('that a tracker gives back are found to be ours, and dialled no more', () => {
    const { scene, engine, v4 } = stage([A, B]);
    v4.answer = () => body(reply({ interval: 60, peers: [A, B] }));
    scene.run(3600 * SECOND);
    assert(v4.asked.length > 100);
    const failed = engine.of('connection-failed').map(({ event }) => event);
    assert(failed.every(({ reason }) => reason === 'self-connection'));
    const dialled = failed.filter(({ address }) => address.port === PORT);
    assert.deepEqual(new Set(dialled.map(({ address }) => address.host)), new Set([A, B]));
    assert.equal(dialled.length, 2);
  });
});
