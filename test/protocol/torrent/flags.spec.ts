// Two independent flags and exchangeable behaviors, switched while everything runs.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  chain,
  defaultBehaviors,
  fixedPipelining,
  sequential,
} from '../../../src/behaviors/index.ts';
import type { Choker, PiecePicker } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import { BLOCK, heard, joinHolder, sayPieces, setFlags } from '../../support/scenes.ts';

/** 8 pieces of 2 blocks; the first 4 are on disk. */
const CONTENT = makeContent(8 * 2 * BLOCK, 2 * BLOCK);
const HELD = [0, 1, 2, 3];

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  const behaviors = { ...defaultBehaviors, pipelining: fixedPipelining(4) };
  const world = new SessionWorld({ content: CONTENT, existing: 'check', behaviors, ...options });
  world.disk.set(CONTENT.bytes.subarray(0, HELD.length * 2 * BLOCK));
  return world.start();
}

/** A peer that gives and takes. */
function joinPartner(world: SessionWorld, name: string): Remote {
  const remote = world.accept(name);
  sayPieces(world, remote, [2, 3, 4, 5, 6, 7]);
  world.say(remote, { type: 'interested' });
  world.say(remote, { type: 'unchoke' });
  world.tick();
  return remote;
}

function assertRole(world: SessionWorld, remote: Remote, takes: boolean, gives: boolean): void {
  assert.equal(remote.interested, takes, 'interest');
  assert.equal(remote.asked.size > 0, takes, 'requests');
  assert.equal(!remote.choked, gives, 'unchoke');
  const before = heard(remote, 'piece').length;
  world.say(remote, { type: 'request', index: 0, begin: 0, length: BLOCK });
  world.settle();
  assert.equal(heard(remote, 'piece').length - before, gives ? 1 : 0, 'upload');
}

describe('downloading and seeding', () => {
  for (const downloading of [true, false]) {
    for (const seeding of [true, false]) {
      it(`do as they say: downloading ${downloading}, seeding ${seeding}`, () => {
        const world = open({ downloading, seeding });
        const remote = joinPartner(world, 'partner');
        assertRole(world, remote, downloading, seeding);
      });
    }
  }

  it('can be switched to any combination from any other while running', () => {
    const world = open();
    const remote = joinPartner(world, 'partner');
    let switched = 0;
    // Every ordered pair of the four combinations, once.
    for (const combination of [0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3, 0]) {
      const downloading = (combination & 1) === 0;
      const seeding = (combination & 2) === 0;
      setFlags(world, downloading, seeding);
      world.advance(20_000); // past the time for which a choker keeps what it decided
      world.say(remote, { type: 'keep-alive' });
      assertRole(world, remote, downloading, seeding);
      switched++;
    }
    assert.equal(switched, 13);
    assert.equal(remote.closedBy, null);
  });

  it('downloading off cancels what is out, and on begins again where it was', () => {
    const world = open();
    const remote = joinPartner(world, 'partner');
    world.serve(remote);
    const out = remote.asked.size;
    assert.equal(out, 4);
    setFlags(world, false, true);
    assert.equal(heard(remote, 'cancel').length, out);
    assert.equal(world.torrent.ledger.leases, 0);
    world.advance(30_000);
    world.say(remote, { type: 'keep-alive' });
    assert.equal(remote.asked.size, 0);
    setFlags(world, true, true);
    assert.equal(remote.asked.size, 4);
    world.say(remote, { type: 'bitfield', bits: new Uint8Array([0xff]) });
    world.runToRest();
    assert.deepEqual(world.disk, CONTENT.bytes);
  });

  it('set to what they are change nothing that a peer can see', () => {
    const world = open();
    const remote = joinPartner(world, 'partner');
    const before = remote.received.length;
    setFlags(world, true, true);
    setFlags(world, true, true);
    assert.equal(remote.received.length, before);
  });
});

describe('behaviors on a running torrent', () => {
  it('a new picker is asked from the next request on, and heard of everything first', () => {
    const world = open({ behaviors: { ...defaultBehaviors, pipelining: fixedPipelining(1) } });
    const remote = joinHolder(world, 'seed');
    world.serve(remote);
    world.serve(remote); // both blocks of one piece
    const calls: string[] = [];
    const spy = (): PiecePicker => ({
      pieceChanged: () => calls.push('pieceChanged'),
      allChanged: () => calls.push('allChanged'),
      pick: () => 0,
    });
    world.command({ type: 'set-behaviors', torrent: 1, behaviors: { picker: spy } });
    assert.equal(calls[0], 'allChanged');
    world.serve(remote);
    assert.deepEqual([...remote.asked], [], 'the spy picks nothing');
    world.command({
      type: 'set-behaviors',
      torrent: 1,
      behaviors: { picker: chain(sequential()) },
    });
    const order: number[] = [];
    while (remote.asked.size > 0) {
      order.push([...remote.asked.values()][0]!.index);
      world.serve(remote);
    }
    world.settle();
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
      'in order now',
    );
    assert.equal(world.torrent.view.complete, true);
  });

  it('a new choker decides at once, and at its own interval', () => {
    const world = open();
    const remote = joinPartner(world, 'partner');
    assert.equal(remote.choked, false);
    let calls = 0;
    const nobody = (): Choker => ({ interval: 7000, rechoke: () => (calls += 1) });
    world.command({ type: 'set-behaviors', torrent: 1, behaviors: { choker: nobody } });
    assert.equal(remote.choked, true);
    calls = 0;
    world.advance(21_000);
    assert.equal(calls, 3);
    world.command({
      type: 'set-behaviors',
      torrent: 1,
      behaviors: { choker: defaultBehaviors.choker },
    });
    assert.equal(remote.choked, false);
  });

  it('those of a stopped torrent are used at its next start', () => {
    const world = open({ behaviors: { ...defaultBehaviors, pipelining: fixedPipelining(2) } });
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    world.command({
      type: 'set-behaviors',
      torrent: 1,
      behaviors: { pipelining: fixedPipelining(5) },
    });
    world.start();
    assert.equal(joinHolder(world, 'seed').asked.size, 5);
  });
});
