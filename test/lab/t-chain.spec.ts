/**
 * T-Chain in the lab, by name: everybody who gives finishes, whoever else is there, and who gives nothing waits until they have.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { drawRun, metricsOf, rowsOf, runReplication } from '../../src/lab/index.ts';
import type { Metrics, RunRecord } from '../../src/lab/index.ts';
import { tinyScenario } from './tiny.ts';

const tChain = { choker: 't-chain-like', seedChoker: 't-chain-like' };
const reference = { choker: 'tit-for-tat' };
const lazy = { choker: 'lazy', seedChoker: 'lazy' };

function play(more: Readonly<Record<string, unknown>>, seed = 1): RunRecord {
  const scenario = tinyScenario({
    population: [{ name: 'givers', play: tChain }],
    seedPlay: tChain,
    stop: { at: 1000, whenComplete: true },
    ...more,
  });
  return runReplication(drawRun(scenario, seed));
}

/** Twelve givers and four who give nothing. */
function mixed(givers: object, seed: number, riders: object = lazy): readonly Metrics[] {
  const record = play(
    {
      content: { length: 4_194_304, pieceLength: 65_536 },
      arrivals: [{ type: 'flash-crowd', count: 16, rate: 4 }],
      population: [
        { name: 'givers', share: 0.75, play: givers },
        { name: 'riders', share: 0.25, play: riders },
      ],
      seedPlay: givers,
    },
    seed,
  );
  return ['givers', 'riders'].map((group) => metricsOf(record, rowsOf(record, { group })));
}

describe('lab: T-Chain', () => {
  it('who gives nothing is done last, and much later than by tit-for-tat', () => {
    for (const seed of [1, 2]) {
      const [givers, riders] = mixed(tChain, seed);
      const [usual, ridersOfUsual] = mixed(reference, seed);
      assert.deepEqual([givers!.complete, usual!.complete], [12, 12]);
      assert(givers!.meanTime! < 1.4 * usual!.meanTime!, `${givers!.meanTime!} s`);
      const [late, soon] = [riders!, ridersOfUsual!].map(({ meanTime }) => meanTime!);
      assert(late! > 1.2 * soon! && late! > 1.8 * givers!.meanTime!, `${late} or ${soon} s`);
    }
  });

  it('nobody waits for ever: one leech, two, six, late ones, one piece, among others of another kind', () => {
    type Changes = Readonly<Record<string, unknown>>;
    const arrivals = (count: number): Changes => ({ arrivals: [{ type: 'flash-crowd', count }] });
    const swarms: readonly Changes[] = [
      arrivals(1),
      arrivals(2),
      arrivals(6),
      { departures: { complete: { type: 'stays' } } },
      { arrivals: [{ type: 'poisson', rate: 0.1, lasts: 100 }] },
      { arrivals: [{ type: 'flash-crowd', count: 4, holds: 'all-but-last' }] },
      { content: { length: 16_384, pieceLength: 16_384 }, ...arrivals(3) },
      { seedPlay: reference },
      { population: [{ name: 'others', play: reference }] },
      {
        population: [
          { name: 'givers', share: 0.5, play: tChain },
          { name: 'others', share: 0.5, play: reference },
        ],
      },
    ];
    let came = 0;
    for (const swarm of swarms) {
      const { came: all, complete } = metricsOf(play(swarm));
      assert.equal(complete, all, JSON.stringify(swarm));
      came += all;
    }
    assert(came > 40, `${came} peers`);
  });

  it('one run is one run, whatever ran before', () => {
    assert.deepEqual(play({}), play({}));
  });

  it('free riders that show nothing hurt nobody who gives', () => {
    const [givers] = mixed(tChain, 1, { whole: 'bitthief-like' });
    assert.equal(givers!.complete, 12);
  });
});
