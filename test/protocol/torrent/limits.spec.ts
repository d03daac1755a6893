// Every limit of the session, met exactly and then exceeded by one (DESIGN: each with a test at the limit).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import { defaultBehaviors, fixedPipelining } from '../../../src/behaviors/index.ts';
import { sessionConfig } from '../../../src/protocol/config.ts';
import { parseExtendedHandshake } from '../../../src/protocol/extensions/extended-handshake.ts';
import { defaultConfig, Session } from '../../../src/protocol/index.ts';
import type { SessionConfig } from '../../../src/protocol/index.ts';
import { idOf, makeContent, SessionWorld } from '../../support/session-world.ts';
import type { WorldOptions } from '../../support/session-world.ts';
import {
  answerOne,
  BLOCK,
  heard,
  joinHolder,
  joinLeech,
  peerAt,
  waiting,
} from '../../support/scenes.ts';

const CONTENT = makeContent(8 * 4 * BLOCK, 4 * BLOCK);
const PATIENT = { ...defaultBehaviors, pipelining: fixedPipelining(100) };

function open(config: Partial<SessionConfig>, more: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, config, ...more }).start();
}

function request(world: SessionWorld, remote: ReturnType<typeof joinLeech>, block: number): void {
  const begin = (block & 3) * BLOCK;
  world.say(remote, { type: 'request', index: block >> 2, begin, length: BLOCK });
}

/** One test per limit. A limit without one does not compile, and fails below. */
const atTheLimit: Readonly<Record<keyof SessionConfig, () => void>> = {
  connectionsMax() {
    const world = open({ connectionsMax: 2 });
    assert.equal(world.connect().closedBy, null);
    assert.equal(world.connect().closedBy, null);
    assert.equal(world.connect().closedBy, 'too-many-connections');
  },
  candidatesMax() {
    const world = open({ candidatesMax: 5 });
    const addresses = Array.from({ length: 9 }, (_, i) => ({ host: `10.1.0.${i}`, port: 1 }));
    world.command({ type: 'add-peers', torrent: 1, addresses });
    assert.equal(world.torrent.active?.candidatesKnown, 5);
  },
  handshakeTimeMax() {
    const world = open({ handshakeTimeMax: 3000 });
    const remote = world.connect();
    world.advance(2999);
    assert.equal(remote.closedBy, null);
    world.advance(1);
    assert.equal(remote.closedBy, 'handshake-timed-out');
  },
  idleTimeMax() {
    const world = open({ idleTimeMax: 70_000 });
    const remote = world.accept('peer');
    world.advance(69_999);
    assert.equal(remote.closedBy, null);
    world.advance(1);
    assert.equal(remote.closedBy, 'idle');
  },
  keepAliveEvery() {
    const world = open({ keepAliveEvery: 30_000 });
    const remote = world.accept('peer');
    world.advance(29_999);
    assert.equal(heard(remote, 'keep-alive').length, 0);
    world.advance(1);
    assert.equal(heard(remote, 'keep-alive').length, 1);
  },
  stallTimeMax() {
    const world = open({ stallTimeMax: 9000 });
    joinHolder(world, 'peer');
    world.advance(8999);
    assert.equal(peerAt(world).snubbed, false);
    world.advance(1);
    assert.equal(peerAt(world).snubbed, true);
  },
  requestTimeMax() {
    const world = open({ requestTimeMax: 9000 });
    const remote = joinHolder(world, 'peer');
    world.advance(8999);
    assert.equal(heard(remote, 'cancel').length, 0);
    const out = remote.asked.size;
    world.advance(1);
    assert.equal(heard(remote, 'cancel').length, out);
    assert.equal(peerAt(world).snubbed, false);
  },
  requestQueueMax() {
    const world = open({ requestQueueMax: 3 }, { existing: 'all' });
    const remote = joinLeech(world, 'peer', true);
    world.feed({ type: 'pause-writing', conn: remote.conn });
    for (let block = 0; block < 3; block++) request(world, remote, block);
    assert.equal(heard(remote, 'reject').length, 0);
    request(world, remote, 3);
    assert.equal(heard(remote, 'reject').length, 1);
    const speaker = world.connect();
    world.shake(speaker, 'speaker', CONTENT.metainfo.infoHash, true);
    const { handshake } = parseExtendedHandshake(heard(speaker, 'extended')[0]!.payload);
    assert.equal(handshake?.requestQueue, 3, 'and this is what we tell as reqq');
  },
  requestsOutDefault() {
    const world = open({ requestsOutDefault: 9 }, { behaviors: PATIENT });
    assert.equal(joinHolder(world, 'peer').asked.size, 9);
  },
  readAheadBytesMax() {
    const world = open({ readAheadBytesMax: 2 * BLOCK }, { existing: 'all' });
    const remote = joinLeech(world, 'peer');
    for (let block = 0; block < 6; block++) request(world, remote, block);
    assert.equal(waiting(world, 'store-read').length, 2);
  },
  unwrittenBytesMax() {
    const world = open({ unwrittenBytesMax: 3 * BLOCK }, { behaviors: PATIENT });
    const remote = joinHolder(world, 'peer', false, [0]);
    for (let i = 0; i < 2; i++) world.serve(remote);
    world.say(remote, { type: 'have', index: 1 });
    assert.equal(remote.asked.size, 6, 'two blocks unwritten: go on');
    world.serve(remote);
    world.say(remote, { type: 'have', index: 2 });
    assert.equal(remote.asked.size, 5, 'three: wait');
    for (let i = 0; i < 3; i++) answerOne(world, 'store-write');
    assert.equal(remote.asked.size, 9);
  },
  offensesMax() {
    const world = open({ offensesMax: 2 });
    const remote = world.accept('peer');
    for (let i = 0; i < 2; i++) world.say(remote, { type: 'have-all' });
    assert.equal(remote.closedBy, null);
    world.say(remote, { type: 'have-all' });
    assert.equal(remote.closedBy, 'flooding');
  },
  uploadSlots() {
    const world = open({ uploadSlots: 3 }, { existing: 'all' });
    const remotes = ['a', 'b', 'c', 'd', 'e'].map((name) => joinLeech(world, name));
    assert.equal(remotes.filter((remote) => !remote.choked).length, 3);
  },
  allowedFastMax() {
    const content = makeContent(40 * BLOCK, BLOCK);
    for (const [allowedFastMax, count] of [
      [3, 3],
      [1, 1],
      [0.5, 0],
      [100, 5],
    ] as const) {
      const world = open({ allowedFastMax }, { content, existing: 'all' });
      const remote = world.accept('starting', true);
      world.say(remote, { type: 'have-none' });
      assert.equal(heard(remote, 'allowed-fast').length, count, `${allowedFastMax} of 40`);
    }
  },
  checkJobsMax() {
    const config = { checkJobsMax: 5 };
    const world = new SessionWorld({ content: CONTENT, existing: 'check', config });
    world.command({ type: 'start-torrent', torrent: 1 });
    answerOne(world, 'store-open');
    assert.equal(waiting(world, 'store-hash').length, 5);
  },
  peersWantedMax() {
    const world = open({ peersWantedMax: 2 });
    const active = world.torrent.active!;
    assert.equal(active.peersWanted, 2);
    world.accept('a');
    assert.equal(active.peersWanted, 1);
    world.accept('b');
    world.accept('c');
    assert.equal(active.peersWanted, 0, 'never below nothing');
  },
};

describe('limits', () => {
  it('have a test each', () => {
    assert.deepEqual(Object.keys(atTheLimit).sort(), Object.keys(defaultConfig).sort());
  });

  for (const [name, test] of Object.entries(atTheLimit)) it(`${name} is exact`, test);

  it('are positive numbers, or our caller hears of it', () => {
    for (const name of Object.keys(defaultConfig)) {
      for (const wrong of [0, -1, Number.NaN]) {
        assert.throws(() => sessionConfig({ [name]: wrong }), /positive/, `${name}: ${wrong}`);
      }
    }
    assert.deepEqual(sessionConfig({}), defaultConfig);
    assert.equal(sessionConfig({ uploadSlots: 1 }).uploadSlots, 1);
  });

  it('of the caller: a peer id has 20 bytes', () => {
    const make = (peerId: Uint8Array): Session =>
      new Session({
        config: {},
        behaviors: defaultBehaviors,
        random: createRandom(1),
        peerId,
        clientName: '',
      });
    assert.throws(() => make(new Uint8Array(19)), /20 bytes/);
    assert.equal(make(idOf('x')).connectionCount, 0);
  });
});
