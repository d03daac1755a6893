// What each pipelining and each dialing of the catalogue is for: one figure in which it differs from the reference.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { strategyCatalogue } from '../../src/behaviors/index.ts';
import type { StrategyEntry } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Dialing, Pipelining } from '../../src/protocol/index.ts';
import {
  BLOCK_BYTES,
  candidateAt,
  ModelTorrent,
  rateSince,
  runLink,
} from '../../src/testing/index.ts';
import type { LinkKind } from '../../src/testing/index.ts';

const torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });

function entry<K extends StrategyEntry['kind']>(
  kind: K,
  name: string,
): Extract<StrategyEntry, { kind: K }> {
  const found = strategyCatalogue.find((each) => each.name === name);
  assert(found?.kind === kind, name);
  return found as Extract<StrategyEntry, { kind: K }>;
}

const pipelining = (name: string): Pipelining =>
  entry('pipelining', name).make()(torrent, createRandom(1));
const dialing = (name: string): Dialing => entry('dialing', name).make()(torrent, createRandom(1));

const told = new Set<string>();
function scene(name: string, what: string, run: () => void): void {
  told.add(name);
  it(`${name}: ${what}`, run);
}

/** Bytes per second over the last of five minutes, and the requests that wait at its end. */
function link(name: string, kind: LinkKind): { readonly rate: number; readonly depth: number } {
  const { samples } = runLink(pipelining(name), kind, 300_000);
  return { rate: rateSince(samples, 240_000), depth: samples.at(-1)!.depth };
}

/** How many of 600 candidates it has connected to, each dial being answered at once. */
function connections(name: string): number {
  const behavior = dialing(name);
  const idle = Array.from({ length: 600 }, (_, i) => candidateAt(1000 + i));
  let connected = 0;
  for (let now = 0; now < 600_000; now += 1000) {
    for (;;) {
      const next = behavior.nextDial(idle, { connected, dialling: 0 }, now);
      if (next < 0) break;
      idle.splice(next, 1);
      connected++;
    }
  }
  return connected;
}

describe('a pipelining or a dialing beside the reference', () => {
  const far: LinkKind = { latency: 600, rate: 5_000_000, window: 0 };
  const slow: LinkKind = { latency: 50, rate: 20_000, window: 0 };
  scene('adaptive', 'a far and fast peer is kept busy, a slow one hoards for seconds', () => {
    assert(link('adaptive', far).rate > 0.9 * far.rate);
    assert(link('adaptive', slow).depth * BLOCK_BYTES < 15 * slow.rate, 'less than 15 s');
  });
  scene('fixed', 'a far and fast peer waits for requests, a slow one has a minute of them', () => {
    const { rate } = link('fixed', far);
    assert(rate < 0.4 * far.rate, `${rate} bytes/s`);
    assert.equal(link('fixed', slow).depth, 64);
    assert(64 * BLOCK_BYTES > 50 * slow.rate);
  });
  scene('back-off', 'it has enough with fewer than the 50 that it allows', () => {
    const usual = connections('back-off');
    assert(usual > 30 && usual <= 50, `${usual} connections`);
  });
  scene('large-view-like', 'it goes on to ten times as many, and dials them all', () => {
    assert.equal(connections('large-view-like'), 500);
  });

  it('is one for every pipelining and every dialing of the catalogue', () => {
    const kinds = new Set(['pipelining', 'dialing']);
    const named = strategyCatalogue.filter(({ kind }) => kinds.has(kind)).map(({ name }) => name);
    assert.deepEqual([...told].sort(), named.sort());
  });
});
