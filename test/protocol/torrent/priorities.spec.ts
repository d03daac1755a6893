// What is wanted: set before the first request and changed at any time (B-43 of the features, I-06, I-08, I-11).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, fixedPipelining } from '../../../src/behaviors/index.ts';
import type { Behavior, PiecePicker } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import {
  answerOne,
  BLOCK,
  heard,
  joinHolder,
  learn,
  place,
  sayPieces,
  told,
  waiting,
} from '../../support/scenes.ts';

const PIECE = 2 * BLOCK;
/** 8 pieces of 2 blocks, the last one short. */
const CONTENT = makeContent(7 * PIECE + BLOCK + 100, PIECE);
const ALL = [0, 1, 2, 3, 4, 5, 6, 7];

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  const behaviors = { ...defaultBehaviors, pipelining: fixedPipelining(4) };
  return new SessionWorld({ content: CONTENT, behaviors, ...options });
}

/** These pieces alone are wanted, at the same priority. */
function want(world: SessionWorld, pieces: readonly number[], files: number[] | null = null): void {
  const priorities = Uint8Array.from(ALL, (piece) => (pieces.includes(piece) ? 1 : 0));
  world.command({
    type: 'set-priorities',
    torrent: 1,
    pieces: priorities,
    files: files === null ? null : Uint8Array.from(files),
  });
}

/** Which pieces this remote was asked for, each once. */
function asked(remote: Remote): Set<number> {
  return new Set(heard(remote, 'request').map(({ index }) => index));
}

describe('priorities', () => {
  it('hold before the first request: nothing that is not wanted is ever asked for', () => {
    const world = open();
    want(world, [2, 5]);
    world.start();
    const seed = joinHolder(world, 'seed');
    world.runToRest();
    assert.deepEqual(asked(seed), new Set([2, 5]));
    assert.deepEqual(
      ALL.filter((piece) => world.torrent.view.has(piece)),
      [2, 5],
    );
    assert.equal(told(world, 'complete').length, 1);
    assert.equal(world.torrent.wantedLeft, 0);
    assert.equal(world.torrent.left, CONTENT.bytes.length - 2 * PIECE, 'left counts all');
  });

  it('go in order: everything of a higher one is asked for first', () => {
    const world = open();
    world.command({
      type: 'set-priorities',
      torrent: 1,
      pieces: Uint8Array.of(1, 1, 7, 1, 1, 255, 1, 1),
      files: null,
    });
    world.start();
    const seed = joinHolder(world, 'seed');
    assert.deepEqual(
      heard(seed, 'request').map(({ index }) => index),
      [5, 5, 2, 2],
    );
  });

  it('cancel what is deselected, keep what has come of it, and go on from there', () => {
    const world = open().start();
    const seed = joinHolder(world, 'seed');
    const first = heard(seed, 'request')[0]!;
    const second = heard(seed, 'request')[1]!;
    assert.equal(first.index, second.index, 'both blocks of one piece');
    world.serve(seed);
    want(
      world,
      ALL.filter((piece) => piece !== first.index),
    );
    assert(
      heard(seed, 'cancel').map(place).includes(place(second)),
      'the other block is cancelled',
    );
    const { view, ledger } = world.torrent;
    assert.equal(ledger.partialCount > 0 && view.priority(first.index) === 0, true);
    assert.equal(view.nextMissing(first.index, 0), -1, 'pickers are not shown it');
    world.runToRest();
    assert.equal(view.complete, true);
    assert.equal(view.has(first.index), false);
    assert.equal(view.blockState(first.index * 2), 'received', 'the block that came is kept');
    want(world, ALL);
    const again = joinHolder(world, 'again');
    assert.deepEqual(heard(again, 'request').map(place), [place(second)], 'only what never came');
    world.runToRest();
    assert.equal(view.has(first.index), true);
  });

  it('take a block that comes after its piece was deselected, once, and tell nothing twice', () => {
    const world = open();
    want(world, [3]);
    world.start();
    // No seed: it stays connected when nothing more is wanted of it.
    const giver = joinHolder(world, 'giver', false, [3]);
    const requests = heard(giver, 'request');
    assert.equal(requests.length, 2);
    want(world, []);
    assert.equal(told(world, 'complete').length, 1, 'nothing is wanted any more');
    assert.equal(heard(giver, 'cancel').length, 2);
    for (const { index, begin, length } of requests) {
      world.say(giver, { type: 'piece', index, begin, block: world.block(index, begin, length) });
    }
    world.settle();
    assert.equal(world.torrent.view.has(3), true, 'what came is not thrown away');
    assert.equal(world.torrent.active?.redundant, 0);
    assert.equal(told(world, 'complete').length, 1);
  });

  it('make it complete when the rest is deselected, and again when more has come', () => {
    const world = open({ existing: 'check' });
    world.disk.set(CONTENT.bytes.subarray(0, 4 * PIECE));
    world.start();
    assert.equal(told(world, 'complete').length, 0);
    want(world, [0, 1, 2, 3]);
    assert.equal(told(world, 'complete').length, 1);
    want(world, [0, 1]);
    assert.equal(told(world, 'complete').length, 1, 'it was complete already');
    want(world, [0, 6]);
    assert.equal(world.torrent.view.complete, false);
    joinHolder(world, 'seed');
    world.runToRest();
    assert.equal(told(world, 'complete').length, 2);
    assert.equal(world.torrent.view.has(6), true);
    assert.equal(world.torrent.view.has(7), false);
  });

  it('say interested and not interested as they change', () => {
    const world = open({ existing: 'check' });
    world.disk.set(CONTENT.bytes.subarray(0, PIECE));
    world.start();
    const remote = world.accept('partner');
    sayPieces(world, remote, [4, 5]);
    assert.equal(remote.interested, true);
    want(world, [6]);
    assert.equal(remote.interested, false);
    want(world, [5, 6]);
    assert.equal(remote.interested, true);
  });

  it('let go of a seed when all that is wanted is here, and dial it again when more is', () => {
    const world = open();
    want(world, [0]);
    world.start();
    learn(world, '10.9.9.9');
    const seed = world.answerDial('seed')!;
    sayPieces(world, seed, ALL);
    world.say(seed, { type: 'unchoke' });
    world.runToRest();
    assert.equal(seed.closedBy, 'both-seeds');
    world.advance(600_000);
    assert.equal(world.dials.length, 0, 'it has nothing for us');
    want(world, [0, 1]);
    world.advance(60_000);
    assert.deepEqual(
      world.dials.map(({ address }) => address.host),
      ['10.9.9.9'],
    );
  });

  it('last over a stop', () => {
    const world = open();
    want(world, [1]);
    world.start();
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    world.start();
    const seed = joinHolder(world, 'seed');
    world.runToRest();
    assert.deepEqual(asked(seed), new Set([1]));
  });

  it('are shown to pickers that never look: they cannot ask for what is not wanted', () => {
    const careless: Behavior<PiecePicker> = (torrent) => ({
      pieceChanged: () => undefined,
      allChanged: () => undefined,
      pick(peer, room, _now, out) {
        let picked = 0;
        for (let piece = 0; piece < torrent.pieceCount; piece++) {
          if (!peer.mayRequest(piece)) continue;
          for (let b = torrent.nextMissing(piece, 0); b >= 0; b = torrent.nextMissing(piece, 0)) {
            if (picked === room) return picked;
            out.push(b, 'careless');
            picked++;
          }
        }
        return picked;
      },
    });
    const world = open({ behaviors: { ...defaultBehaviors, picker: careless } });
    want(world, [2]);
    world.start();
    const seed = joinHolder(world, 'seed');
    world.runToRest();
    assert.deepEqual(asked(seed), new Set([2]));
  });

  it('tell a tracker all bytes that are not held, and of the end only when there are none', () => {
    const metainfo = { ...CONTENT.metainfo, tiers: [['http://tracker.example/announce']] };
    const world = open({ content: { ...CONTENT, metainfo } });
    world.command({ type: 'remove-torrent', torrent: 1 });
    world.command({
      type: 'add-torrent',
      torrent: 2,
      metainfo,
      tiers: null,
      downloading: true,
      seeding: true,
      existing: 'none',
      behaviors: {},
    });
    const pieces = new Uint8Array(8);
    world.command({ type: 'set-priorities', torrent: 2, pieces, files: null });
    world.command({ type: 'start-torrent', torrent: 2 });
    answerOne(world, 'store-open');
    const [started] = waiting(world, 'http');
    assert.match(started!.request.url, new RegExp(`left=${CONTENT.bytes.length}\\b`));
    assert.match(started!.request.url, /event=started/);
    world.tick();
    assert.equal(waiting(world, 'http').length, 1, 'nothing is wanted, and nothing is completed');
  });
});

describe('wanted files', () => {
  it('are told to the store before anything is read or written, at every start', () => {
    const world = open({ existing: 'check' });
    want(world, ALL, [0]);
    for (const start of [1, 2]) {
      world.command({ type: 'start-torrent', torrent: 1 });
      answerOne(world, 'store-open');
      assert.deepEqual(
        world.jobs.slice(0, 2).map(({ type }) => type),
        start === 1 ? ['store-select', 'store-hash'] : ['store-select'],
      );
      assert.deepEqual(waiting(world, 'store-select')[0]!.wanted, Uint8Array.of(0));
      world.settle();
      world.command({ type: 'stop-torrent', torrent: 1 });
      world.settle();
    }
  });

  it('are no concern of the store while all are wanted, and told where that changes', () => {
    const world = open().start();
    const selects = (): number[][] =>
      world.log.flatMap((effect) => (effect.type === 'store-select' ? [[...effect.wanted]] : []));
    want(world, [1], [1]);
    want(world, [1], null);
    assert.deepEqual(selects(), []);
    want(world, [1], [0]);
    want(world, [2], [0]);
    assert.deepEqual(selects(), [[0]]);
    want(world, [2], null);
    assert.deepEqual(selects(), [[0], [1]]);
  });

  it('stop the torrent where the store cannot do as it was told, and check everything afterwards', () => {
    const world = open().start();
    want(world, ALL, [0]);
    assert.equal(answerOne(world, 'store-select', 'full'), true);
    world.settle();
    assert.equal(world.torrent.state, 'error');
    assert.equal(world.torrent.fault, 'full');
    world.command({ type: 'start-torrent', torrent: 1 });
    answerOne(world, 'store-open');
    assert.equal(waiting(world, 'store-hash').length > 0, true, 'it is checked');
    world.settle();
    assert.equal(world.torrent.state, 'active');
  });

  it('do not stop a torrent that has stopped meanwhile', () => {
    const world = open().start();
    want(world, ALL, [0]);
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
  });
});
