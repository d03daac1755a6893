// Every limit of the session, met exactly and then exceeded by one (DESIGN: each with a test at the limit).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import type { StoreFault } from '../../../src/core/index.ts';
import { defaultBehaviors, dialing, fixedPipelining } from '../../../src/behaviors/index.ts';
import { sessionConfig } from '../../../src/protocol/config.ts';
import {
  encodeExtendedHandshake,
  parseExtendedHandshake,
} from '../../../src/protocol/extensions/extended-handshake.ts';
import { parsePeerExchange } from '../../../src/protocol/extensions/peer-exchange-message.ts';
import { defaultConfig, Session } from '../../../src/protocol/index.ts';
import type { SessionConfig } from '../../../src/protocol/index.ts';
import { idOf, makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import {
  answerAnnounce,
  answerOne,
  BLOCK,
  heard,
  joinHolder,
  joinLeech,
  learn,
  peerAt,
  sayPieces,
  startAnnouncing,
  told,
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

/** The store fails at a sync, and the torrent stops. */
function failSync(world: SessionWorld, fault: StoreFault): void {
  world.command({ type: 'save-torrent', torrent: 1 });
  answerOne(world, 'store-sync', fault);
  world.settle();
}

const ONE_AT_A_TIME = { ...defaultBehaviors, pipelining: fixedPipelining(1) };

/** The peer sends all of a bad piece. */
function banAlone(world: SessionWorld, remote: Remote): void {
  sayPieces(world, remote, [0]);
  world.say(remote, { type: 'unchoke' });
  for (let i = 0; i < 4; i++) spoil(world, remote);
  world.settle();
  assert.equal(remote.closedBy, 'banned');
}

/** The peer answers its oldest request with one bit wrong. */
function spoil(world: SessionWorld, remote: Remote): void {
  const { index, begin, length } = [...remote.asked.values()][0]!;
  const block = world.block(index, begin, length);
  block[0]! ^= 1;
  world.say(remote, { type: 'piece', index, begin, block });
}

/** Two peers send one piece, the first of them one bad block; its hash has been answered. */
function spoilTogether(world: SessionWorld): [liar: Remote, honest: Remote] {
  const liar = joinHolder(world, 'liar');
  const honest = joinHolder(world, 'honest');
  spoil(world, liar);
  const piece = [...honest.asked.values()][0]!.index;
  while (waiting(world, 'store-hash').length === 0) {
    world.serve([...honest.asked.values()][0]!.index === piece ? honest : liar);
  }
  while (waiting(world, 'store-write').length > 0) answerOne(world, 'store-write');
  assert.equal(answerOne(world, 'store-hash'), true);
  return [liar, honest];
}

/** One test per limit. A limit without one does not compile, and fails below. */
const atTheLimit: Readonly<Record<keyof SessionConfig, () => void>> = {
  connectionsMax() {
    const world = open({ connectionsMax: 2 });
    assert.equal(world.connect().closedBy, null);
    assert.equal(world.connect().closedBy, null);
    assert.equal(world.connect().closedBy, 'too-many-connections');
  },
  connectionsPerHostMax() {
    const world = open({ connectionsPerHostMax: 2 });
    const join = (name: string): string | null => world.accept(name, false, '10.5.0.1').closedBy;
    assert.deepEqual([join('a'), join('b'), join('c')], [null, null, 'too-many-connections']);
  },
  connectionsPerPeerIdMax() {
    const world = open({ connectionsPerPeerIdMax: 2 });
    const join = (): string | null => world.accept('the same').closedBy;
    assert.deepEqual([join(), join(), join()], [null, null, 'duplicate-connection']);
  },
  diallingMax() {
    const world = open({ diallingMax: 3 });
    learn(world, ...Array.from({ length: 5 }, (_, i) => `10.5.0.${i + 1}`));
    assert.equal(world.dials.length, 3);
    world.answerDial('a');
    world.advance(1000);
    assert.equal(world.dials.length, 3, 'one became a peer, one more is under way');
  },
  dialsPerSecondMax() {
    const world = open({ dialsPerSecondMax: 4 });
    learn(world, ...Array.from({ length: 9 }, (_, i) => `10.5.0.${i + 1}`));
    assert.equal(world.dials.length, 4);
    world.advance(249);
    assert.equal(world.dials.length, 4);
    world.advance(1);
    assert.equal(world.dials.length, 5);
    world.advance(1000);
    assert.equal(world.dials.length, 9);
  },
  strangersMax() {
    const world = open({ strangersMax: 2 });
    const [first, second] = [world.connect(), world.connect()];
    assert.equal(first.closedBy, null);
    const third = world.connect();
    assert.deepEqual(
      [first.closedBy, second.closedBy, third.closedBy],
      ['too-many-connections', null, null],
    );
  },
  hostDialEvery() {
    const tiers = [['http://tracker.example/announce']];
    const config = { hostDialEvery: 20_000 };
    const world = startAnnouncing(new SessionWorld({ content: CONTENT, config, tiers }));
    const host = '203.0.113.9';
    answerAnnounce(
      world,
      [1, 2, 3].map((port) => ({ host, port })),
    );
    assert.equal(world.dials.length, 1);
    world.advance(19_999);
    assert.equal(world.dials.length, 1);
    world.advance(1);
    assert.equal(world.dials.length, 2);
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
  drainTimeMax() {
    const world = open({ drainTimeMax: 9000 });
    const remote = joinHolder(world, 'peer');
    assert(remote.asked.size > 0);
    world.command({ type: 'drain-torrent', torrent: 1 });
    world.advance(8999);
    assert.deepEqual([world.torrent.state, remote.closedBy], ['active', null]);
    world.advance(1);
    assert.deepEqual([world.torrent.state, remote.closedBy], ['stopping', 'torrent-stopped']);
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
  requestedBytesMax() {
    const world = open({ requestedBytesMax: 20 * BLOCK }, { behaviors: PATIENT });
    const first = joinHolder(world, 'first');
    assert.equal(first.asked.size, 20);
    const second = joinHolder(world, 'second');
    assert.equal(second.asked.size, 4, 'the others leave no room, and still it may have four');
    for (let i = 0; i < 5; i++) world.serve(first);
    assert.equal(first.asked.size, 15, 'above the limit: nothing new');
    assert.equal(waiting(world, 'store-write').length, 5);
  },
  offensesMax() {
    const world = open({ offensesMax: 2 });
    const remote = world.accept('peer');
    for (let i = 0; i < 2; i++) world.say(remote, { type: 'have-all' });
    assert.equal(remote.closedBy, null);
    world.say(remote, { type: 'have-all' });
    assert.equal(remote.closedBy, 'flooding');
  },
  chokeGrace() {
    const world = open({ chokeGrace: 3000, offensesMax: 1 }, { existing: 'all' });
    const remote = world.accept('peer');
    world.advance(3000);
    for (let block = 0; block < 5; block++) request(world, remote, block);
    assert.equal(peerAt(world).offenses, 0);
    world.advance(1);
    request(world, remote, 0);
    assert.equal(peerAt(world).offenses, 1);
    request(world, remote, 1);
    assert.equal(remote.closedBy, 'flooding');
  },
  unsentTimeMax() {
    const world = open({ unsentTimeMax: 9000 }, { existing: 'all' });
    const [deaf, slow] = [joinLeech(world, 'deaf'), joinLeech(world, 'slow')];
    for (const { conn } of [deaf, slow]) world.feed({ type: 'pause-writing', conn });
    world.advance(8999);
    world.feed({ type: 'resume-writing', conn: slow.conn });
    world.feed({ type: 'pause-writing', conn: slow.conn });
    assert.equal(deaf.closedBy, null);
    world.advance(1);
    assert.deepEqual([deaf.closedBy, slow.closedBy], ['not-reading', null]);
    world.advance(8999);
    assert.equal(slow.closedBy, 'not-reading');
  },
  uninterestedTimeMax() {
    const full = { ...defaultBehaviors, dialing: dialing({ connectionsMax: 2 }) };
    const world = open({ uninterestedTimeMax: 5500 }, { behaviors: full });
    const [idle, busy] = [world.accept('idle'), joinHolder(world, 'busy')];
    world.advance(5499);
    assert.equal(world.accept('too early').closedBy, 'too-many-connections');
    world.advance(1);
    assert.equal(world.accept('in time').closedBy, null);
    assert.deepEqual([idle.closedBy, busy.closedBy], ['uninterested', null]);
  },
  suggestionsMax() {
    const suggestedWith = (suggestionsMax: number): number[] => {
      const world = open({ suggestionsMax }, { existing: 'all' });
      const [reader, other] = [joinLeech(world, 'reader', true), joinLeech(world, 'other', true)];
      for (const piece of [0, 0, 1, 2, 3]) request(world, reader, 4 * piece);
      world.say(other, { type: 'have', index: 1 });
      for (const piece of [4, 5]) request(world, reader, 4 * piece);
      assert.equal(heard(reader, 'suggest').length, 0, 'who asks for it needs no hint');
      return heard(other, 'suggest').map(({ index }) => index);
    };
    assert.deepEqual(suggestedWith(2), [0, 1, 4]);
    assert.deepEqual(suggestedWith(3), [0, 1, 2, 4]);
    assert.deepEqual(suggestedWith(0.5), []);
  },
  slotIdleTimeMax() {
    const full = { ...defaultBehaviors, dialing: dialing({ connectionsMax: 2 }) };
    const world = open({ slotIdleTimeMax: 7000 }, { behaviors: full, existing: 'all' });
    const [idle, busy] = [joinLeech(world, 'idle'), joinLeech(world, 'busy')];
    assert.deepEqual([idle.choked, busy.choked], [false, false]);
    world.advance(6999);
    request(world, busy, 0);
    assert.equal(world.accept('too early').closedBy, 'too-many-connections');
    world.advance(1);
    assert.equal(world.accept('in time').closedBy, null);
    assert.deepEqual([idle.closedBy, busy.closedBy], ['idle-slot', null]);
  },
  turnoverTime() {
    const full = { ...defaultBehaviors, dialing: dialing({ connectionsMax: 2 }) };
    const world = open({ turnoverTime: 15_000, stallTimeMax: 60_000 }, { behaviors: full });
    const [useful, useless] = [joinHolder(world, 'useful'), joinHolder(world, 'useless')];
    world.serve(useful);
    world.advance(14_999);
    assert.equal(useless.closedBy, null);
    world.advance(1);
    assert.deepEqual([useful.closedBy, useless.closedBy], [null, 'turnover']);
  },
  banTime() {
    const world = open({ banTime: 5000 });
    const remote = world.accept('peer', false, '10.3.0.1');
    banAlone(world, remote);
    world.advance(4999);
    assert.equal(world.accept('again', false, '10.3.0.1').closedBy, 'banned');
    world.advance(1);
    assert.equal(world.accept('once more', false, '10.3.0.1').closedBy, null);
  },
  bansMax() {
    const world = open({ bansMax: 2 });
    const hosts = ['10.3.0.1', '10.3.0.2', '10.3.0.3'];
    const banHost = (host: string): void =>
      world.command({ type: 'ban-host', torrent: 1, host, time: null, reason: 'test' });
    for (const host of hosts.slice(0, 2)) banHost(host);
    assert.equal(told(world, 'ban-expired').length, 0);
    banHost(hosts[2]!);
    assert.deepEqual(
      told(world, 'ban-expired').map(({ host }) => host),
      [hosts[0]],
    );
  },
  evidenceBlocksMax() {
    for (const [evidenceBlocksMax, examined] of [
      [4, 4],
      [3, 0],
    ] as const) {
      const world = open({ evidenceBlocksMax }, { behaviors: ONE_AT_A_TIME });
      spoilTogether(world);
      assert.equal(waiting(world, 'store-hash').length, examined);
    }
  },
  paroleTimeMax() {
    const world = open({ paroleTimeMax: 7000 }, { behaviors: ONE_AT_A_TIME });
    const [liar, suspect] = spoilTogether(world);
    world.settle();
    world.hangUp(liar);
    const other = joinHolder(world, 'other');
    const asked = (): boolean =>
      heard(other, 'request').some(({ index }) => index === [...suspect.asked.values()][0]!.index);
    while (asked()) {
      world.serve(suspect);
      world.settle();
    }
    const { index } = [...suspect.asked.values()][0]!;
    const serve = (): void => {
      for (let i = 0; i < 10; i++) if (world.serve(other)) world.settle();
    };
    serve();
    world.advance(6999);
    serve();
    assert.equal([...suspect.asked.values()][0]!.index, index);
    assert.equal(asked(), false);
    world.advance(1);
    serve();
    assert.equal(asked(), true, 'others finish what it let lie');
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
  storeRetryTime() {
    const world = open({ storeRetryTime: 5000 });
    failSync(world, 'full');
    world.advance(4999);
    assert.equal(world.torrent.state, 'error');
    world.advance(1);
    assert.equal(world.torrent.state, 'opening');
  },
  storeRetryTimeMax() {
    const world = open({ storeRetryTime: 1000, storeRetryTimeMax: 3000 });
    for (const wait of [1000, 2000, 3000, 3000, 3000]) {
      failSync(world, 'io');
      world.advance(wait - 1);
      assert.equal(world.torrent.state, 'error', `after less than ${wait} ms`);
      world.advance(1);
      world.settle();
      assert.equal(world.torrent.state, 'active');
    }
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

  exchangePeersMax() {
    const world = open({ exchangePeersMax: 2, idleTimeMax: 1e9 });
    const asks = (): Uint8Array =>
      encodeExtendedHandshake({ extensions: new Map([['ut_pex', 9]]), port: 6881 });
    const remotes: Remote[] = [];
    const join = (): void => {
      const remote = world.connect(false, `10.4.0.${remotes.length + 1}`);
      world.shake(remote, `peer ${remotes.length}`, CONTENT.metainfo.infoHash, true);
      world.say(remote, { type: 'extended', id: 0, payload: asks() });
      remotes.push(remote);
    };
    const counts = (): number[] =>
      heard(remotes[0]!, 'extended')
        .filter(({ id }) => id === 9)
        .map(({ payload }) => parsePeerExchange(payload).message!.added.length);
    for (let i = 0; i < 4; i++) join();
    world.advance(60_000);
    assert.deepEqual(counts(), [3], 'the first one may have more');
    for (let i = 0; i < 5; i++) join();
    world.advance(180_000);
    assert.deepEqual(counts(), [3, 2, 2, 1]);
    const off = open({ exchangePeersMax: 0.5 });
    const remote = off.connect(false);
    off.shake(remote, 'peer', CONTENT.metainfo.infoHash, true);
    const { payload } = heard(remote, 'extended')[0]!;
    assert.equal(parseExtendedHandshake(payload).handshake!.extensions.has('ut_pex'), false);
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
