// What a choke means for requests that are out, with and without the fast extension (BEP 3, BEP 6, I-11, I-13, I-14).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, fixedPipelining } from '../../../src/behaviors/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote } from '../../support/session-world.ts';
import { BLOCK, heard, joinHolder, peerAt, place, sayPieces } from '../../support/scenes.ts';
import type { Said } from '../../support/scenes.ts';

const CONTENT = makeContent(4 * 2 * BLOCK, 2 * BLOCK);
const BLOCKS = 8;

function open(depth = 3): SessionWorld {
  const behaviors = { ...defaultBehaviors, pipelining: fixedPipelining(depth) };
  return new SessionWorld({ content: CONTENT, behaviors }).start();
}

/** The answer to a request that the observer may have forgotten. */
function answer(world: SessionWorld, remote: Remote, request: Said<'request'>): void {
  const { index, begin, length } = request;
  world.say(remote, { type: 'piece', index, begin, block: world.block(index, begin, length) });
}

function outstanding(world: SessionWorld): number[] {
  return world.torrent.peers.map((peer) => peer.outstanding);
}

describe('choke without the fast extension', () => {
  it('ends every lease at once, and others are asked for the blocks', () => {
    const world = open();
    const first = joinHolder(world, 'first');
    const asked = heard(first, 'request').map(place);
    assert.equal(asked.length, 3);
    const second = joinHolder(world, 'second');
    world.say(first, { type: 'choke' });
    for (let i = 0; i < BLOCKS; i++) {
      if (!world.serve(second)) break;
    }
    const again = heard(second, 'request').map(place);
    for (const each of asked) assert(again.includes(each), `${each} was not asked of the other`);
    assert.equal(heard(first, 'cancel').length, 0, 'a choke is answer enough');
    assert.equal(world.torrent.ledger.leases, 0);
  });

  it('takes a block that was on its way, once, and cancels it elsewhere', () => {
    const world = open(8);
    const first = joinHolder(world, 'first');
    const [request] = heard(first, 'request');
    const second = joinHolder(world, 'second');
    world.say(first, { type: 'choke' });
    assert(heard(second, 'request').map(place).includes(place(request!)));
    answer(world, first, request!);
    assert.deepEqual(heard(second, 'cancel').map(place), [place(request!)]);
    const active = world.torrent.active!;
    assert.equal(active.redundant, 0);
    const writes = world.log.filter((effect) => effect.type === 'store-write').length;
    assert.equal(writes, 1);
    answer(world, first, request!);
    assert.equal(world.log.filter((effect) => effect.type === 'store-write').length, writes);
    assert.equal(active.redundant, BLOCK);
    assert.equal(peerAt(world).offenses, 1, 'once is a race, twice is not');
  });

  it('stops requests until the unchoke, which refills the pipeline at once', () => {
    const world = open();
    const remote = joinHolder(world, 'peer');
    world.say(remote, { type: 'choke' });
    const before = heard(remote, 'request').length;
    world.advance(10_000);
    sayPieces(world, remote, [0, 1, 2, 3]);
    assert.equal(heard(remote, 'request').length, before);
    world.say(remote, { type: 'unchoke' });
    assert.equal(heard(remote, 'request').length, before + 3);
  });

  it('said again changes nothing', () => {
    const world = open();
    const remote = joinHolder(world, 'peer');
    world.say(remote, { type: 'choke' });
    const before = world.log.length;
    world.say(remote, { type: 'choke' });
    world.say(remote, { type: 'choke' });
    assert.equal(world.log.length, before);
  });
});

describe('choke with the fast extension (BEP 6)', () => {
  it('keeps the leases until each is answered by a block or a reject', () => {
    const world = open();
    const first = joinHolder(world, 'first', true);
    const [one, two, three] = heard(first, 'request');
    world.say(first, { type: 'choke' });
    const second = joinHolder(world, 'second', true);
    assert.deepEqual(outstanding(world), [3, 3]);
    const twice = heard(second, 'request').map(place);
    assert(!twice.includes(place(one!)) && !twice.includes(place(two!)));
    answer(world, first, one!);
    assert.equal(world.torrent.active?.redundant, 0);
    world.say(first, { ...two!, type: 'reject' });
    world.say(first, { ...three!, type: 'reject' });
    assert.equal(peerAt(world).outstanding, 0);
    assert.equal(peerAt(world).offenses, 0);
    while (world.serve(second)) world.settle();
    assert(heard(second, 'request').map(place).includes(place(two!)));
  });

  it('asks for what is allowed fast while choked, and for nothing else', () => {
    const world = open(10);
    const remote = world.accept('peer', true);
    world.say(remote, { type: 'have-all' });
    assert.equal(heard(remote, 'request').length, 0);
    world.say(remote, { type: 'allowed-fast', index: 2 });
    assert.deepEqual(heard(remote, 'request').map(place), ['2/0', `2/${BLOCK}`]);
  });

  it('takes the permission back where the peer rejects what it allowed', () => {
    const world = open(10);
    const remote = world.accept('peer', true);
    world.say(remote, { type: 'have-all' });
    world.say(remote, { type: 'allowed-fast', index: 2 });
    for (const request of heard(remote, 'request')) {
      world.say(remote, { ...request, type: 'reject' });
    }
    const before = heard(remote, 'request').length;
    world.advance(60_000);
    assert.equal(heard(remote, 'request').length, before);
  });

  it('is asked no more often than the pipeline is deep per second, though it rejects everything', () => {
    const world = open(4);
    const remote = joinHolder(world, 'mule', true);
    const seconds = 60;
    for (let second = 0; second < seconds; second++) {
      for (const request of [...remote.asked.values()]) {
        world.say(remote, { ...request, type: 'reject' });
      }
      world.advance(1000);
    }
    const requests = heard(remote, 'request').length;
    assert(requests <= 4 * (seconds + 1), `${requests} requests in ${seconds} s`);
    assert(requests > seconds, 'it is still asked now and then');
    // Another one has all that it needs.
    const honest = joinHolder(world, 'honest');
    world.advance(1000);
    while (world.serve(honest)) world.settle();
    assert.equal(world.torrent.view.complete, true);
  });

  it('is asked again after a reject, though its timer fired in between', () => {
    const world = open(1);
    const remote = joinHolder(world, 'peer', true);
    world.advance(19_500);
    assert.equal(heard(remote, 'request').length, 1);
    // The request's own time-out comes half a second after the reject, before the second of rest is over.
    world.say(remote, { ...heard(remote, 'request')[0]!, type: 'reject' });
    world.advance(2000);
    assert.equal(heard(remote, 'request').length, 2);
  });

  it('counts a reject of what was never asked, and of what it does not speak', () => {
    const world = open();
    const fast = world.accept('fast', true);
    const plain = joinHolder(world, 'plain');
    const reject = { type: 'reject', index: 3, begin: BLOCK, length: BLOCK } as const;
    world.say(fast, reject);
    world.say(fast, { ...reject, begin: 1 });
    world.say(plain, reject);
    assert.deepEqual(
      world.torrent.peers.map((peer) => peer.offenses),
      [2, 1],
    );
  });
});
