// Floods of strangers, crowds of one host, storms of dials: bounded, and honest peers get in (S-21, S-31, S-32, S-33, I-25).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Address } from '../../../src/core/index.ts';
import { defaultBehaviors, dialing } from '../../../src/behaviors/index.ts';
import { defaultConfig } from '../../../src/protocol/index.ts';
import type { SessionConfig } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { answerAnnounce, BLOCK, learn, startAnnouncing, told } from '../../support/scenes.ts';

const CONTENT = makeContent(4 * BLOCK, BLOCK);
const TIERS = [['http://tracker.example/announce']];

function open(config: Partial<SessionConfig> = {}): SessionWorld {
  const behaviors = {
    ...defaultBehaviors,
    dialing: dialing({ connectionsMax: 1000, diallingMax: 1000 }),
  };
  return startAnnouncing(new SessionWorld({ content: CONTENT, config, behaviors, tiers: TIERS }));
}

describe('S-21: strangers that say nothing', () => {
  it('10,000 of them keep no honest peer out, and all are gone by 15 s', () => {
    const world = open();
    const strangers = Array.from({ length: 5000 }, (_, i) =>
      world.connect(false, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`),
    );
    const honest = world.accept('honest', false, '192.0.2.1');
    for (let i = 5000; i < 10_000; i++) {
      strangers.push(world.connect(false, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`));
    }
    const late = world.accept('late', false, '192.0.2.2');
    assert.deepEqual([honest.closedBy, late.closedBy], [null, null]);
    assert(world.open.length - 2 <= defaultConfig.strangersMax, 'strangers are bounded');
    world.advance(15_000);
    assert.equal(
      strangers.every(({ closedBy }) => closedBy !== null),
      true,
    );
    assert.deepEqual([honest.closedBy, late.closedBy], [null, null]);
  });

  it('of one host are few at a time, and it does not push others out', () => {
    const world = open();
    const other = world.connect(false, '192.0.2.1');
    const flood = Array.from({ length: 1000 }, () => world.connect(false, '192.0.2.66'));
    const { connectionsPerHostMax } = defaultConfig;
    assert.equal(flood.filter(({ closedBy }) => closedBy === null).length, connectionsPerHostMax);
    assert.equal(other.closedBy, null);
  });
});

describe('S-31: connections with one host', () => {
  const many = (world: SessionWorld, host: string, count: number): (string | null)[] =>
    Array.from({ length: count }, (_, i) => world.accept(`${host} ${i}`, false, host).closedBy);

  it('are as many as may be, and there is room again when one leaves', () => {
    const world = open({ connectionsPerHostMax: 3 });
    assert.deepEqual(many(world, '192.0.2.1', 4), [null, null, null, 'too-many-connections']);
    assert.deepEqual(many(world, '192.0.2.2', 3), [null, null, null]);
    world.hangUp(world.open[0]!);
    assert.equal(world.accept('next', false, '192.0.2.1').closedBy, null);
  });

  it('of our own machine are not counted: swarms run on one', () => {
    const world = open({ connectionsPerHostMax: 1 });
    for (const host of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      assert.deepEqual(many(world, host, 5), [null, null, null, null, null]);
    }
  });

  it('count dials too: no more are made, until one ends', () => {
    const world = open({ connectionsPerHostMax: 2 });
    const addresses = [1, 2, 3].map((port) => ({ host: '192.0.2.1', port }));
    world.command({ type: 'add-peers', torrent: 1, addresses });
    assert.equal(world.dials.length, 2);
    const peer = world.answerDial('a')!;
    world.advance(5000);
    assert.equal(world.dials.length, 1, 'a peer and a dial');
    world.hangUp(peer);
    world.advance(60_000);
    assert(world.log.filter(({ type }) => type === 'connect').length > 2);
  });
});

describe('S-32: dials', () => {
  it('under way are bounded over all torrents, and so is their rate', () => {
    const world = open({ diallingMax: 7, dialsPerSecondMax: 2 });
    learn(world, ...Array.from({ length: 200 }, (_, i) => `10.6.0.${i + 1}`));
    assert.equal(world.dials.length, 2);
    for (let second = 1; second <= 10; second++) {
      world.advance(1000);
      assert.equal(world.dials.length, Math.min(7, 2 + 2 * second));
    }
  });

  it('go on when some fail: the budget comes back', () => {
    const world = open({ diallingMax: 2 });
    learn(world, '10.6.0.1', '10.6.0.2', '10.6.0.3');
    const { conn } = world.dials.shift()!;
    world.feed({ type: 'disconnected', conn, reason: 'refused', detail: null });
    world.advance(1000);
    assert.deepEqual(
      world.dials.map(({ address }) => address.host),
      ['10.6.0.2', '10.6.0.3'],
    );
  });
});

describe('S-33: a victim that a tracker names', () => {
  const victim = '203.0.113.7';
  const ports = (host: string, count: number): Address[] =>
    Array.from({ length: count }, (_, i) => ({ host, port: 1000 + i }));
  const refuseAll = (world: SessionWorld): void => {
    for (const { conn } of world.dials.splice(0)) {
      world.feed({ type: 'disconnected', conn, reason: 'refused', detail: null });
    }
  };
  const dialsTo = (world: SessionWorld, host: string): number =>
    world.log.filter((effect) => effect.type === 'connect' && effect.address.host === host).length;

  it('is dialled once a minute, whatever the ports, and others do not wait for it', () => {
    const world = open();
    answerAnnounce(world, [...ports(victim, 150), { host: '203.0.113.8', port: 1 }]);
    assert.equal(dialsTo(world, '203.0.113.8'), 1);
    for (let minute = 1; minute <= 10; minute++) {
      refuseAll(world);
      world.advance(59_999);
      assert.equal(dialsTo(world, victim), minute);
      world.advance(1);
    }
  });

  it('makes room for others in a full list', () => {
    const world = open({ candidatesMax: 50 });
    answerAnnounce(world, ports(victim, 200));
    learn(world, '192.0.2.5');
    assert.equal(dialsTo(world, '192.0.2.5'), 1);
  });

  it('is no victim when it has shaken hands, when the user names it, or when it is our own machine', () => {
    const world = open();
    answerAnnounce(world, [
      ...ports(victim, 2),
      ...ports('127.0.0.1', 3),
      ...ports('203.0.113.8', 3),
    ]);
    assert.equal(dialsTo(world, '127.0.0.1'), 3);
    world.command({ type: 'add-peers', torrent: 1, addresses: ports('203.0.113.8', 3) });
    assert.equal(dialsTo(world, '203.0.113.8'), 3);
    assert.equal(dialsTo(world, victim), 1);
    assert.equal(world.accept('a peer there', false, victim).closedBy, null);
    world.advance(60_000);
    assert.equal(dialsTo(world, victim), 2);
    assert.equal(told(world, 'peer-connected').length, 1);
  });
});
