/**
 * Settings at their ends, and settings that are thrown back and forth while a swarm runs: nothing breaks, and it
 * finishes all the same.
 */
import assert from 'node:assert/strict';
import { describe } from 'mocha';
import {
  banPolicy,
  chokers,
  defaultBehaviors,
  dialing,
  fixedPipelining,
  pickers,
} from '../../src/behaviors/index.ts';
import type { Behaviors, SessionConfig } from '../../src/protocol/index.ts';
import { BLOCK, plainContent } from './content.ts';
import { scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Engine } from './scene.ts';

const content = plainContent(12, BLOCK);

function finishes(config: Partial<SessionConfig>): void {
  const scene = new Scene();
  const seed = scene.engine({ content, holds: 'all', up: 100_000, config });
  const leeches = [1, 2].map(() => scene.engine({ content, up: 100_000, config }));
  for (const leech of leeches) leech.meet(seed, ...leeches.filter((each) => each !== leech));
  scene.finish(leeches, 89_000);
  for (const leech of leeches) assert(leech.holdsTruth);
}

function isRefused(config: Partial<SessionConfig>): void {
  assert.throws(() => new Scene().engine({ content, config }), /every limit is a positive number/);
}

type Flip = (engine: Engine, tick: number) => void;

const behave = (behaviors: Partial<Behaviors>) => (engine: Engine) =>
  engine.command({ type: 'set-behaviors', torrent: engine.id, behaviors });
const oneOf =
  (...flips: readonly ((engine: Engine) => void)[]): Flip =>
  (engine, tick) =>
    flips[tick % flips.length]!(engine);
const flag =
  (name: 'downloading' | 'seeding'): Flip =>
  (engine, tick) => {
    const { downloading, seeding } = engine.torrent;
    const flags = { downloading, seeding, [name]: tick % 2 === 1 };
    engine.command({ type: 'set-flags', torrent: engine.id, ...flags });
  };

/** What can be changed while a torrent runs, each between its ends. */
const switches: Readonly<Record<string, Flip>> = {
  downloading: flag('downloading'),
  seeding: flag('seeding'),
  picker: oneOf(
    behave({ picker: pickers.sequential }),
    behave({ picker: pickers.random }),
    behave({ picker: pickers['rarest-first'] }),
  ),
  choker: oneOf(
    behave({ choker: chokers['round-robin'] }),
    behave({ choker: chokers['tit-for-tat'] }),
    behave({ choker: () => ({ interval: 1000, rechoke: () => undefined }) }),
  ),
  pipelining: oneOf(
    behave({ pipelining: fixedPipelining(1) }),
    behave({ pipelining: fixedPipelining(500) }),
    behave({ pipelining: defaultBehaviors.pipelining }),
  ),
  dialing: oneOf(
    behave({ dialing: dialing({ connectionsMax: 1, diallingMax: 1 }) }),
    behave({ dialing: dialing({ connectionsMax: 10_000, diallingMax: 1000, incomingSpare: 0 }) }),
  ),
  bans: oneOf(behave({ bans: banPolicy({ trustMin: -1 }) }), behave({ bans: banPolicy() })),
  running: oneOf(
    (engine) => engine.stop(),
    (engine) => engine.start(),
  ),
  peers: oneOf(
    (engine) => {
      for (const { conn } of engine.torrent.peers) engine.command({ type: 'drop-peer', conn });
    },
    (engine) => engine.meet({ address: { host: '10.9.9.9', port: 6881 } }),
  ),
  check: oneOf(
    (engine) => engine.recheck(),
    () => undefined,
    () => undefined,
  ),
  announce: (engine) => engine.command({ type: 'announce', torrent: engine.id }),
};

/** Two switches are thrown every second for twelve, then everything is as it should be. Returns how often. */
function stress(first: Flip, second: Flip, seeding: boolean): number {
  const scene = new Scene();
  const seed = scene.engine({ content, holds: 'all', up: 30_000 });
  const leech = scene.engine({ content });
  leech.meet(seed);
  const shaken = seeding ? seed : leech;
  let flips = 0;
  for (let tick = 0; tick < 12; tick++) {
    scene.run(1000);
    first(shaken, tick);
    second(shaken, tick + (tick >> 1));
    flips += 2;
  }
  shaken.command({ type: 'set-flags', torrent: 1, downloading: true, seeding: true });
  behave(defaultBehaviors)(shaken);
  scene.run(1000);
  shaken.start();
  scene.finish([seed, leech], 120_000);
  assert(leech.holdsTruth);
  return flips;
}

describe('scenarios: settings', () => {
  scenario('connections without a limit: the swarm finishes', () =>
    finishes({ connectionsMax: Number.MAX_SAFE_INTEGER, candidatesMax: Number.MAX_SAFE_INTEGER }),
  );
  scenario('no connections at all is refused when the session is made', () => {
    isRefused({ connectionsMax: 0 });
    finishes({ connectionsMax: 1 });
  });
  scenario('fewer than no connections is refused when the session is made', () =>
    isRefused({ connectionsMax: -1 }),
  );
  scenario('upload slots without a limit: the swarm finishes', () =>
    finishes({ uploadSlots: Number.MAX_SAFE_INTEGER }),
  );
  scenario('fewer than no upload slots is refused, and one is enough', () => {
    isRefused({ uploadSlots: -1 });
    isRefused({ uploadSlots: 0 });
    finishes({ uploadSlots: 1 });
  });

  scenario(
    'every two of eleven settings thrown back and forth every second, at either end: 220 swarms finish',
    () => {
      let swarms = 0;
      let flips = 0;
      for (const [one, first] of Object.entries(switches)) {
        for (const [other, second] of Object.entries(switches)) {
          if (one === other) continue;
          for (const seeding of [true, false]) {
            try {
              flips += stress(first, second, seeding);
            } catch (error) {
              throw new Error(`${one} with ${other}, ${seeding ? 'seed' : 'leech'}`, {
                cause: error,
              });
            }
            swarms++;
          }
        }
      }
      assert.equal(swarms, 220);
      assert.equal(flips, 220 * 24);
    },
  ).timeout(30_000);
});
