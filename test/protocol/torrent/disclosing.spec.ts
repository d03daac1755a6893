// What peers are told where a disclosure chooses it, and what follows for everything else that would give it away.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, superSeeding, tellAll } from '../../../src/behaviors/index.ts';
import type { Behavior, Disclosure, PeerMessage } from '../../../src/protocol/index.ts';
import { BLOCK, heard } from '../../support/scenes.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';

const PIECES = 40;
const CONTENT = makeContent(PIECES * BLOCK, BLOCK);

/** Shows piece 0 and nothing else, and tells of the next one whenever a peer gets one. */
const inOrder: Behavior<Disclosure> = () => ({
  open: (_peer, _now, out) => void out.push(0),
  reveal(event, _now, out) {
    if (event.type === 'has') out.push(event.peer.conn, event.piece + 1);
  },
  wakeAt: Infinity,
});

function open(
  disclosure: Behavior<Disclosure | null>,
  more: Partial<WorldOptions> = {},
): SessionWorld {
  const behaviors = { ...defaultBehaviors, disclosure };
  return new SessionWorld({ content: CONTENT, existing: 'all', behaviors, ...more }).start();
}

let joined = 0;
function join(world: SessionWorld, fast = true): Remote {
  const remote = world.accept(`leech ${joined++}`, fast);
  if (fast) world.say(remote, { type: 'have-none' });
  return remote;
}

function ask(world: SessionWorld, remote: Remote, index: number): void {
  world.say(remote, { type: 'request', index, begin: 0, length: BLOCK });
}

const types = (remote: Remote): PeerMessage['type'][] => remote.received.map(({ type }) => type);
const haves = (remote: Remote): number[] => heard(remote, 'have').map(({ index }) => index);

describe('disclosing', () => {
  it('shows in the first message what is chosen, and tells of more when that is chosen', () => {
    for (const fast of [true, false]) {
      const world = open(inOrder);
      const remote = join(world, fast);
      assert.deepEqual([...heard(remote, 'bitfield')[0]!.bits], [128, 0, 0, 0, 0]);
      assert.deepEqual(haves(remote), []);
      world.say(remote, { type: 'have', index: 0 });
      assert.deepEqual(haves(remote), [1]);
      world.session.assertInvariants();
    }
  });

  it('gives what was told, and rejects what was not', () => {
    const world = open(inOrder);
    const remote = join(world);
    world.say(remote, { type: 'interested' });
    world.tick();
    for (const index of [0, 7]) ask(world, remote, index);
    world.settle();
    assert.deepEqual(
      heard(remote, 'piece').map(({ index }) => index),
      [0],
    );
    assert.deepEqual(
      heard(remote, 'reject').map(({ index }) => index),
      [7],
    );
  });

  it('says nothing else that would give it away', () => {
    const config = { suggestionsMax: 10, allowedFastMax: 10 };
    const told = (world: SessionWorld): string[] => {
      const [remote, other] = [join(world), join(world)];
      for (const each of [remote, other]) world.say(each, { type: 'interested' });
      world.tick();
      ask(world, remote, 0);
      world.settle();
      return [...types(remote), ...types(other)];
    };
    const usual = told(open(tellAll, { config }));
    for (const type of ['have-all', 'allowed-fast', 'suggest']) assert(usual.includes(type), type);
    // The second peer was told of piece 0 too: that may be suggested.
    const hidden = told(open(inOrder, { config }));
    for (const type of ['have-all', 'allowed-fast']) assert(!hidden.includes(type), type);
  });

  it('tells a peer once, and of nothing that it has, whatever is revealed', () => {
    const stubborn: Behavior<Disclosure> = () => ({
      open: () => undefined,
      reveal(event, _now, out) {
        if (event.type !== 'has') return;
        for (const piece of [3, 3, event.piece]) out.push(event.peer.conn, piece);
        out.push(999, 5); // who is not there
      },
      wakeAt: Infinity,
    });
    const world = open(stubborn);
    const remote = join(world);
    for (const index of [0, 1]) world.say(remote, { type: 'have', index });
    assert.deepEqual(types(remote).filter((type) => type === 'have-none').length, 1);
    assert.deepEqual(haves(remote), [3]);
  });

  it('stops for a disclosure that tells what we lack: our bug, not a lie', () => {
    const liar: Behavior<Disclosure> = () => ({
      open: (_peer, _now, out) => void out.push(1),
      reveal: () => undefined,
      wakeAt: Infinity,
    });
    const world = open(liar, { existing: 'none' });
    assert.throws(() => world.accept('leech', true), /shows a piece that we lack/);
  });

  it('wakes when it asks for that', () => {
    let woken = 0;
    const timed: Behavior<Disclosure> = () => {
      const self = {
        open: () => undefined,
        reveal(event: { readonly type: string }, now: number): void {
          if (event.type !== 'time') return;
          woken++;
          self.wakeAt = woken < 3 ? now + 5000 : Infinity;
        },
        wakeAt: 1000,
      };
      return self;
    };
    const world = open(timed);
    join(world);
    world.advance(60_000);
    assert.equal(woken, 3);
  });

  it('can begin and end while it runs: what was told stays told, then all is', () => {
    const world = open(tellAll);
    const early = join(world);
    world.command({ type: 'set-behaviors', torrent: 1, behaviors: { disclosure: superSeeding() } });
    const late = join(world);
    assert.equal(heard(late, 'have-all').length, 0);
    assert.deepEqual([haves(early).length, haves(late).length], [0, 0]);
    world.session.assertInvariants();
    world.command({ type: 'set-behaviors', torrent: 1, behaviors: { disclosure: tellAll } });
    const shown = heard(late, 'bitfield')[0]!.bits.findIndex((byte) => byte !== 0);
    assert(shown >= 0);
    assert.equal(haves(late).length, PIECES - 1);
    assert.equal(new Set(haves(late)).size, PIECES - 1);
    assert.deepEqual(haves(early), []);
    world.session.assertInvariants();
  });
});
