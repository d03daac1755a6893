/** Our announcers against our pure tracker in one virtual world: both transports, a day of a swarm, no socket. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import { encodeCompactPeers } from '../../../src/protocol/tracker/compact-peers.ts';
import { encodeHttpAnswer, encodeHttpRefusal } from '../../../src/protocol/tracker/http-answer.ts';
import { parseHttpAnnounce } from '../../../src/protocol/tracker/http-request.ts';
import { Swarms } from '../../../src/protocol/tracker/swarms.ts';
import { encodeUdpReply } from '../../../src/protocol/tracker/udp-reply.ts';
import { decodeUdpRequest } from '../../../src/protocol/tracker/udp-request.ts';
import { AnnounceWorld, INFO_HASH } from '../../support/announce-world.ts';

const INTERVAL = 1_800_000;

/** Carries what `world` pushed to the tracker, and the answers back, until nothing is pushed. */
function carry(world: AnnounceWorld, swarms: Swarms, host: string): number {
  let carried = 0;
  for (let fresh = world.fresh(); fresh.length > 0; fresh = world.fresh()) {
    for (const effect of fresh) {
      carried++;
      if (effect.type === 'http') {
        const text = effect.request.url.split('?')[1] ?? '';
        const request = parseHttpAnnounce(text);
        assert.ok(typeof request !== 'string', 'the announce is well-formed');
        assert.deepEqual(request.query.infoHash, INFO_HASH);
        const answer = swarms.announce(request.query, host, 'both', world.now);
        const refused = typeof answer === 'string';
        world.body(
          effect.job,
          refused ? encodeHttpRefusal(answer) : encodeHttpAnswer(answer, request),
        );
      } else if (effect.type === 'datagram') {
        const request = decodeUdpRequest(effect.data);
        assert.ok(request !== null && request.type !== 'scrape');
        const { transaction, type } = request;
        let reply = encodeUdpReply({ type: 'connect', transaction, connection: new Uint8Array(8) });
        if (type === 'announce') {
          const answer = swarms.announce(request.query, host, 'own', world.now);
          assert.ok(typeof answer !== 'string');
          const peers = encodeCompactPeers(
            answer.peers.map((peer) => peer.address),
            'v4',
          );
          const { seeds, leeches } = answer;
          reply = encodeUdpReply({
            type,
            transaction,
            interval: answer.interval / 1_000,
            leeches,
            seeds,
            peers,
          });
        }
        assert.equal(world.datagram(effect.address, reply), true);
      }
    }
  }
  return carried;
}

describe('protocol/tracker: announcers against the tracker', () => {
  it('a day of ten peers: all find each other, one finishes, one leaves, one dies; counts are right', () => {
    const swarms = new Swarms({ interval: INTERVAL, allowed: null }, createRandom(4));
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
      carry(world, swarms, host(i));
      const report = world.lastReport();
      assert.ok(report?.type === 'announced', JSON.stringify(report));
      const expected = Array.from({ length: i }, (_, j) => `${host(j)} ${7_000 + j}`);
      const known = report.addresses.map((address) => `${address.host} ${address.port}`);
      assert.deepEqual(known.sort(), expected.sort());
    });
    const counts = (now: number): number[] => {
      const { seeds, leeches, completed } = swarms.scrape(INFO_HASH, now);
      return [seeds, leeches, completed];
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
        carried += carry(world, swarms, host(i));
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
    const swarms = new Swarms({ interval: INTERVAL, allowed: [] }, createRandom(4));
    const world = new AnnounceWorld([['http://t.example/announce']]);
    world.start();
    carry(world, swarms, '1.1.1.1');
    const report = world.lastReport();
    assert.equal(
      report?.type === 'announce-failed' && report.reason,
      'torrent not registered with this tracker',
    );
  });
});
