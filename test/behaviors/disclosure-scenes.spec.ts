// What each disclosure is for: one figure in which it differs from telling all.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { disclosures, strategyNamed } from '../../src/behaviors/index.ts';
import type { DisclosureName } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Behaviors } from '../../src/protocol/index.ts';
import { DisclosurePlay } from '../../src/testing/index.ts';
import { BLOCK, runStrategies } from '../support/strategy-swarm.ts';
import type { Member } from '../support/strategy-swarm.ts';

const PIECES = 80;

/** A seed with a short uplink that plays `name`, and five leeches with longer ones. */
function firstSeed(name: DisclosureName, time: number): readonly Member[] {
  const behaviors = { disclosure: disclosures[name] };
  const leeches = Array.from({ length: 5 }, () => ({ up: 200_000 }));
  return runStrategies(
    { pieces: PIECES },
    [{ seed: true, up: 60_000, behaviors }, ...leeches],
    time,
  );
}

/** Pieces that a peer with nothing hears of, where we have ten and three others have the last five. */
function heardOf(name: DisclosureName): number[] {
  const play = new DisclosurePlay({ behavior: disclosures[name] }, 10, createRandom(3));
  for (let piece = 0; piece < 10; piece++) play.verify(piece);
  const common = Array.from({ length: 10 }, (_, piece) => piece >= 5);
  for (let i = 0; i < 3; i++) play.join(common);
  return [...play.join(common.map(() => false)).told];
}

/** Blocks that a leech sends, and when it is done, in milliseconds. */
function rider(behaviors: Partial<Behaviors>): { readonly sent: number; readonly doneAt: number } {
  const plain = { up: 100_000 };
  const members = runStrategies(
    { pieces: PIECES },
    [{ ...plain, seed: true }, { ...plain, behaviors }, plain, plain],
    120_000,
  );
  return { sent: members[1]!.uploaded / BLOCK, doneAt: members[1]!.doneAt };
}

const told = new Set<string>();
function scene(name: DisclosureName, what: string, run: () => void): void {
  told.add(name);
  it(`${name}: ${what}`, run);
}

describe('a disclosure beside telling all', () => {
  scene('tell-all', 'a peer hears of every piece', () => {
    assert.equal(heardOf('tell-all').length, 10);
  });
  scene('super-seeding', 'a first seed sends a copy and a bit, not several', () => {
    const sent = (name: DisclosureName): number => {
      const [seed, ...leeches] = firstSeed(name, 120_000);
      for (const { doneAt } of leeches) assert(doneAt < 120_000, `${name}: not done`);
      return seed!.uploaded / BLOCK / PIECES;
    };
    const [own, usual] = [sent('super-seeding'), sent('tell-all')];
    assert(own < 1.1 && own < 0.8 * usual, `${own} copies or ${usual}`);
  });
  scene('smart-seed-like', 'what it has sent when a copy has left is one of everything', () => {
    // 80 blocks take 22 s.
    const out = (name: DisclosureName): number => {
      const [, ...leeches] = firstSeed(name, 23_500);
      return new Set(leeches.flatMap(({ verified }) => verified)).size;
    };
    const [own, usual] = [out('smart-seed-like'), out('tell-all')];
    assert(own >= 0.97 * PIECES && own > 1.1 * usual, `${own} pieces are out, or ${usual}`);
  });
  scene('under-reporter-like', 'a peer hears of one piece, which others have as well', () => {
    const heard = heardOf('under-reporter-like');
    assert(heard.length === 1 && heard[0]! >= 5, heard.join());
  });
  scene('silent', 'nobody asks it for anything, though it unchokes', () => {
    const [own, usual] = [rider({ disclosure: disclosures.silent }), rider({})];
    assert(own.sent === 0 && usual.sent > 20, `${own.sent} blocks or ${usual.sent}`);
    assert(own.doneAt < 120_000, 'it is served all the same');
  });

  it('is one for every disclosure of the catalogue', () => {
    assert.deepEqual([...told].sort(), Object.keys(disclosures).sort());
  });

  it('bitthief-like: gives nothing, shows nothing, and finishes later than who gives', () => {
    const entry = strategyNamed('bitthief-like');
    assert(entry?.kind === 'whole');
    const [own, usual] = [rider(entry.make()), rider({})];
    assert.equal(own.sent, 0);
    assert(own.doneAt < 120_000 && own.doneAt > usual.doneAt, `${own.doneAt} or ${usual.doneAt}`);
  });
});
