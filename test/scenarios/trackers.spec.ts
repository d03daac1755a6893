/**
 * Engines and trackers: what is announced, to whom, when to the second, and what a tracker can do to us.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { BLOCK, plainContent, contentOf } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine, EngineOptions } from './scene.ts';
import { body, hangUp, reply, stall, word } from './web.ts';
import type { Answer, Web } from './web.ts';

const content = plainContent(8);
const HOST = '10.2.0.1';
const URL = `http://${HOST}/announce`;
const SECOND = 1000;

interface World {
  readonly scene: Scene;
  readonly web: Web;
  readonly engine: Engine;
}

function world(answer: Web['answer'], options: Partial<EngineOptions> = {}): World {
  const scene = new Scene();
  const web = scene.web(HOST);
  web.answer = answer;
  const engine = scene.engine({ content, tiers: [[URL]], ...options });
  return { scene, web, engine };
}

const answer = (fields?: Parameters<typeof reply>[0]): Answer => body(reply(fields));

const always =
  (one: Answer): Web['answer'] =>
  () =>
    one;

function reannounces(interval: number): void {
  const { scene, web, engine } = world(always(answer({ interval })));
  scene.run(5.5 * interval * SECOND);
  assert(web.asked.length >= 5);
  const answered = engine.of('announced');
  for (let i = 1; i < web.asked.length; i++) {
    const wait = web.asked[i]!.at - answered[i - 1]!.at;
    const jitter = Math.min(30_000, (interval * SECOND) / 32);
    // Three ways of 10 ms until the tracker has it.
    assert(wait >= interval * SECOND + 30, `early: ${wait} ms`);
    assert(wait <= interval * SECOND + 30 + jitter, `late: ${wait} ms`);
  }
}

/** Nothing was asked of anybody, and the reason was told. */
function refuses(url: string, reason: string): void {
  const scene = new Scene();
  scene.world.setName('localhost', ['127.0.0.1']);
  const engine = scene.engine({ content, tiers: [[url]], started: false });
  const own = scene.web(engine.address.host);
  engine.start();
  scene.run(600 * SECOND);
  assert.equal(own.asked.length, 0);
  assert.equal(scene.count(engine, 'http'), 0);
  assert.deepEqual(
    engine.of('announce-failed').map(({ event }) => [event.url, event.reason]),
    [[url, reason]],
    url,
  );
}

function allows(url: string): void {
  const scene = new Scene();
  scene.world.setName('localhost', ['127.0.0.1']);
  const engine = scene.engine({ content, tiers: [[url]], started: false });
  const own = scene.web(engine.address.host);
  engine.start();
  scene.run(SECOND);
  assert.equal(own.asked.length, 1, url);
}

describe('scenarios: trackers', () => {
  // --- events

  scenario('a download says started first, completed once, stopped last', () => {
    const { scene, web, engine } = world(always(answer({ interval: 60 })));
    const seed = scene.engine({ content, holds: 'all', up: 1000 });
    engine.meet(seed);
    scene.finish([engine], 300 * SECOND);
    scene.run(300 * SECOND);
    engine.stop();
    scene.run(10 * SECOND);
    const { events } = web;
    assert.equal(events[0], 'started');
    assert.equal(events.at(-1), 'stopped');
    for (const event of ['started', 'completed', 'stopped']) {
      assert.equal(events.filter((each) => each === event).length, 1, event);
    }
    assert(events.indexOf('completed') > 1 && events.includes('none'));
    assert.equal(web.asked[events.indexOf('completed')]?.param('left'), '0');
  });

  scenario('what was added as a seed never says completed', () => {
    const { scene, web, engine } = world(always(answer({ interval: 60 })), { holds: 'all' });
    scene.run(300 * SECOND);
    engine.stop();
    scene.run(10 * SECOND);
    const { events } = web;
    assert.deepEqual([events[0], events.at(-1)], ['started', 'stopped']);
    assert.deepEqual([...new Set(events.slice(1, -1))], ['none']);
    assert(web.asked.every((asked) => asked.param('left') === '0'));
  });

  scenario('no stopped to a tracker that has never answered a started', () => {
    const { scene, web, engine } = world(always(hangUp));
    scene.run(1800 * SECOND);
    const before = web.asked.length;
    engine.stop();
    scene.run(10 * SECOND);
    assert.equal(engine.state, 'stopped');
    assert.equal(web.asked.length, before);
    assert(before > 5 && web.events.every((event) => event === 'started'));
  });

  // --- when

  scenario('an interval of 440 s is kept: never early, at most a thirty-second of it late', () =>
    reannounces(440),
  );
  scenario('an interval of 1,200 s is kept: never early, at most 30 s late', () =>
    reannounces(1200),
  );
  scenario('an interval of 1,800 s is kept: never early, at most 30 s late', () =>
    reannounces(1800),
  );

  scenario(
    'the min interval holds back an announce that is asked for, and the tracker id goes back',
    () => {
      const more = { 'min interval': 'i120e', 'tracker id': word('id&7') };
      const { scene, web, engine } = world(always(answer({ interval: 1800, more })));
      scene.run(10 * SECOND);
      const told = engine.of('announced')[0]!.at;
      engine.command({ type: 'announce', torrent: 1 });
      scene.run(600 * SECOND);
      assert.deepEqual(
        web.asked.map(({ at }) => at),
        [30, told + 120 * SECOND + 30],
      );
      assert.deepEqual(
        web.asked.map((asked) => asked.param('trackerid')),
        [null, 'id%267'],
      );
    },
  );

  scenario('a stop says stopped and the next start says started', () => {
    const { scene, web, engine } = world(always(answer()));
    scene.run(10 * SECOND);
    engine.stop();
    scene.run(10 * SECOND);
    engine.start();
    scene.run(10 * SECOND);
    assert.deepEqual(web.events, ['started', 'stopped', 'started']);
  });

  scenario('a stop cancels the announce under way, and its late answer means nothing', () => {
    const late = { body: reply({ peers: ['10.1.0.1'] }), after: 15 * SECOND };
    const { scene, web, engine } = world(always(late));
    scene.stranger(content).listen();
    scene.run(5 * SECOND);
    engine.stop();
    scene.run(SECOND);
    assert.equal(engine.state, 'stopped');
    scene.run(600 * SECOND);
    assert.deepEqual(web.events, ['started']);
    assert.equal(engine.of('announced').length + engine.of('announce-failed').length, 0);
    assert.equal(scene.count(engine, 'connect'), 0);
    assert.equal(engine.session.deadline, Infinity, 'nothing is left waiting');
  });

  scenario(
    'an announce that is asked for goes out although another torrent’s tracker stalls',
    () => {
      const { scene, web, engine } = world(always(stall));
      const other = scene.web('10.2.0.2');
      const more = plainContent(3, BLOCK, 5);
      engine.command({
        type: 'add-torrent',
        torrent: 9,
        metainfo: more.metainfo,
        tiers: [['http://10.2.0.2/announce']],
        downloading: true,
        seeding: true,
        existing: 'none',
        behaviors: {},
      });
      engine.command({ type: 'start-torrent', torrent: 9 });
      // The first tracker is in the middle of its second stall of 20 s.
      scene.run(60 * SECOND);
      while (engine.of('announce-failed').length < 2) scene.run(SECOND);
      while (web.asked.length < 3) scene.run(100);
      const asked = scene.now;
      engine.command({ type: 'announce', torrent: 9 });
      scene.run(SECOND);
      assert.equal(web.asked.length, 3);
      assert.deepEqual(
        other.asked.map(({ at }) => at > asked),
        [false, true],
      );
    },
  );

  // --- what

  scenario('the port is told and no address, in two announces: at start and at stop', () => {
    const { scene, web, engine } = world(always(answer()), { announcedPort: 1337 });
    scene.run(60 * SECOND);
    engine.stop();
    scene.run(60 * SECOND);
    assert.deepEqual(web.events, ['started', 'stopped']);
    for (const asked of web.asked) {
      assert.equal(asked.param('port'), '1337');
      for (const name of ['ip', 'ipv4', 'ipv6']) assert.equal(asked.param(name), null);
    }
  });

  scenario('all trackers of a torrent hear the same key, from start to stop', () => {
    const { scene, web, engine } = world((_, n) => (n === 1 ? hangUp : answer({ interval: 60 })), {
      tiers: [[URL], ['http://10.2.0.2/announce']],
    });
    const second = scene.web('10.2.0.2');
    second.answer = always(answer({ interval: 60 }));
    scene.run(600 * SECOND);
    engine.stop();
    scene.run(10 * SECOND);
    const keys = [...web.asked, ...second.asked].map((asked) => asked.param('key'));
    assert(web.asked.length > 5 && second.asked.length > 0);
    assert.equal(new Set(keys).size, 1);
    assert.match(keys[0] ?? '', /^[0-9A-F]{8}$/);
  });

  for (const [title, isPrivate] of [
    ['the tracker of a public torrent is told no address of ours', false],
    ['the tracker of a private torrent is told no address of ours either', true],
  ] as const) {
    scenario(title, () => {
      const files = [{ name: 'x', length: 3 * BLOCK }];
      const own = contentOf({ files, pieceLength: BLOCK, private: isPrivate });
      const { scene, web, engine } = world(always(answer({ interval: 60 })), {
        content: own,
        host: 'fd00::77',
      });
      scene.run(300 * SECOND);
      engine.stop();
      scene.run(10 * SECOND);
      assert(web.asked.length >= 4);
      for (const { target } of web.asked) assert(!/[?&]ip|fd00|77%3a/i.test(target), target);
    });
  }

  // --- what comes back

  scenario('a failure reason is told in its words, as one failure', () => {
    const failure = 'd14:failure reason12:no such filee';
    const { scene, web, engine } = world(always(body(failure)));
    scene.run(50 * SECOND);
    assert.deepEqual(
      engine.of('announce-failed').map(({ event }) => [event.event, event.reason]),
      [['started', 'no such file']],
    );
    assert.equal(web.asked.length, 1, 'who says no is left alone for a minute at least');
    assert.equal(engine.of('announced').length, 0);
  });

  scenario('a warning is told and is no failure', () => {
    const more = { 'warning message': word('soon to close') };
    const { scene, engine } = world(always(answer({ more })));
    scene.run(60 * SECOND);
    assert.equal(engine.of('announce-failed').length, 0);
    assert.deepEqual(
      engine.of('announced').map(({ event }) => event.warning),
      ['soon to close'],
    );
  });

  scenario('the status of an HTTP failure is told', () => {
    const { scene, engine } = world(always({ status: 410, body: new Uint8Array(0) }));
    scene.run(10 * SECOND);
    assert.deepEqual(
      engine.of('announce-failed').map(({ event }) => event.reason),
      ['HTTP status 410'],
    );
  });

  scenario('a reply that is no bencoding is a failure, and told as that', () => {
    const { scene, engine } = world(always(body('d8:intervali60e5:peers6:abc')));
    scene.run(10 * SECOND);
    assert.deepEqual(
      engine.of('announce-failed').map(({ event }) => event.reason),
      ['the reply is not valid bencoding'],
    );
  });

  scenario('a tracker without a path is asked at /', () => {
    // Elsewhere than in the house: there a path that ends in /announce is wanted (S-42).
    const scene = new Scene();
    const web = scene.web('198.51.100.1');
    scene.engine({ content, tiers: [['http://198.51.100.1']] });
    scene.run(10 * SECOND);
    assert.deepEqual(
      web.asked.map(({ path }) => path),
      ['/'],
    );
    assert.equal(web.asked[0]?.event, 'started');
  });

  scenario('the seeds and leeches that an announce counts are told', () => {
    const more = { complete: 'i1e', incomplete: 'i2e', downloaded: 'i3e' };
    const { scene, engine } = world(always(answer({ more })));
    scene.run(10 * SECOND);
    assert.deepEqual(
      engine.of('announced').map(({ event }) => [event.seeds, event.leeches]),
      [[1, 2]],
    );
  });

  // --- which tracker

  scenario('a tracker whose name is not found is passed over for the next', () => {
    const { scene, web, engine } = world(always(answer()), {
      tiers: [['http://nowhere.sim/announce'], [URL]],
    });
    scene.run(10 * SECOND);
    assert.deepEqual(web.events, ['started']);
    assert.deepEqual(
      engine.of('announce-failed').map(({ event }) => event.reason),
      ['host name not resolved'],
    );
  });

  scenario('an answer clears the failures before it: the next back-off begins anew', () => {
    // Three failures, an answer, then failures again.
    const { scene, web, engine } = world((_, n) => (n === 3 ? answer({ interval: 60 }) : hangUp));
    while (web.asked.length < 6) scene.run(SECOND);
    const waits = web.asked.map(({ at }, i) => (i === 0 ? 0 : at - web.asked[i - 1]!.at));
    const within = (wait: number, least: number): void =>
      assert(wait >= least && wait <= 1.25 * least + 100, `${wait} ms, not ${least}`);
    within(waits[1]!, 15 * SECOND);
    within(waits[2]!, 30 * SECOND);
    within(waits[3]!, 60 * SECOND);
    within(waits[5]!, 15 * SECOND);
    assert.equal(engine.of('announced').length, 1);
  });

  scenario('of two tiers of two, one tracker of the first tier hears everything', () => {
    const firsts = new Set<string>();
    const scene = new Scene();
    const webs = [1, 2, 3, 4].map((number) => scene.web(`10.2.0.${number}`));
    const urls = [1, 2, 3, 4].map((number) => `http://10.2.0.${number}/announce`);
    for (let i = 0; i < 12; i++) {
      const engine = scene.engine({ content, tiers: [urls.slice(0, 2), urls.slice(2)] });
      scene.run(10 * SECOND);
      engine.stop();
      scene.run(10 * SECOND);
      const asked = webs.map((web) => web.asked.filter(({ from }) => from === engine.address.host));
      const heard = asked.map((list) => list.map(({ event }) => event).join(' '));
      assert.deepEqual(heard.slice(2), ['', '']);
      assert.deepEqual(heard.slice(0, 2).sort(), ['', 'started stopped']);
      firsts.add(heard[0] === '' ? 'second' : 'first');
    }
    assert.equal(firsts.size, 2, 'either of them, by chance');
  });

  scenario('a tracker that cannot be reached leaves its tier to the other', () => {
    const scene = new Scene();
    const web = scene.web(HOST);
    const later = scene.web('10.2.0.3');
    web.answer = always(answer({ interval: 60 }));
    const tiers = [['http://[fd00::99]/announce', URL], ['http://10.2.0.3/announce']];
    const engines = Array.from({ length: 6 }, () => scene.engine({ content, tiers }));
    scene.run(600 * SECOND);
    for (const engine of engines) engine.stop();
    scene.run(60 * SECOND);
    let passedOver = 0;
    for (const engine of engines) {
      const events = web.asked
        .filter(({ from }) => from === engine.address.host)
        .map(({ event }) => event);
      assert.deepEqual([events[0], events.at(-1)], ['started', 'stopped']);
      assert(events.length > 8 && events.slice(1, -1).every((event) => event === null));
      // Whoever answered is the first of its tier from then on.
      assert(engine.of('announce-failed').length <= 1);
      passedOver += engine.of('announce-failed').length;
    }
    assert.equal(later.asked.length, 0);
    assert(passedOver > 0 && passedOver < 6, 'the dead one was the first of its tier now and then');
  });

  scenario(
    'a tracker that fails is tried again after 15 s, 30 s, ... an hour, and up to a quarter more',
    () => {
      const { scene, web, engine } = world(always(hangUp));
      scene.run(6 * 3600 * SECOND);
      const failed = engine.of('announce-failed');
      for (let i = 1; i < web.asked.length; i++) {
        const wait = web.asked[i]!.at - 30 - failed[i - 1]!.at;
        const least = Math.min(15 * SECOND * 2 ** (i - 1), 3600 * SECOND);
        assert(wait >= least && wait <= 1.25 * least + 1, `try ${i}: ${wait} ms, not ${least}`);
      }
      assert(web.asked.length >= 11);
    },
  );

  scenario(
    'while one tier fails the next is asked once per interval, and the first with it',
    () => {
      const { scene, web, engine } = world(always(hangUp), {
        tiers: [[URL], ['http://10.2.0.2/announce', 'http://10.2.0.3/announce']],
      });
      const others = [scene.web('10.2.0.2'), scene.web('10.2.0.3')];
      scene.run(4 * 1800 * SECOND);
      const [good, spare] = others.sort((a, b) => b.asked.length - a.asked.length);
      assert.equal(spare?.asked.length, 0, 'one of the tier is enough');
      const times = good!.asked.map(({ at }) => at);
      assert.equal(times.length, 4);
      for (let i = 1; i < times.length; i++) {
        const wait = times[i]! - times[i - 1]!;
        assert(wait >= 1800 * SECOND && wait <= 1831 * SECOND, `${wait} ms`);
      }
      assert.equal(web.asked.length, 4, 'the failing one is tried first each time');
      assert.equal(engine.of('announced').length, 4);
    },
  );

  // --- where we must not be sent

  scenario('localhost is announced to at /announce, and nowhere else', () => {
    allows('http://localhost/announce');
    refuses('http://localhost/unusual-announce-path', 'url-loopback-path');
    refuses('http://localhost:8080/', 'url-loopback-path');
  });

  scenario('an IPv4 loopback address is announced to at /announce, and nowhere else', () => {
    allows('http://127.0.0.1/announce');
    refuses('http://127.0.0.1/unusual', 'url-loopback-path');
    refuses('http://127.3.2.1/announce/', 'url-loopback-path');
    refuses('http://2130706433/announce', 'url-host');
  });

  scenario('an IPv6 loopback address is announced to at /announce, and nowhere else', () => {
    allows('http://[::1]/announce');
    refuses('http://[::1]/unusual', 'url-loopback-path');
    refuses('http://[::ffff:127.0.0.1]/unusual', 'url-loopback-path');
  });

  scenario('a tracker URL that speaks in our name is refused, however it is written', () => {
    for (const query of [
      'info_hash=x',
      'iNfO_HaSh=x',
      'a=b&event=stopped',
      'EVENT=stopped',
      'e%76ent=stopped',
      'peer_id=me',
      'a=b;port=1',
    ]) {
      refuses(`http://10.2.0.1/announce?${query}`, 'url-reserved-parameter');
    }
    const { scene, web } = world(always(answer()), { tiers: [[`${URL}?passkey=1234&uk=x`]] });
    scene.run(SECOND);
    assert.equal(web.asked[0]?.param('passkey'), '1234');
  });
});
