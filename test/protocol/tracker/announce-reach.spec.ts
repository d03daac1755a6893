/** Announces to more than one tracker at a time, and to others than before: what is bounded, and what is kept. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { announcesMax, goodbyesMax } from '../../../src/protocol/tracker/limits.ts';
import { AnnounceWorld } from '../../support/announce-world.ts';

const url = (n: number): string => `http://t${n}.example/announce`;
const tierOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => url(from + i));
const EVERY = { allTrackers: true, allTiers: true };

/** The fresh HTTP requests: job, event and host. */
function requests(world: AnnounceWorld): { job: number; event: string; host: string }[] {
  return world.fresh().map((effect) => {
    assert.equal(effect.type, 'http');
    const { hostname, searchParams } = new URL(effect.request.url.replaceAll('%', ''));
    return { job: effect.job, event: searchParams.get('event') ?? 'none', host: hostname };
  });
}

describe('announces to many trackers', () => {
  it('are announcesMax at once: the next goes out when one ends', () => {
    const world = new AnnounceWorld([tierOf(0, announcesMax + 3)]);
    world.announcer.setReach(EVERY, world.now, world.effects);
    world.start();
    let open = requests(world);
    assert.equal(open.length, announcesMax);
    const heard = new Set(open.map(({ host }) => host));
    for (let i = 0; i < 3; i++) {
      world.fail(open[i]!.job, 'refused');
      const [next, ...more] = requests(world);
      assert(next !== undefined && more.length === 0);
      heard.add(next.host);
    }
    assert.equal(heard.size, announcesMax + 3);
    open = open.slice(3);
    world.fail(open[0]!.job, 'refused');
    assert.deepEqual(requests(world), []);
  });

  it('that are replaced: goodbyesMax are told, a dropped one is recognised, and who comes back is greeted', () => {
    const world = new AnnounceWorld([tierOf(0, goodbyesMax + 2)]);
    world.announcer.setReach(EVERY, world.now, world.effects);
    world.start();
    const pending = requests(world);
    let stalls = -1;
    while (pending.length > 0) {
      const { job } = pending.shift()!;
      if (stalls < 0) stalls = job;
      else world.answer(job, { interval: 1800, peers: '' });
      pending.push(...requests(world));
    }
    world.announcer.replace([[url(99)]], world.now, world.effects);
    const told = requests(world);
    const goodbyes = told.filter(({ event }) => event === 'stopped');
    assert.equal(goodbyes.length, goodbyesMax);
    assert.deepEqual(
      told.filter(({ event }) => event === 'started').map(({ host }) => host),
      ['t99.example'],
    );
    const failures = world.reports.length;
    world.fail(stalls, 'refused');
    assert.equal(world.reports.length, failures, 'what was dropped means nothing');
    const back = goodbyes[0]!.host;
    world.announcer.replace([[url(99)], [`http://${back}/announce`]], world.now, world.effects);
    assert.deepEqual(
      requests(world).map(({ event, host }) => [event, host]),
      [['started', back]],
    );
  });

  it('a list of nothing, or of what is refused, is no announce and no error', () => {
    const world = new AnnounceWorld([[url(1)]]);
    world.start();
    const [first] = requests(world);
    world.answer(first!.job, { interval: 1800, peers: '' });
    world.announcer.replace([['ftp://t2.example/'], []], world.now, world.effects);
    assert.deepEqual(
      requests(world).map(({ event }) => event),
      ['stopped'],
    );
    assert.equal(world.reports.at(-1)?.type, 'announce-failed');
    world.announcer.announceTo(url(1), world.now, world.effects);
    assert.deepEqual(requests(world), []);
  });
});
