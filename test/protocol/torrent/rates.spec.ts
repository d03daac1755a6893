// Rate limits: never above rate * time + burst, never starved, fair, changeable while running (I-29).
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { burstOf } from '../../../src/protocol/index.ts';
import { assertWithin, RateWorld, total } from '../../support/rate-world.ts';
import type { Moved } from '../../support/rate-world.ts';

const BLOCK = 16_384;

function of(moved: readonly Moved[], torrent: number): Moved[] {
  return moved.filter((each) => each.torrent === torrent);
}

/** Bytes by connection. */
function shares(moved: readonly Moved[]): number[] {
  const by = new Map<number, number>();
  for (const { conn, bytes } of moved) by.set(conn, (by.get(conn) ?? 0) + bytes);
  return [...by.values()];
}

function spread(moved: readonly Moved[]): number {
  const all = shares(moved);
  return Math.max(...all) - Math.min(...all);
}

describe('upload limits', () => {
  it('let exactly the rate through, from a burst on, and share it among all who wait (I-29)', () => {
    const world = new RateWorld({ holds: 'all' });
    world.limit(null, 100_000);
    for (let i = 0; i < 5; i++) world.leech();
    world.advance(60_000);
    assertWithin(world.sent, 100_000, burstOf(100_000));
    const given = total(world.sent);
    assert(given <= 6_000_000 + burstOf(100_000));
    assert(given > 6_000_000 - BLOCK, `only ${given}`);
    assert.equal(shares(world.sent).length, 5);
    assert(spread(world.sent) <= 2 * BLOCK, 'one turn each, in turn');
  });

  it('hold in every second of time: 1.05 times the rate and a block (I-29)', () => {
    const world = new RateWorld({ holds: 'all', torrents: 2 });
    world.limit(null, 250_000);
    world.leech(1);
    world.leech(2);
    world.advance(20_000);
    for (const { at } of world.sent) {
      assert(total(world.sent, at, at + 1000) <= 250_000 * 1.05 + BLOCK);
    }
  });

  it('are kept by the session over torrents, and by each torrent beside it', () => {
    const world = new RateWorld({ holds: 'all', torrents: 3 });
    world.limit(null, 300_000);
    world.limit(null, 20_000, 1);
    for (const torrent of [1, 2, 2, 3]) world.leech(torrent);
    world.advance(60_000);
    assertWithin(world.sent, 300_000, burstOf(300_000));
    assertWithin(of(world.sent, 1), 20_000, burstOf(20_000));
    assert(total(of(world.sent, 1)) > 20_000 * 60 - BLOCK, 'the slow torrent has all that it may');
    assert(total(world.sent) > 300_000 * 60 - BLOCK, 'others take what it leaves');
    const fast = world.sent.filter(({ torrent }) => torrent !== 1);
    assert(spread(fast) <= 2 * BLOCK, 'peers are equal, whatever their torrent');
  });

  it('starve nobody at a rate of less than a block in a minute', () => {
    const world = new RateWorld({ holds: 'all' });
    world.limit(null, 200);
    for (let i = 0; i < 3; i++) world.leech();
    world.wait(10);
    assert.equal(world.sent.length, Math.floor((200 * 600 + burstOf(200)) / BLOCK));
    assertWithin(world.sent, 200, burstOf(200));
    assert.equal(shares(world.sent).length, 3);
  });

  it('are exact with a store that takes its time', () => {
    const world = new RateWorld({ holds: 'all', readTime: 30 });
    world.limit(null, 2_000_000);
    for (let i = 0; i < 4; i++) world.leech();
    world.advance(20_000);
    assertWithin(world.sent, 2_000_000, burstOf(2_000_000));
    assert(total(world.sent) > 0.9 * 2_000_000 * 20, 'no less than nine tenths of the rate');
  });

  it('change in the middle, both ways and to none', () => {
    const world = new RateWorld({ holds: 'all' });
    world.limit(null, 50_000);
    for (let i = 0; i < 3; i++) world.leech();
    world.advance(10_000);
    const slow = world.sent.length;
    assertWithin(world.sent, 50_000, burstOf(50_000));
    world.limit(null, 500_000);
    world.advance(10_000);
    const fast = world.sent.slice(slow);
    assertWithin(fast, 500_000, burstOf(500_000));
    assert(total(fast) > 4_900_000);
    world.limit(null, 50_000);
    const again = world.sent.length;
    world.advance(10_000);
    const slower = world.sent.slice(again);
    assertWithin(slower, 50_000, burstOf(50_000));
    assert(total(slower) > 450_000);
    for (const remote of world.remotes.values()) remote.eager = false;
    world.limit(null, null);
    world.advance(0);
    assert(world.session.torrent(1)!.peers.every((peer) => peer.uploads.length === 0));
  });

  it('count what is being read when they begin', () => {
    const world = new RateWorld({ holds: 'all', readTime: 1000 });
    for (let i = 0; i < 2; i++) world.leech(1, 20);
    world.limit(null, BLOCK); // 40 blocks are being read
    world.advance(1000);
    assert.equal(world.sent.length, 40);
    world.advance(35_000);
    assert.equal(world.sent.length, 40, 'what was sent before is paid for first');
    world.advance(25_000);
    const later = world.sent.length - 40;
    // A store that takes a second costs some of the rate: a block is promised while it is being read.
    assert(later >= 9 && later < 25, `${later}`);
  });

  it('forget who hangs up or is choked while waiting', () => {
    const world = new RateWorld({ holds: 'all' });
    world.limit(null, 20_000);
    const [first, second, third] = [world.leech(), world.leech(), world.leech()];
    world.advance(1000);
    world.hangUp(first);
    world.say(second, { type: 'not-interested' });
    world.advance(30_000);
    const late = world.sent.filter(({ at }) => at > 20_000);
    assert.deepEqual(new Set(late.map(({ conn }) => conn)), new Set([third.conn]));
    assert(total(late) > 200_000);
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.advance(1);
    assert.equal(world.session.deadline, Infinity, 'no timer outlives its torrent');
  });

  it('wake the machine once for each block at most, and never without a limit', () => {
    const world = new RateWorld({ holds: 'all' });
    world.limit(null, 100_000);
    for (let i = 0; i < 3; i++) world.leech();
    world.wakes = 0;
    const before = world.sent.length;
    world.advance(60_000);
    const blocks = world.sent.length - before;
    assert(world.wakes <= blocks + 6 + 6, `${world.wakes} wakes for ${blocks} blocks`);
  });

  it('hold whatever happens, at any rate (property)', () => {
    const act = fc.record({
      what: fc.constantFrom('wait', 'session', 'torrent', 'leech', 'leave', 'choke'),
      amount: fc.nat(5000),
    });
    let blocks = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.nat(40),
        fc.array(act, { minLength: 5, maxLength: 25 }),
        (least, own, readTime, acts) => {
          const world = new RateWorld({ holds: 'all', torrents: 2, pieces: 8, readTime });
          world.limit(null, least);
          world.limit(null, own, 1);
          let [most, mostOwn] = [least, own];
          for (const { what, amount } of acts) {
            const remotes = [...world.remotes.values()];
            const some = remotes[amount % Math.max(1, remotes.length)];
            if (what === 'wait') world.advance(amount);
            else if (what === 'leech' && remotes.length < 8) world.leech(1 + (amount % 2), 3);
            else if (what === 'leave' && some !== undefined) world.hangUp(some);
            else if (what === 'choke' && some !== undefined) {
              world.say(some, { type: 'not-interested' });
            } else if (what === 'session') {
              world.limit(null, 1 + amount * 100);
              most = Math.max(most, 1 + amount * 100);
            } else if (what === 'torrent') {
              world.limit(null, 1 + amount * 100, 1);
              mostOwn = Math.max(mostOwn, 1 + amount * 100);
            }
          }
          assertWithin(world.sent, most, burstOf(most));
          assertWithin(of(world.sent, 1), mostOwn, burstOf(mostOwn));
          blocks += world.sent.length;
        },
      ),
      { numRuns: 180 },
    );
    assert(blocks > 1000, 'something must have been sent');
  });
});

describe('download limits', () => {
  it('ask for exactly the rate, and so receive no more (I-29)', () => {
    const world = new RateWorld({ holds: 'none', pieces: 400, latency: 150 });
    world.limit(200_000, null);
    for (let i = 0; i < 4; i++) world.holder();
    world.advance(60_000);
    assertWithin(world.asked, 200_000, burstOf(200_000));
    assertWithin(world.received, 200_000, burstOf(200_000));
    const given = total(world.received);
    assert(given > 0.95 * 200_000 * 60, `only ${given}`);
    assert(spread(world.asked) <= 2 * BLOCK, 'one request each, in turn');
  });

  it('are kept by the session over torrents, and by each torrent beside it', () => {
    const world = new RateWorld({ holds: 'none', pieces: 300, torrents: 2 });
    world.limit(200_000, null);
    world.limit(30_000, null, 2);
    world.holder(1);
    world.holder(2);
    world.holder(2);
    world.advance(30_000);
    assertWithin(world.asked, 200_000, burstOf(200_000));
    assertWithin(of(world.asked, 2), 30_000, burstOf(30_000));
    assert(total(of(world.asked, 2)) > 0.95 * 30_000 * 30);
    assert(total(world.asked) > 200_000 * 30 - BLOCK);
  });

  it('give back what ends without its block', () => {
    const world = new RateWorld({ holds: 'none', pieces: 100, latency: 0 });
    world.limit(BLOCK, null);
    const refuser = world.holder();
    refuser.rejects = true;
    world.advance(20_000);
    // About one a second: every rejected request may be made again, as soon as the peer may be asked again.
    assert(world.asked.length > 15);
    world.hangUp(refuser);
    const before = world.asked.length;
    world.holder();
    assert(world.asked.length > before, 'nothing was paid for the rejects');
  });

  it('charge what comes late, after its lease had ended', () => {
    const world = new RateWorld({ holds: 'none', pieces: 100 });
    world.limit(BLOCK, null);
    const fickle = world.holder(1, false);
    fickle.answers = false;
    world.advance(4900);
    world.choke(fickle); // without the fast extension: what is on its way may still come
    assert.equal(roomOf(world), burstOf(BLOCK));
    assert.equal(world.received.length, 1, 'the first one came in time');
    assert.equal(world.asked.length, 5);
    for (const { index, begin } of world.asked.slice(1)) {
      world.say(fickle, { type: 'piece', index, begin, block: new Uint8Array(BLOCK) });
    }
    assert.equal(roomOf(world), burstOf(BLOCK) - 4 * BLOCK);
    world.say(fickle, { type: 'unchoke' });
    const ready = Math.ceil(1000 * (5 - burstOf(BLOCK) / BLOCK));
    world.advance(ready - 1);
    assert.equal(world.asked.length, 5, 'first the debt is paid');
    world.advance(1);
    assert.equal(world.asked.length, 6);
  });

  it('charge nothing for what nobody asked for: it would starve us of what we did', () => {
    const world = new RateWorld({ holds: 'none', pieces: 100 });
    world.limit(BLOCK, null);
    const pushy = world.holder();
    world.choke(pushy);
    world.say(pushy, { type: 'piece', index: 90, begin: 0, block: new Uint8Array(100) });
    assert(roomOf(world) >= 0);
  });

  it('count what is asked for when they begin', () => {
    const world = new RateWorld({ holds: 'none', pieces: 400, latency: 500 });
    for (let i = 0; i < 2; i++) world.holder();
    world.advance(1200);
    const out = world.session.torrent(1)!.active!.asked;
    assert(out > 10 * BLOCK);
    world.limit(BLOCK, null);
    const before = world.asked.length;
    world.advance(Math.floor(((out - burstOf(BLOCK)) / BLOCK) * 1000));
    assert.equal(world.asked.length, before, 'what is under way is paid for first');
    world.advance(10_000);
    assert(world.asked.length > before + 7);
  });

  it('change in the middle, and end', () => {
    const world = new RateWorld({ holds: 'none', pieces: 1000, latency: 20 });
    world.limit(50_000, null);
    for (let i = 0; i < 3; i++) world.holder();
    world.advance(10_000);
    assertWithin(world.asked, 50_000, burstOf(50_000));
    const slow = world.asked.length;
    world.limit(400_000, null);
    world.advance(10_000);
    assertWithin(world.asked.slice(slow), 400_000, burstOf(400_000));
    assert(total(world.asked.slice(slow)) > 3_900_000);
    world.limit(null, null);
    world.advance(30_000);
    assert.equal(world.session.torrent(1)!.view.complete, true);
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.advance(1);
    assert.equal(world.session.deadline, Infinity);
  });

  it('hold whatever remotes do, at any rate (property)', () => {
    const act = fc.record({
      what: fc.constantFrom('wait', 'session', 'torrent', 'holder', 'leave', 'choke', 'unchoke'),
      amount: fc.nat(5000),
    });
    let blocks = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.nat(400),
        fc.array(act, { minLength: 5, maxLength: 25 }),
        (rate, latency, acts) => {
          const world = new RateWorld({ holds: 'none', pieces: 60, latency });
          world.limit(rate, null);
          let most = rate;
          for (const { what, amount } of acts) {
            const remotes = [...world.remotes.values()];
            const some = remotes[amount % Math.max(1, remotes.length)];
            if (what === 'wait') world.advance(amount);
            else if (what === 'holder' && remotes.length < 6) world.holder();
            else if (what === 'leave' && some !== undefined) world.hangUp(some);
            else if (what === 'unchoke' && some !== undefined) world.say(some, { type: 'unchoke' });
            else if (what === 'session') {
              world.limit(1 + amount * 100, null);
              most = Math.max(most, 1 + amount * 100);
            }
          }
          // Received at least: requests that ended without a block are paid back.
          const sum = total(world.received);
          assert(sum <= (most * world.now) / 1000 + burstOf(most));
          blocks += world.received.length;
        },
      ),
      { numRuns: 60 },
    );
    assert(blocks > 1000, 'something must have come');
  });
});

function roomOf(world: RateWorld): number {
  return world.session.rates.download.limit.room(world.now);
}

describe('overhead', () => {
  it('is counted apart from payload, by torrent and for the session', () => {
    const world = new RateWorld({ holds: 'all', torrents: 2 });
    world.limit(null, BLOCK);
    world.leech(1, 1);
    world.advance(5000);
    const { overhead } = world.session.torrent(1)!;
    // Received: handshake, interested, and a request for every block and one more. Sent: handshake, have-all, unchoke, headers.
    const blocks = world.sent.length;
    assert.equal(overhead.received, 68 + 5 + 17 * (blocks + 1));
    assert.equal(overhead.sent, 68 + 5 + 5 + 13 * blocks);
    assert.equal(world.session.overhead.sent, overhead.sent);
    assert.equal(world.session.torrent(2)!.overhead.sent, 0);
    assert.equal(world.session.torrent(1)!.uploaded, blocks * BLOCK);
  });
});
