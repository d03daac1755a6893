// Bans have a reason and an end, both told; the application may set and lift them (S-29, B-07, B-08, B-10).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, fixedPipelining } from '../../../src/behaviors/index.ts';
import { defaultConfig } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote } from '../../support/session-world.ts';
import { BLOCK, joinHolder, learn, told } from '../../support/scenes.ts';

const CONTENT = makeContent(4 * BLOCK, BLOCK);
const { banTime } = defaultConfig;

function open(): SessionWorld {
  const behaviors = { ...defaultBehaviors, pipelining: fixedPipelining(1) };
  return new SessionWorld({ content: CONTENT, behaviors }).start();
}

/** Answers the oldest request with one bit wrong: all of a piece of one block. */
function spoil(world: SessionWorld, remote: Remote): void {
  const { index, begin, length } = [...remote.asked.values()][0]!;
  const block = world.block(index, begin, length);
  block[0]! ^= 1;
  world.say(remote, { type: 'piece', index, begin, block });
}

function ban(world: SessionWorld, host: string, time: number | null = null): void {
  world.command({ type: 'ban-host', torrent: 1, host, time, reason: 'a test wants it' });
}

describe('a ban', () => {
  it('tells whom, why and until when, closes every connection of the host, and its end is told', () => {
    const world = open();
    const liar = joinHolder(world, 'liar');
    const { host } = liar.address;
    const other = world.accept('other of that host', false, host);
    world.advance(1000);
    spoil(world, liar);
    world.settle();
    const event = told(world, 'peer-banned')[0]!;
    assert.equal(event.conn, liar.conn);
    assert.deepEqual(event.address, liar.address);
    assert.match(event.reason, /bad piece/);
    assert.equal(event.until, 1000 + banTime);
    assert.deepEqual([liar.closedBy, other.closedBy], ['banned', 'banned']);
    assert.deepEqual([...world.torrent.active!.admission.bannedHosts], [[host, 1000 + banTime]]);
    world.advance(banTime - 1);
    assert.equal(told(world, 'ban-expired').length, 0);
    world.advance(1);
    assert.deepEqual(
      told(world, 'ban-expired').map((expired) => expired.host),
      [host],
    );
    assert.equal(world.accept('again', false, host).closedBy, null);
  });

  it('finds a liar that has hung up before its piece is judged', () => {
    const world = open();
    const liar = joinHolder(world, 'liar');
    spoil(world, liar);
    world.hangUp(liar);
    world.settle();
    assert.deepEqual(
      told(world, 'peer-banned').map(({ conn, address }) => ({ conn, address })),
      [{ conn: liar.conn, address: liar.address }],
    );
    assert.equal(world.accept('again', false, liar.address.host).closedBy, 'banned');
  });

  it('keeps its host from being dialled, and no longer than it lasts', () => {
    const world = open();
    ban(world, '10.4.0.1', 30_000);
    learn(world, '10.4.0.1');
    world.advance(29_999);
    assert.equal(world.dials.length, 0);
    world.advance(1);
    assert.deepEqual(
      world.dials.map(({ address }) => address.host),
      ['10.4.0.1'],
    );
  });

  it('by command closes, is told without a connection, and is lifted by command', () => {
    const world = open();
    const remote = joinHolder(world, 'peer');
    const { host } = remote.address;
    ban(world, host, Infinity);
    assert.equal(remote.closedBy, 'banned');
    const event = told(world, 'peer-banned')[0]!;
    assert.deepEqual(
      [event.conn, event.address, event.reason, event.until],
      [null, { host, port: 0 }, 'a test wants it', Infinity],
    );
    assert.equal(world.accept('again', false, host).closedBy, 'banned');
    world.command({ type: 'unban-host', torrent: 1, host });
    world.command({ type: 'unban-host', torrent: 1, host });
    assert.equal(told(world, 'ban-expired').length, 1, 'told once');
    assert.equal(world.accept('once more', false, host).closedBy, null);
  });

  it('set anew lasts as long as the new one', () => {
    const world = open();
    ban(world, '10.4.0.1', 10_000);
    ban(world, '10.4.0.1', 60_000);
    world.advance(59_999);
    assert.equal(told(world, 'ban-expired').length, 0);
    world.advance(1);
    assert.equal(told(world, 'ban-expired').length, 1);
  });

  it('ends when the torrent stops, and leaves no timer', () => {
    const world = open();
    ban(world, '10.4.0.1');
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    ban(world, '10.4.0.2');
    assert.equal(world.session.deadline, Infinity);
    world.command({ type: 'start-torrent', torrent: 1 });
    world.settle();
    assert.equal(world.accept('peer', false, '10.4.0.1').closedBy, null);
    assert.equal(world.accept('two', false, '10.4.0.2').closedBy, null);
  });
});
