/** Our announcers against our pure tracker in one virtual world: both transports, a day of a swarm, no socket. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AnnounceWorld } from '../../support/announce-world.ts';
import { HASH_PARAMETER, TrackerDesk } from '../../support/tracker-desk.ts';

const INTERVAL = 1_800_000;

/** Carries what `world` pushed to the tracker, and the answers back, until nothing is pushed. */
function carry(world: AnnounceWorld, desk: TrackerDesk, host: string): number {
  let carried = 0;
  desk.now = world.now;
  for (let fresh = world.fresh(); fresh.length > 0; fresh = world.fresh()) {
    for (const effect of fresh) {
      carried++;
      if (effect.type === 'http') {
        const target = effect.request.url.replace(/^http:\/\/[^/]*/, '');
        world.body(effect.job, desk.reply(target, host).body);
      } else if (effect.type === 'datagram') {
        const reply = desk.datagram(effect.data, host);
        assert.ok(reply !== null);
        assert.equal(world.datagram(effect.address, reply), true);
      }
    }
  }
  return carried;
}

describe('protocol/tracker: announcers against the tracker', () => {
  it('a day of ten peers: all find each other, one finishes, one leaves, one dies; counts are right', () => {
    const desk = new TrackerDesk({ interval: INTERVAL });
    const worlds = Array.from({ length: 10 }, (_, i) => {
      const url = i % 2 === 0 ? 'http://t.example/announce' : 'udp://9.9.9.9:6969';
      const world = new AnnounceWorld([[url]], i);
      world.facts.port = 7_000 + i;
      world.facts.left = i === 0 ? 0 : 1_000;
      return world;
    });
    const host = (i: number): string => `10.0.0.${i + 1}`;
    worlds.forEach((world, i) => {
      world.start();
      carry(world, desk, host(i));
      const report = world.lastReport();
      assert.ok(report?.type === 'announced', JSON.stringify(report));
      const expected = Array.from({ length: i }, (_, j) => `${host(j)} ${7_000 + j}`);
      const known = report.addresses.map((address) => `${address.host} ${address.port}`);
      assert.deepEqual(known.sort(), expected.sort());
    });
    const counts = (now: number): number[] => {
      desk.now = now;
      const scrape = desk.get(`/scrape?${HASH_PARAMETER}`);
      const count = (key: string): number => Number(new RegExp(`${key}i(\\d+)e`).exec(scrape)![1]);
      return [count('8:complete'), count('incomplete'), count('downloaded')];
    };
    assert.deepEqual(counts(1_000), [1, 9, 0]);
    let carried = 0;
    const day = 24 * 3_600_000;
    for (let now = 1_000; now < day; now += 60_000) {
      worlds.forEach((world, i) => {
        if (i === 9 && now > day / 2) return; // has died without a word
        world.now = now;
        if (i === 3 && now === 3_601_000) world.completed();
        if (i === 4 && now === 7_201_000) world.stop();
        world.announcer.timeout(now, world.effects);
        carried += carry(world, desk, host(i));
      });
    }
    assert.ok(carried > 10 * 40, `${carried} announces`);
    assert.deepEqual(counts(day), [2, 6, 1]);
    for (const world of worlds) {
      const failed = world.reports.filter((report) => report.type === 'announce-failed');
      assert.deepEqual(failed, []);
    }
  });

  it('a refusal by the white list is reported in its words', () => {
    const desk = new TrackerDesk({ rules: { allowed: new Set() } });
    const world = new AnnounceWorld([['http://t.example/announce']]);
    world.start();
    carry(world, desk, '1.1.1.1');
    const report = world.lastReport();
    assert.equal(
      report?.type === 'announce-failed' && report.reason,
      'torrent not registered with this tracker',
    );
  });
});
