// Law 1 to 3 of core/machine.ts: no clock, no dice and no timer but those that are handed in; same inputs, same effects.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../src/core/index.ts';
import { defaultBehaviors } from '../src/behaviors/index.ts';
import { Session } from '../src/protocol/index.ts';
import type { SessionEffect, SessionInput } from '../src/protocol/index.ts';
import { idOf, makeContent, SessionWorld } from './support/session-world.ts';
import { BLOCK, joinHolder, joinLeech, learn, setFlags } from './support/scenes.ts';

interface Recorded {
  readonly now: number;
  readonly input: SessionInput;
}

const FORBIDDEN = 'a pure room reached for the outside world';

function forbidden(): never {
  throw new Error(FORBIDDEN);
}

/** Whatever the host offers to those who want to know the time, throw dice, wait or run later. */
const OUTSIDE: readonly (readonly [object, string])[] = [
  [globalThis, 'Date'],
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [globalThis, 'setImmediate'],
  [globalThis, 'queueMicrotask'],
  [Math, 'random'],
  [performance, 'now'],
  [process, 'hrtime'],
  [process, 'nextTick'],
  [Promise.prototype, 'then'],
  [globalThis.crypto, 'getRandomValues'],
];

/** Runs `work` while everything in `OUTSIDE` throws. Synchronous: nothing else of the process runs meanwhile. */
function sealed<T>(work: () => T): T {
  const kept = OUTSIDE.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name));
  const stub = Object.assign(forbidden, { now: forbidden, bigint: forbidden });
  for (const [owner, name] of OUTSIDE) {
    Object.defineProperty(owner, name, { value: stub, configurable: true, writable: true });
  }
  try {
    return work();
  } finally {
    OUTSIDE.forEach(([owner, name], i) => {
      const descriptor = kept[i];
      if (descriptor === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, descriptor);
    });
  }
}

/** A session with a bit of everything; its inputs are the recording. */
function record(): SessionWorld {
  const content = makeContent(12 * 2 * BLOCK + 777, 2 * BLOCK);
  const world = new SessionWorld({ content, existing: 'check', seed: 11 });
  world.disk.set(content.bytes.subarray(0, 2 * BLOCK));
  world.start();
  learn(world, '10.1.0.1', '10.1.0.2', '10.1.0.3');
  const dialled = world.answerDial('dialled', true)!;
  world.say(dialled, { type: 'have-all' });
  world.say(dialled, { type: 'unchoke' });
  const holder = joinHolder(world, 'holder', false, [0, 1, 2, 3, 4]);
  const leeches = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  for (const name of leeches) joinLeech(world, name);
  for (let second = 0; second < 60; second++) {
    world.serve(dialled);
    if (second % 3 === 0) world.serve(holder);
    if (second === 20) world.say(holder, { type: 'choke' });
    if (second === 30) setFlags(world, true, false);
    if (second === 40) setFlags(world, true, true);
    for (const remote of world.open) {
      if (second % 9 === 0) world.say(remote, { type: 'keep-alive' });
      if (!remote.choked) {
        world.say(remote, { type: 'request', index: 0, begin: 0, length: BLOCK });
      }
    }
    world.settle();
    world.advance(1000);
  }
  world.runToRest();
  world.command({ type: 'shutdown' });
  while (world.answerJob());
  return world;
}

function replay(inputs: readonly Recorded[], infoSeed: number): SessionEffect[] {
  const effects: SessionEffect[] = [];
  const session = new Session({
    config: {},
    behaviors: defaultBehaviors,
    random: createRandom(infoSeed),
    peerId: idOf('-SW0000-our own id..'),
    clientName: 'Swarmwright test',
  });
  for (const { now, input } of inputs) session.step(input, now, effects);
  session.assertInvariants();
  return effects;
}

describe('purity', () => {
  const world = record();

  it('the recording has a bit of everything', () => {
    const types = new Set<string>(world.inputs.map(({ input }) => input.type));
    for (const type of ['command', 'connected', 'message', 'timeout', 'store-done', 'hash-done']) {
      assert(types.has(type), `no ${type}`);
    }
    assert(types.has('read-done') && world.counts.uploads > 5 && world.counts.requests > 20);
    assert.equal(world.events.at(-1)?.type, 'closed');
  });

  it('the stubs do throw, and are gone afterwards', () => {
    sealed(() => {
      assert.throws(() => Date.now(), { message: FORBIDDEN });
      assert.throws(() => new Date(), { message: FORBIDDEN });
      assert.throws(() => Math.random(), { message: FORBIDDEN });
      assert.throws(() => setTimeout(forbidden, 0), { message: FORBIDDEN });
      assert.throws(() => setImmediate(forbidden), { message: FORBIDDEN });
      assert.throws(() => performance.now(), { message: FORBIDDEN });
    });
    assert(Date.now() > 0 && Math.random() < 1 && performance.now() > 0);
  });

  it('core, protocol and behaviors use no clock, no dice and no timer of the host', () => {
    const effects = sealed(() => replay(world.inputs, 11));
    assert(effects.length > 500);
  });

  it('the same (now, input) list gives the same effects twice, and those of the recording (law 3)', () => {
    const [first, second] = sealed(() => [replay(world.inputs, 11), replay(world.inputs, 11)]);
    assert.deepEqual(first, second);
    assert.deepEqual(first, world.log);
  });

  it('another seed value gives other effects: the comparison can fail', () => {
    assert.notDeepEqual(
      replay(world.inputs.slice(0, 40), 12),
      replay(world.inputs.slice(0, 40), 11),
    );
  });
});
