// Who is of no use, takes nothing, or asks for what it cannot have does not keep its place (S-26, S-28, S-30, S-34; B-20).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, dialing } from '../../../src/behaviors/index.ts';
import { defaultConfig } from '../../../src/protocol/index.ts';
import type { Dialing, SessionConfig } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import {
  BLOCK,
  heard,
  joinHolder,
  joinLeech,
  learn,
  setFlags,
  told,
} from '../../support/scenes.ts';

const CONTENT = makeContent(8 * BLOCK, BLOCK);

/** The leeches here ask for nothing, which is not what is looked at. */
const PATIENT: Partial<SessionConfig> = { slotIdleTimeMax: 1e9 };

function open(
  connectionsMax: number,
  config: Partial<SessionConfig> = {},
  more: Partial<WorldOptions> = {},
): SessionWorld {
  const behaviors = { ...defaultBehaviors, dialing: dialing({ connectionsMax }) };
  return new SessionWorld({ content: CONTENT, behaviors, config, ...more }).start();
}

function request(world: SessionWorld, remote: Remote, index: number): void {
  world.say(remote, { type: 'request', index, begin: 0, length: BLOCK });
}

/** Keeps them from being idle. */
function chat(world: SessionWorld, ...remotes: readonly Remote[]): void {
  for (const remote of remotes) world.say(remote, { type: 'keep-alive' });
}

describe('S-26: a peer that takes no bytes', () => {
  it('is closed, and what was read ahead for it is bounded', () => {
    const world = open(10, { readAheadBytesMax: 2 * BLOCK }, { existing: 'all' });
    const deaf = joinLeech(world, 'deaf');
    world.feed({ type: 'pause-writing', conn: deaf.conn });
    for (let index = 0; index < 8; index++) request(world, deaf, index);
    for (let at = 0; at < defaultConfig.unsentTimeMax; at += 30_000) {
      assert.equal(deaf.closedBy, null);
      chat(world, deaf);
      world.advance(30_000);
    }
    assert.equal(deaf.closedBy, 'not-reading');
    assert.equal(world.log.filter(({ type }) => type === 'store-read').length, 0);
  });

  it('stays when it takes some now and then', () => {
    const world = open(10, {}, { existing: 'all' });
    const slow = joinLeech(world, 'slow');
    for (let round = 0; round < 10; round++) {
      world.feed({ type: 'pause-writing', conn: slow.conn });
      chat(world, slow);
      world.advance(100_000);
      world.feed({ type: 'resume-writing', conn: slow.conn });
    }
    assert.equal(slow.closedBy, null);
  });
});

describe('S-28: requests after a choke', () => {
  it('that cross it cost nothing; a peer that goes on asking is closed', () => {
    const world = open(10, { offensesMax: 20 }, { existing: 'all' });
    const remote = joinLeech(world, 'greedy', true);
    setFlags(world, true, false);
    assert.equal(heard(remote, 'choke').length, 1);
    for (let i = 0; i < 100; i++) request(world, remote, i % 8);
    world.advance(defaultConfig.chokeGrace);
    request(world, remote, 0);
    assert.equal(remote.closedBy, null);
    assert.equal(heard(remote, 'reject').length, 101, 'each is answered');
    world.advance(1);
    for (let i = 0; i < 20; i++) request(world, remote, i % 8);
    assert.equal(remote.closedBy, null);
    request(world, remote, 0);
    assert.equal(remote.closedBy, 'flooding');
  });
});

describe('S-30: blocks sent again and again', () => {
  it('are bounded: what was asked for once is taken once', () => {
    const world = open(10, { offensesMax: 5 });
    const remote = joinHolder(world, 'generous');
    const { index, begin, length } = heard(remote, 'request')[0]!;
    const block = world.block(index, begin, length);
    for (let i = 0; i < 6; i++) world.say(remote, { type: 'piece', index, begin, block });
    assert.equal(remote.closedBy, null);
    world.say(remote, { type: 'piece', index, begin, block });
    assert.equal(remote.closedBy, 'flooding');
    assert.equal(world.torrent.active?.redundant, 6 * BLOCK);
  });
});

describe('turnover (B-20)', () => {
  const knock = (world: SessionWorld, name: string): string | null => world.accept(name).closedBy;

  it('sends nobody away while there is room', () => {
    const world = open(4);
    const remotes = ['a', 'b', 'c'].map((name) => world.accept(name));
    for (let i = 0; i < 10; i++) {
      chat(world, ...remotes);
      world.advance(100_000);
    }
    assert.deepEqual(
      remotes.map(({ closedBy }) => closedBy),
      [null, null, null],
    );
  });

  it('has a useless peer make room for who knocks, the one useless for longest', () => {
    const world = open(3, PATIENT);
    const leech = joinLeech(world, 'leech');
    const [first, second] = [world.accept('first'), world.accept('second')];
    world.say(first, { type: 'interested' });
    world.advance(1000);
    world.say(first, { type: 'not-interested' });
    world.advance(9000);
    assert.equal(knock(world, 'too early'), 'too-many-connections');
    world.advance(defaultConfig.uninterestedTimeMax - 10_000);
    assert.equal(knock(world, 'in time'), null);
    assert.deepEqual(
      [leech, first, second].map(({ closedBy }) => closedBy),
      [null, null, 'uninterested'],
    );
  });

  it('makes room for a dial too, when nobody knocks', () => {
    const world = open(2);
    const remotes = [world.accept('a'), world.accept('b')];
    learn(world, '10.7.7.7');
    assert.equal(world.dials.length, 0);
    for (let i = 0; i < 12; i++) {
      assert.equal(world.dials.length, 0);
      chat(world, ...remotes);
      world.advance(10_000);
    }
    assert.equal(world.dials.length, 1);
    assert.equal(remotes.filter(({ closedBy }) => closedBy === 'uninterested').length, 1);
  });

  it('sends the least useful away when nobody has come or gone for long, again and again', () => {
    const world = open(3, { stallTimeMax: 3_600_000, requestTimeMax: 3_600_000 });
    const remotes = ['a', 'b', 'c'].map((name) => joinHolder(world, name));
    const [a, b, c] = remotes as [Remote, Remote, Remote];
    for (const remote of [a, c]) world.serve(remote);
    for (let at = 0; at < defaultConfig.turnoverTime; at += 100_000) {
      assert.deepEqual(told(world, 'peer-disconnected'), []);
      chat(world, ...remotes);
      world.advance(100_000);
    }
    assert.equal(b.closedBy, 'turnover');
    chat(world, a, c);
    world.advance(100_000);
    assert.deepEqual([a.closedBy, c.closedBy], [null, null], 'there is room now');
  });

  it('is the choice of the dialing behavior: one that has no opinion keeps everybody', () => {
    const keep: Dialing = {
      admits: ({ connected }) => connected < 1,
      nextDial: () => -1,
      wakeAt: () => Infinity,
    };
    const behaviors = { ...defaultBehaviors, dialing: () => keep };
    const world = new SessionWorld({ content: CONTENT, behaviors, config: PATIENT }).start();
    const leech = joinLeech(world, 'leech');
    for (let i = 0; i < 10; i++) {
      chat(world, leech);
      world.advance(100_000);
    }
    assert.equal(leech.closedBy, null);
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    assert.equal(world.session.deadline, Infinity, 'no timer is left');
  });
});
