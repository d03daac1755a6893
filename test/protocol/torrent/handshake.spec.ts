// From a connection to a peer: who is let in, who is not, and when patience ends (BEP 3, S-21, S-31, S-32).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, dialing } from '../../../src/behaviors/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { WorldOptions } from '../../support/session-world.ts';
import { handshakeOf, heard, joinHolder, learn, OUR_NAME, told } from '../../support/scenes.ts';

const CONTENT = makeContent(4 * 32_768, 32_768);
const OTHER_HASH = new Uint8Array(20).fill(9);

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, ...options }).start();
}

function reasons(world: SessionWorld): string[] {
  return told(world, 'connection-failed').map((event) => event.reason);
}

describe('handshake', () => {
  it('with an unknown info-hash is refused without an answer', () => {
    const world = open();
    const remote = world.connect();
    world.shake(remote, 'stranger', OTHER_HASH);
    assert.equal(remote.closedBy, 'unknown-torrent');
    assert.deepEqual(remote.received, [], 'whoever knows no torrent learns nothing of us');
    assert.deepEqual(reasons(world), ['unknown-torrent']);
    assert.equal(told(world, 'connection-failed')[0]?.torrent, null);
  });

  it('with another info-hash than the one dialled for is refused', () => {
    const world = open();
    learn(world, '10.2.0.1');
    const remote = world.openDial()!;
    assert.equal(heard(remote, 'handshake').length, 1, 'who dials speaks first');
    world.shake(remote, 'wrong', OTHER_HASH);
    assert.equal(remote.closedBy, 'unknown-torrent');
    assert.equal(told(world, 'connection-failed')[0]?.torrent, 1);
    assert.equal(world.torrent.peers.length, 0);
  });

  it('is refused for a torrent that is not active yet', () => {
    const world = new SessionWorld({ content: CONTENT });
    assert.equal(world.accept('early').closedBy, 'unknown-torrent');
    world.command({ type: 'start-torrent', torrent: 1 });
    assert.equal(world.accept('still early').closedBy, 'unknown-torrent');
    world.settle();
    assert.equal(world.accept('in time').closedBy, null);
  });

  for (const direction of ['accepted', 'dialled'] as const) {
    it(`must come within handshakeTimeMax, ${direction} (S-21)`, () => {
      const world = open({ config: { handshakeTimeMax: 7000 } });
      learn(world, '10.2.0.1', '10.2.0.2');
      const silent = direction === 'accepted' ? world.connect() : world.openDial()!;
      const late = direction === 'accepted' ? world.connect() : world.openDial()!;
      world.advance(6999);
      assert.equal(silent.closedBy, null);
      world.shake(late, 'just in time');
      assert.equal(late.closedBy, null);
      world.advance(1);
      assert.equal(silent.closedBy, 'handshake-timed-out');
      assert.equal(late.closedBy, null, 'the patience ended with the handshake');
      world.advance(7000);
      assert.equal(late.closedBy, null);
    });
  }

  it('comes before every other message', () => {
    const world = open();
    const remote = world.connect();
    world.say(remote, { type: 'keep-alive' });
    assert.equal(remote.closedBy, 'message-out-of-order');
    assert.deepEqual(remote.received, []);
  });

  it('comes once', () => {
    const world = open();
    const remote = world.accept('eager');
    world.say(remote, handshakeOf(world, 'eager'));
    assert.equal(remote.closedBy, 'message-out-of-order');
    assert.equal(told(world, 'peer-disconnected')[0]?.reason, 'message-out-of-order');
  });

  it('may be followed by input for a connection that is gone: it changes nothing (law 5)', () => {
    const world = open();
    const remote = world.connect();
    world.shake(remote, 'stranger', OTHER_HASH);
    const before = world.log.length;
    world.say(remote, { type: 'interested' });
    world.feed({ type: 'pause-writing', conn: remote.conn });
    world.feed({ type: 'disconnected', conn: remote.conn, reason: 'reset', detail: null });
    world.advance(60_000);
    assert.deepEqual(
      world.log.slice(before).filter((effect) => 'conn' in effect),
      [],
    );
  });

  it('tells who connected, and which way', () => {
    const world = open();
    learn(world, '10.2.0.1');
    const dialled = world.answerDial('one')!;
    const accepted = world.accept('two');
    const connected = told(world, 'peer-connected').map(({ conn, dialled: d }) => [conn, d]);
    assert.deepEqual(connected, [
      [dialled.conn, true],
      [accepted.conn, false],
    ]);
  });
});

describe('a connection to ourselves (S-31, F-12)', () => {
  it('is closed when we dialled it, and its address is not dialled again', () => {
    const world = open();
    learn(world, '10.2.0.1');
    const remote = world.answerDial(OUR_NAME)!;
    assert.equal(remote.closedBy, 'self-connection');
    world.advance(86_400_000);
    learn(world, '10.2.0.1');
    world.advance(86_400_000);
    assert.equal(world.dials.length, 0, 'no loop');
    assert.deepEqual(reasons(world), ['self-connection']);
  });

  it('is closed when we accepted it, after our own handshake, so that the dialling end can see', () => {
    const world = open();
    const remote = world.accept(OUR_NAME);
    assert.equal(remote.closedBy, 'self-connection');
    assert.deepEqual(
      remote.received.map(({ type }) => type),
      ['handshake'],
    );
    const last = world.log.findLast((effect) => 'reason' in effect);
    const { conn } = remote;
    const reason = 'self-connection';
    assert.deepEqual(last, { type: 'close', conn, reason }, 'not aborted: the handshake goes out');
  });
});

describe('a second connection of one peer', () => {
  it('gives way to the older one in the same direction', () => {
    const world = open();
    const older = world.accept('peer');
    const newer = world.accept('peer');
    assert.equal(newer.closedBy, 'duplicate-connection');
    assert.equal(older.closedBy, null);
    assert.equal(world.torrent.peers.length, 1);
  });

  it('may come when the first one has gone', () => {
    const world = open();
    world.hangUp(world.accept('peer'));
    assert.equal(world.accept('peer').closedBy, null);
  });

  it('is recognised by its address: a dial that met a connected peer is not repeated', () => {
    const world = open();
    world.accept('peer');
    learn(world, '10.2.0.1');
    const twin = world.answerDial('peer')!;
    // Our id begins with '-' and is the lesser one: what the peer dialled stays.
    assert.equal(twin.closedBy, 'duplicate-connection');
    world.advance(120_000);
    assert.equal(world.dials.length, 0);
  });
});

describe('connection limits (S-32)', () => {
  it('accept connectionsMax and not one more, those without a handshake included', () => {
    const world = open({ config: { connectionsMax: 3 } });
    const first = world.connect();
    world.accept('b');
    const third = world.accept('c');
    assert.equal(third.closedBy, null);
    assert.equal(world.accept('d').closedBy, 'too-many-connections');
    world.hangUp(first);
    assert.equal(world.accept('e').closedBy, null);
    assert.equal(world.session.connectionCount, 3);
  });

  it('dial up to connectionsMax, wait without spinning, and go on when one ends', () => {
    const world = open({ config: { connectionsMax: 2 } });
    const stranger = world.connect();
    learn(world, '10.2.0.1', '10.2.0.2');
    assert.equal(world.dials.length, 1);
    world.advance(5000);
    assert.equal(world.dials.length, 1);
    world.hangUp(stranger);
    world.advance(5000);
    assert.equal(world.dials.length, 2);
  });

  it('hold for accepted ones through the dialing behavior', () => {
    const world = open({
      behaviors: { ...defaultBehaviors, dialing: dialing({ connectionsMax: 2, incomingSpare: 0 }) },
    });
    world.accept('a');
    world.accept('b');
    assert.equal(world.accept('c').closedBy, 'too-many-connections');
  });
});

describe('a banned host', () => {
  it('is neither accepted nor dialled again, whatever its port', () => {
    const world = open();
    const liar = joinHolder(world, 'liar');
    for (const { index, begin, length } of [...liar.asked.values()]) {
      world.say(liar, { type: 'piece', index, begin, block: new Uint8Array(length) });
    }
    learn(world, liar.address.host, '10.2.0.9');
    assert.equal(world.dials.length, 2);
    world.settle();
    assert.equal(liar.closedBy, 'banned');
    assert.equal(world.accept('again', false, liar.address.host).closedBy, 'banned');
    const back = world.answerDial('again')!;
    assert.equal(back.address.host, liar.address.host);
    assert.equal(back.closedBy, 'banned', 'a dial that was under way when it was banned');
    assert.equal(world.answerDial('innocent')!.closedBy, null);
    world.command({
      type: 'add-peers',
      torrent: 1,
      addresses: [{ host: liar.address.host, port: 7000 }],
    });
    world.advance(60_000);
    assert.equal(world.dials.length, 0);
  });
});
