/** The announce state machine in a scripted world: BEP 12 order, I-32, intervals (F-14), back-off (F-13), stop. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  aloneIntervalMax,
  aloneMinIntervalMax,
  httpTimeMax,
  intervalJitterMax,
  retryMax,
  retryMin,
} from '../../../src/protocol/tracker/limits.ts';
import {
  peersPerReplyMax,
  replyBytesMax,
  retryRefusedMin,
} from '../../../src/protocol/tracker/limits.ts';
import {
  goodbyesMax,
  retrySoonMax,
  stopTimeMax,
  trackersMax,
} from '../../../src/protocol/tracker/limits.ts';
import { AnnounceWorld } from '../../support/announce-world.ts';

const MINUTE = 60_000;
const OK = { interval: 1800, complete: 1, incomplete: 2, peers: Uint8Array.of(1, 2, 3, 4, 0, 9) };
const A = 'http://a/announce';
const B = 'http://b/announce';
const C = 'http://c/announce';

/** A world whose first announce, at A, has been answered. */
function started(tiers: readonly (readonly string[])[] = [[A]], left = 1000): AnnounceWorld {
  const world = new AnnounceWorld(tiers);
  world.facts.left = left;
  world.start();
  const { job, event } = world.request();
  assert.equal(event, 'started');
  world.answer(job, OK);
  return world;
}

describe('protocol/tracker/announcer: one tracker', () => {
  it('I-32: started, none, completed, none, stopped, then silence', () => {
    const world = started();
    world.quiet();
    world.toDeadline();
    let request = world.request();
    assert.equal(request.event, 'none');
    world.answer(request.job, OK);
    world.completed();
    request = world.request();
    assert.equal(request.event, 'completed');
    assert.equal(request.parameters.get('left'), '0');
    world.answer(request.job, OK);
    world.completed();
    world.quiet();
    world.toDeadline();
    request = world.request();
    assert.equal(request.event, 'none');
    world.answer(request.job, OK);
    world.stop();
    request = world.request();
    assert.equal(request.event, 'stopped');
    assert.equal(request.parameters.get('numwant'), '0');
    world.answer(request.job, OK);
    assert.deepEqual(world.lastReport(), { type: 'stopped' });
    assert.equal(world.announcer.deadline, Infinity);
    world.soon();
    world.completed();
    world.quiet();
    const events = world.reports.map((report) => ('event' in report ? report.event : '-'));
    assert.deepEqual(events, ['started', 'none', 'completed', 'none', 'stopped', '-']);
  });

  it('never says completed where nothing was missing at the start', () => {
    const world = started([[A]], 0);
    world.completed();
    world.quiet();
    world.toDeadline();
    assert.equal(world.request().event, 'none');
  });

  it('says completed after a started that was under way when the download finished', () => {
    const world = new AnnounceWorld([[A]]);
    world.start();
    const { job } = world.request();
    world.completed();
    world.quiet();
    world.answer(job, OK);
    assert.equal(world.request().event, 'completed');
  });

  it('tries a completed that failed again, and only until it is told', () => {
    const world = started();
    world.completed();
    world.fail(world.request().job, 'timed-out');
    assert.ok(world.toDeadline() >= retryMin);
    const { job, event } = world.request();
    assert.equal(event, 'completed');
    world.answer(job, OK);
    world.toDeadline();
    assert.equal(world.request().event, 'none');
  });

  it('tells what the facts are at the moment of each announce, and bounds what it asks', () => {
    const world = new AnnounceWorld([[A]]);
    world.facts.port = 0;
    world.facts.peersWanted = peersPerReplyMax + 1;
    world.start();
    const { request } = world.one('http');
    assert.match(request.url, /&port=1&.*numwant=200&key=DEADBEEF/);
    assert.equal(request.timeMax, httpTimeMax);
    assert.equal(request.bytesMax, replyBytesMax);
    assert.deepEqual([request.method, request.range], ['GET', null]);
  });

  it('sends the tracker id back', () => {
    const world = new AnnounceWorld([[A]]);
    world.start();
    world.answer(world.request().job, { ...OK, 'tracker id': 'x y' });
    world.toDeadline();
    const first = world.request();
    assert.equal(first.parameters.get('trackerid'), 'x%20y');
    world.answer(first.job, OK);
    world.toDeadline();
    assert.equal(world.request().parameters.get('trackerid'), 'x%20y');
  });

  it('reports what came back', () => {
    const world = started();
    assert.deepEqual(world.reports, [
      {
        type: 'announced',
        url: A,
        event: 'started',
        addresses: [{ host: '1.2.3.4', port: 9 }],
        seeds: 1,
        leeches: 2,
        interval: 30 * MINUTE,
        warning: null,
      },
    ]);
  });
});

describe('protocol/tracker/announcer: when', () => {
  it('announces an interval after the last answer, never early, at most a jitter late', () => {
    let latest = 0;
    for (let seed = 0; seed < 50; seed++) {
      const world = new AnnounceWorld([[A]], seed);
      world.start();
      world.answer(world.request().job, OK);
      const wait = world.announcer.deadline - world.now;
      assert.ok(wait >= 30 * MINUTE && wait <= 30 * MINUTE + intervalJitterMax);
      latest = Math.max(latest, wait);
      world.announcer.timeout(world.now + wait - 1, world.effects);
      world.quiet();
    }
    assert.ok(latest > 30 * MINUTE + intervalJitterMax / 2, 'the jitter is used');
  });

  it('F-14: interval 0, negative or huge: at least a minute and at most a day between announces', () => {
    for (const interval of [0, -1, -(10 ** 9), 10 ** 9]) {
      const world = new AnnounceWorld([[A]]);
      world.start();
      for (let i = 0; i < 20; i++) {
        world.answer(world.request().job, { interval, 'min interval': interval });
        world.soon();
        const wait = world.toDeadline();
        assert.ok(wait >= MINUTE && wait <= 24 * 60 * MINUTE + intervalJitterMax, `${wait}`);
      }
    }
  });

  it('a lying tracker does not leave us alone for a day: aloneIntervalMax, aloneMinIntervalMax', () => {
    const lie = { interval: 10 ** 9 };
    const world = new AnnounceWorld([[A]]);
    world.facts.alone = true;
    world.start();
    world.answer(world.request().job, lie);
    const wait = world.toDeadline();
    assert.ok(wait >= aloneIntervalMax && wait <= aloneIntervalMax + intervalJitterMax, `${wait}`);
    world.answer(world.request().job, { ...lie, 'min interval': 10 ** 9 });
    world.soon();
    world.quiet();
    assert.equal(world.toDeadline(), aloneMinIntervalMax, 'a min interval counts for longer');
    world.answer(world.request().job, lie);
    // Somebody came: the tracker has its day.
    world.facts.alone = false;
    world.toDeadline();
    world.quiet();
    assert.ok(world.announcer.deadline - world.now > 23 * 60 * MINUTE);
    // And left again, long after.
    world.now += 5 * 60 * MINUTE;
    world.facts.alone = true;
    world.announcer.leftAlone(world.now, world.effects);
    assert.equal(world.request().event, 'none');
  });

  it('an honest interval and min interval are kept while alone', () => {
    const world = new AnnounceWorld([[A]]);
    world.facts.alone = true;
    world.start();
    world.answer(world.request().job, { interval: 1200, 'min interval': 1200 });
    world.soon();
    world.quiet();
    assert.ok(world.toDeadline() >= 20 * MINUTE);
    world.request();
  });

  it('announceSoon waits for the min interval, and is otherwise at once', () => {
    const world = new AnnounceWorld([[A], [B]]);
    world.start();
    world.answer(world.request().job, { ...OK, 'min interval': 600 });
    world.soon();
    world.quiet();
    assert.equal(world.toDeadline(), 10 * MINUTE);
    const request = world.request();
    assert.deepEqual(
      [request.base, request.event],
      [A, 'none'],
      'a healthy tracker is not passed over',
    );
    world.answer(request.job, { ...OK, 'min interval': 600 });
    world.now += 11 * MINUTE;
    world.soon();
    assert.equal(world.request().base, A);
    world.soon();
    world.quiet();
  });

  it('an event does not wait for the min interval', () => {
    const world = new AnnounceWorld([[A]]);
    world.start();
    world.answer(world.request().job, { ...OK, 'min interval': 1800 });
    world.completed();
    assert.equal(world.request().event, 'completed');
  });

  it('F-13: backs off 15 s, 30 s, ... 1 h and up to a quarter more; an answer ends it', () => {
    const world = new AnnounceWorld([[A]]);
    world.start();
    for (let i = 0; i < 15; i++) {
      world.fail(world.request().job, i % 2 === 0 ? 'refused' : 'timed-out');
      const expected = Math.min(retryMin * 2 ** i, retryMax);
      const wait = world.toDeadline();
      assert.ok(wait >= expected && wait <= expected * 1.25, `failure ${i + 1}: ${wait}`);
    }
    world.answer(world.request().job, OK);
    world.toDeadline();
    world.fail(world.request().job, 'refused');
    assert.ok(world.toDeadline() <= retryMin * 1.25);
    assert.equal(world.request().event, 'none');
  });

  it('waits longer where the tracker itself said no, and as it says (BEP 31)', () => {
    const world = new AnnounceWorld([[A]]);
    world.start();
    world.answer(world.request().job, { 'failure reason': 'not today' });
    assert.deepEqual(world.lastReport(), {
      type: 'announce-failed',
      url: A,
      event: 'started',
      reason: 'not today',
    });
    assert.ok(world.toDeadline() >= retryRefusedMin);
    world.answer(world.request().job, { 'failure reason': 'busy', 'retry in': 20 });
    assert.equal(world.toDeadline(), 20 * MINUTE);
    world.answer(world.request().job, { 'failure reason': 'gone', 'retry in': 'never' });
    assert.equal(world.announcer.deadline, Infinity);
    world.soon();
    world.quiet();
  });

  it('announceSoon shortens a long back-off to retrySoonMax after the last try', () => {
    const world = new AnnounceWorld([[A]]);
    world.start();
    for (let i = 0; i < 9; i++) {
      world.fail(world.request().job, 'refused');
      if (i < 8) world.toDeadline();
    }
    assert.ok(world.announcer.deadline - world.now >= retryMax);
    world.soon();
    assert.equal(world.toDeadline(), retrySoonMax);
    assert.equal(world.request().event, 'started');
  });

  it('an early timeout changes nothing', () => {
    const world = started();
    const { deadline } = world.announcer;
    for (let i = 0; i < 10; i++) world.announcer.timeout(world.now + i, world.effects);
    world.quiet();
    assert.equal(world.announcer.deadline, deadline);
  });
});

describe('protocol/tracker/announcer: tiers (BEP 12)', () => {
  it('goes on within the tier, then to the next; one request at a time; all failing, it comes back', () => {
    const world = new AnnounceWorld([[A, B], [C]]);
    world.start();
    const order: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { job, base, event } = world.request();
      assert.equal(event, 'started');
      order.push(base);
      world.fail(job, 'refused');
    }
    assert.deepEqual(order.slice(0, 2).sort(), [A, B]);
    assert.equal(order[2], C);
    world.quiet();
    assert.ok(world.toDeadline() >= retryMin);
    assert.equal(world.reports.length, 3);
    assert.equal(world.fresh().length, 1);
  });

  it('shuffles each tier by the Random, and never mixes tiers', () => {
    const firsts = new Map<string, number>();
    for (let seed = 0; seed < 300; seed++) {
      const world = new AnnounceWorld([[A, B, C], ['http://d/announce']], seed);
      world.start();
      const { base } = world.request();
      firsts.set(base, (firsts.get(base) ?? 0) + 1);
    }
    assert.deepEqual([...firsts.keys()].sort(), [A, B, C]);
    for (const count of firsts.values()) assert.ok(count > 60, `${count} of 300`);
  });

  it('a tracker that answers moves to the front of its tier', () => {
    const world = new AnnounceWorld([[A, B, C]]);
    world.start();
    const first = world.request();
    world.fail(first.job, 'refused');
    const second = world.request();
    world.fail(second.job, 'refused');
    const third = world.request();
    world.answer(third.job, OK);
    for (let i = 0; i < 3; i++) {
      world.toDeadline();
      const next = world.request();
      assert.equal(next.base, third.base);
      world.answer(next.job, OK);
    }
    world.toDeadline();
    world.fail(world.request().job, 'timed-out');
    assert.equal(world.request().base, first.base, 'the others keep their order');
  });

  it('each tracker hears started first; completed is owed to those who heard it incomplete', () => {
    const world = started([[A], [B]]);
    world.toDeadline();
    world.fail(world.request().job, 'timed-out');
    const second = world.request();
    assert.deepEqual([second.base, second.event], [B, 'started']);
    world.answer(second.job, OK);
    world.completed();
    const told = world.request();
    assert.deepEqual([told.base, told.event], [B, 'completed'], 'A backs off');
    world.answer(told.job, OK);
    world.quiet();
    world.toDeadline();
    const owed = world.request();
    assert.deepEqual([owed.base, owed.event], [A, 'completed']);
    world.answer(owed.job, OK);
    world.stop();
    const goodbyes = world.fresh();
    assert.equal(goodbyes.length, 2, 'both know us');
  });

  it('tells of URLs that are not announced to, and takes a URL once', () => {
    const world = new AnnounceWorld([['file:///x', A, A], [A], ['http://127.0.0.1/admin']]);
    world.start();
    assert.deepEqual(world.reports, [
      { type: 'announce-failed', url: 'file:///x', event: 'started', reason: 'url-scheme' },
      {
        type: 'announce-failed',
        url: 'http://127.0.0.1/admin',
        event: 'started',
        reason: 'url-loopback-path',
      },
    ]);
    world.fail(world.request().job, 'refused');
    world.quiet();
  });

  it('is bounded: trackersMax', () => {
    const tier = Array.from({ length: trackersMax + 1 }, (_, i) => `http://t${i}/announce`);
    const world = new AnnounceWorld([tier]);
    world.start();
    let tried = 0;
    for (let fresh = world.fresh(); fresh.length > 0; fresh = world.fresh()) {
      assert.equal(fresh.length, 1);
      tried++;
      world.fail(fresh[0]!.type === 'http' ? fresh[0]!.job : 0, 'refused');
    }
    assert.equal(tried, trackersMax);
  });

  it('without trackers there is nothing to do', () => {
    const world = new AnnounceWorld([]);
    world.start();
    world.soon();
    world.completed();
    assert.equal(world.announcer.deadline, Infinity);
    world.quiet();
    world.stop();
    assert.deepEqual(world.reports, [{ type: 'stopped' }]);
  });
});

describe('protocol/tracker/announcer: stop', () => {
  it('I-32: no stopped where started never succeeded; the one under way is dropped, its answer swallowed', () => {
    const world = new AnnounceWorld([[A]]);
    world.start();
    const { job } = world.request();
    world.stop();
    world.quiet();
    assert.deepEqual(world.reports, [{ type: 'stopped' }]);
    world.answer(job, OK);
    world.quiet();
    assert.equal(world.reports.length, 1);
    const again = { type: 'http-done', job, reply: null, fault: 'cancelled' } as const;
    assert.equal(world.announcer.jobDone(again, world.now, world.effects), false, 'answered once');
  });

  it('gives up after stopTimeMax, and asks HTTP for no more time than that', () => {
    const world = started();
    world.stop();
    const { job, request } = world.one('http');
    assert.equal(request.timeMax, stopTimeMax);
    assert.ok(stopTimeMax < 3_000, 'Ctrl-C is over in 3 s');
    world.stop();
    world.quiet();
    assert.equal(world.toDeadline(), stopTimeMax);
    assert.deepEqual(world.reports.slice(-2), [
      { type: 'announce-failed', url: A, event: 'stopped', reason: 'no answer' },
      { type: 'stopped' },
    ]);
    world.answer(job, OK);
    assert.equal(world.reports.filter((report) => report.type === 'stopped').length, 1);
  });

  it('a goodbye that fails ends it too', () => {
    const world = started();
    world.stop();
    world.fail(world.request().job, 'refused');
    assert.deepEqual(world.lastReport(), { type: 'stopped' });
    assert.equal(world.announcer.deadline, Infinity);
  });

  it('a regular announce under way is dropped for the goodbye', () => {
    const world = started();
    world.toDeadline();
    const regular = world.request();
    world.stop();
    const goodbye = world.request();
    assert.equal(goodbye.event, 'stopped');
    world.answer(regular.job, OK);
    assert.notDeepEqual(world.lastReport(), { type: 'stopped' });
    world.answer(goodbye.job, OK);
    assert.deepEqual(world.lastReport(), { type: 'stopped' });
  });

  it('stop and start again: as a fresh start, with started', () => {
    const world = started();
    world.stop();
    const goodbye = world.request();
    world.start();
    const { event, job } = world.request();
    assert.equal(event, 'started');
    world.answer(goodbye.job, OK);
    world.answer(job, OK);
    assert.equal(world.reports.filter((report) => report.type === 'stopped').length, 0);
    world.stop();
    world.answer(world.request().job, OK);
    assert.deepEqual(world.lastReport(), { type: 'stopped' });
    world.facts.left = 0;
    world.start();
    world.answer(world.request().job, OK);
    world.completed();
    world.quiet();
  });

  it('is bounded: goodbyesMax at once', () => {
    const tiers = Array.from({ length: goodbyesMax + 2 }, (_, i) => [`http://t${i}/announce`]);
    const world = new AnnounceWorld(tiers);
    world.start();
    world.answer(world.request().job, OK);
    for (let known = 1; known < tiers.length; known++) {
      world.toDeadline();
      for (let i = 0; i < known; i++) world.fail(world.request().job, 'refused');
      world.answer(world.request().job, { ...OK, interval: 86_400 });
    }
    world.stop();
    assert.equal(world.fresh().length, goodbyesMax);
  });
});

describe('protocol/tracker/announcer: laws', () => {
  it('any order of calls and answers, garbage too: no throw, one request at a time, stopped once and last', () => {
    type Step =
      | 'start'
      | 'completed'
      | 'soon'
      | 'stop'
      | 'timeout'
      | 'ok'
      | 'fail'
      | 'noise'
      | 'resolve'
      | 'datagram';
    const steps: readonly Step[] = [
      'start',
      'completed',
      'soon',
      'stop',
      'timeout',
      'timeout',
      'ok',
      'ok',
      'fail',
      'noise',
      'resolve',
      'datagram',
    ];
    const tiers = [[A, 'udp://u:1'], ['udp://1.2.3.4:5'], [B]];
    let answered = 0;
    const scenario = fc.array(
      fc.tuple(fc.constantFrom(...steps), fc.uint8Array({ maxLength: 40 })),
      { minLength: 20, maxLength: 80 },
    );
    fc.assert(
      fc.property(scenario, fc.integer(), (script, seed) => {
        const run = (): AnnounceWorld => {
          const world = new AnnounceWorld(tiers, seed);
          const open: { job: number; http: boolean }[] = [];
          let stopping = false;
          for (const [step, data] of script) {
            const before = world.effects.length;
            const job = open[0];
            if (step === 'start') world.start();
            if (step === 'completed') world.completed();
            if (step === 'soon') world.soon();
            if (step === 'stop') world.stop();
            if (step === 'timeout' && world.announcer.deadline < Infinity) world.toDeadline();
            if (step === 'datagram') world.datagram({ host: '1.2.3.4', port: 5 }, data);
            if (job && ['ok', 'fail', 'noise', 'resolve'].includes(step)) {
              open.shift();
              answered++;
              if (!job.http) world.resolve(job.job, step === 'fail' ? [] : ['9.9.9.9', 'x']);
              else if (step === 'ok') world.answer(job.job, OK);
              else if (step === 'fail') world.fail(job.job, 'refused');
              else world.body(job.job, data);
            }
            stopping = step === 'stop' || (stopping && step !== 'start');
            const pushed = world.effects.slice(before);
            for (const effect of pushed) {
              if (effect.type !== 'datagram')
                open.push({ job: effect.job, http: effect.type === 'http' });
            }
            if (!stopping) assert.ok(pushed.length <= 1, 'one request at a time');
            assert.ok(world.announcer.deadline >= world.now);
          }
          return world;
        };
        const world = run();
        const stops = world.reports.filter((report) => report.type === 'stopped').length;
        assert.ok(stops <= script.filter(([step]) => step === 'stop').length);
        const twin = run();
        assert.deepEqual(twin.effects, world.effects, 'same inputs, same effects');
        assert.deepEqual(twin.reports, world.reports);
      }),
      { numRuns: 300 },
    );
    assert.ok(answered > 500, `${answered} answers given`);
  });
});
