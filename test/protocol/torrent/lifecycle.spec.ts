// A torrent's life: every command in every state, and a second start like the first.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { SessionEffect } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { WorldOptions } from '../../support/session-world.ts';
import {
  answerOne,
  BLOCK,
  heard,
  joinHolder,
  learn,
  sayPieces,
  states,
  told,
  waiting,
} from '../../support/scenes.ts';

const CONTENT = makeContent(8 * 2 * BLOCK, 2 * BLOCK);

function add(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, ...options });
}

const start = (world: SessionWorld): void => world.command({ type: 'start-torrent', torrent: 1 });
const stop = (world: SessionWorld): void => world.command({ type: 'stop-torrent', torrent: 1 });
const remove = (world: SessionWorld): void => world.command({ type: 'remove-torrent', torrent: 1 });

/** Effects with connections, jobs, stores and ports renamed in order of appearance. */
function renamed(effects: readonly SessionEffect[]): string[] {
  const names = new Map<string, string>();
  const rename = (key: string, value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    if (!['conn', 'job', 'store', 'port'].includes(key)) return value;
    const name = `${key} ${String(value)}`;
    if (!names.has(name)) names.set(name, `${key} #${names.size}`);
    return names.get(name);
  };
  return effects.map((effect) => JSON.stringify(effect, rename));
}

/** What a torrent shows of itself. */
function snapshot(world: SessionWorld): unknown {
  const { view, peers, left, state } = world.torrent;
  const pieces = Array.from({ length: view.pieceCount }, (_, piece) => [
    view.has(piece),
    view.availability(piece),
    view.missingBlocks(piece),
  ]);
  const { missingTotal, partialCount, verifiedCount } = view;
  return { pieces, missingTotal, partialCount, verifiedCount, left, state, peers: peers.length };
}

/** The same things happen to either world. */
function continueWith(world: SessionWorld): void {
  const seed = world.accept('seed', true, '10.3.0.1');
  world.say(seed, { type: 'have-all' });
  world.say(seed, { type: 'unchoke' });
  const leech = world.accept('leech', false, '10.3.0.2');
  sayPieces(world, leech, [0, 5]);
  world.say(leech, { type: 'interested' });
  world.advance(10_000);
  world.say(leech, { type: 'request', index: 1, begin: 0, length: BLOCK });
  for (let i = 0; i < 5; i++) world.serve(seed);
  world.settle();
  learn(world, '10.3.0.3');
  world.advance(40_000);
  for (let i = 0; i < 3; i++) world.serve(seed);
  world.settle();
}

describe('start, stop, start', () => {
  it('ends in the state of a fresh start', () => {
    const again = add().start();
    // A whole life before: two pieces, peers, dials, offenses, a choke, time.
    joinHolder(again, 'first', false, [0, 1]);
    again.runToRest(3);
    learn(again, '10.9.0.1', '10.9.0.2');
    again.hangUp(again.answerDial('dialled')!);
    again.say(again.accept('odd'), { type: 'reject', index: 0, begin: 0, length: 1 });
    again.advance(30_000);
    assert.equal(again.torrent.view.verifiedCount, 2);
    stop(again);
    again.settle();
    again.advance(5000);

    const fresh = add({ existing: 'check' });
    learn(fresh, '10.9.0.1', '10.9.0.2'); // named by the user: they last
    fresh.disk.set(CONTENT.bytes.subarray(0, 2 * 2 * BLOCK));
    const logs = [again, fresh].map((world) => {
      world.start();
      assert.equal(world.torrent.view.verifiedCount, 2);
      const from = world.log.length;
      continueWith(world);
      return renamed(world.log.slice(from));
    });
    assert(logs[0]!.length > 30, 'too little happened to compare');
    assert.deepEqual(logs[0], logs[1]);
    assert.deepEqual(snapshot(again), snapshot(fresh));
  });

  it('keeps the blocks of a piece under way: they are not asked for again', () => {
    const world = add().start();
    const seed = joinHolder(world, 'seed');
    const [first] = heard(seed, 'request');
    world.serve(seed);
    stop(world);
    world.settle();
    assert.equal(world.torrent.view.partialCount, 1);
    world.start();
    const other = joinHolder(world, 'other');
    world.runToRest();
    const again = heard(other, 'request').some(
      ({ index, begin }) => index === first!.index && begin === first!.begin,
    );
    assert.equal(again, false);
    assert.deepEqual(world.disk, CONTENT.bytes);
  });

  it('hashes a piece whose hash was on its way when it stopped', () => {
    const world = add().start();
    const seed = joinHolder(world, 'seed', false, [3]);
    world.serve(seed);
    world.serve(seed);
    assert.equal(waiting(world, 'store-hash').length, 1);
    stop(world);
    world.settle();
    assert.equal(world.torrent.view.has(3), false, 'the answer came after the end');
    world.start();
    world.settle();
    assert.equal(world.torrent.view.has(3), true);
  });

  it('counts payload over all starts', () => {
    const world = add().start();
    world.serve(joinHolder(world, 'seed'));
    stop(world);
    world.settle();
    world.start();
    world.serve(joinHolder(world, 'seed'));
    assert.equal(world.torrent.downloaded, 2 * BLOCK);
  });
});

describe('stop', () => {
  it('closes all connections and asks nobody for what they had been asked', () => {
    const world = add().start();
    const remotes = ['a', 'b', 'c'].map((name) => joinHolder(world, name));
    const stranger = world.connect();
    learn(world, '10.9.0.1');
    const { requests } = world.counts;
    stop(world);
    assert(remotes.every((remote) => remote.closedBy === 'torrent-stopped'));
    assert.equal(world.dials.length, 0);
    assert.equal(stranger.closedBy, null, 'it has not said yet whose it is');
    assert.equal(world.counts.requests, requests);
    world.settle();
    assert.deepEqual(states(world), ['opening', 'active', 'stopping', 'stopped']);
    assert.equal(world.session.connectionCount, 1);
  });

  it('while opening waits for the store, then closes it', () => {
    const world = add();
    start(world);
    stop(world);
    assert.equal(waiting(world, 'store-close').length, 0);
    world.settle();
    assert.deepEqual(states(world), ['opening', 'stopping', 'stopped']);
    assert.equal(world.log.filter(({ type }) => type === 'store-close').length, 1);
  });

  it('while checking ignores what was being hashed; the next start checks again', () => {
    const world = add({ existing: 'check', config: { checkJobsMax: 3 } });
    world.disk.set(CONTENT.bytes);
    start(world);
    answerOne(world, 'store-open');
    answerOne(world, 'store-hash');
    stop(world);
    world.settle();
    assert.deepEqual(states(world), ['opening', 'checking', 'stopping', 'stopped']);
    assert.equal(world.torrent.view.verifiedCount, 1, 'what was found is found');
    world.start();
    assert.equal(world.torrent.view.complete, true);
  });

  it('of what is stopped, and start of what is active, change nothing', () => {
    const world = add();
    stop(world);
    assert.deepEqual(states(world), []);
    world.start();
    const before = world.log.length;
    start(world);
    assert.equal(world.log.length, before);
  });

  it('followed by start before it is over starts again afterwards', () => {
    const world = add().start();
    stop(world);
    start(world);
    assert.equal(world.torrent.state, 'stopping');
    world.settle();
    assert.equal(world.torrent.state, 'active');
    assert.deepEqual(states(world).slice(-4), ['stopping', 'stopped', 'opening', 'active']);
  });

  it('followed by start and stop stays stopped', () => {
    const world = add().start();
    stop(world);
    start(world);
    stop(world);
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
  });
});

describe('remove', () => {
  const scenes: Readonly<Record<string, (world: SessionWorld) => void>> = {
    stopped: () => undefined,
    opening: (world) => start(world),
    checking: (world) => {
      start(world);
      answerOne(world, 'store-open');
    },
    active: (world) => void world.start(),
    stopping: (world) => {
      world.start();
      stop(world);
    },
    error: (world) => {
      start(world);
      answerOne(world, 'store-open', 'denied');
    },
  };
  for (const [state, reach] of Object.entries(scenes)) {
    it(`in state ${state} closes what is open and forgets the torrent`, () => {
      const world = add({ existing: 'check' });
      reach(world);
      assert.equal(world.torrent.state, state);
      remove(world);
      remove(world);
      start(world); // too late
      world.settle();
      assert.equal(world.session.torrent(1), undefined);
      assert.equal(told(world, 'removed').length, 1);
      assert.equal(world.session.deadline, Infinity, 'I-24: no timer is left');
      const opened = world.log.filter(({ type }) => type === 'store-open').length;
      const closed = world.log.filter(({ type }) => type === 'store-close').length;
      assert.equal(closed, state === 'error' ? 0 : opened, 'I-27');
      assert.equal(world.session.holds(CONTENT.metainfo.infoHash), false);
    });
  }
});

describe('shutdown', () => {
  it('removes everything and tells `closed` once, last', () => {
    const world = add().start();
    const other = makeContent(3 * BLOCK, BLOCK, 9);
    world.command({
      type: 'add-torrent',
      torrent: 2,
      metainfo: other.metainfo,
      tiers: [],
      downloading: true,
      seeding: true,
      existing: 'none',
      behaviors: {},
    });
    world.command({ type: 'start-torrent', torrent: 2 });
    const peer = joinHolder(world, 'peer');
    const stranger = world.connect();
    world.command({ type: 'shutdown' });
    world.command({ type: 'shutdown' });
    assert.equal(peer.closedBy, 'torrent-stopped');
    assert.equal(stranger.closedBy, 'torrent-stopped');
    assert.equal(told(world, 'closed').length, 0, 'the stores are still open');
    for (let i = 0; world.answerJob(); i++) assert(i < 100);
    assert.equal(told(world, 'removed').length, 2);
    assert.equal(told(world, 'closed').length, 1);
    assert.equal(world.events.at(-1)?.type, 'closed');
    assert.equal(world.session.deadline, Infinity);
    assert.equal(world.session.connectionCount, 0);
  });

  it('of nothing is over at once', () => {
    const world = add();
    remove(world);
    world.command({ type: 'shutdown' });
    world.command({ type: 'shutdown' });
    assert.equal(told(world, 'closed').length, 1);
  });

  it('starts nothing any more', () => {
    const world = add().start();
    world.command({ type: 'shutdown' });
    start(world);
    for (let i = 0; world.answerJob(); i++) assert(i < 100);
    assert.equal(world.session.torrent(1), undefined);
    assert.equal(world.log.filter(({ type }) => type === 'store-open').length, 1);
  });
});
