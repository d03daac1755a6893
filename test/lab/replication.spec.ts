/**
 * One replication: its books add up, its floors hold and can be broken, and one seed value is one run (H1, H3, H4).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { judgeFinish, judgeFloors, kumarRoss } from '../../src/lab/floors.ts';
import type { PeerBook } from '../../src/lab/floors.ts';
import { drawRun, metricsOf, rowsOf, runReplication, runTask } from '../../src/lab/index.ts';
import type { RunRecord } from '../../src/lab/index.ts';
import { tinyScenario } from './tiny.ts';

function run(more: Readonly<Record<string, unknown>> = {}, seed = 1): RunRecord {
  return runReplication(drawRun(tinyScenario(more), seed));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

describe('lab: a replication', () => {
  it('keeps books that add up', () => {
    const record = run();
    const { peers, samples, unchokes, length } = record;
    assert.equal(peers.length, 7);
    assert.equal(
      sum(peers.map(({ uploaded }) => uploaded)),
      sum(peers.map(({ downloaded }) => downloaded)),
    );
    for (const peer of rowsOf(record)) {
      assert(peer.downloaded >= length && peer.time! >= length / peer.down!);
      assert(peer.utilisation! >= 0 && peer.utilisation! <= 1);
      assert(peer.left! >= peer.completed!);
    }
    assert(samples.length >= 3);
    const last = samples.at(-1)!;
    assert.deepEqual([last.leeching, last.copiesMin, last.copiesMax], [0, 1, 1]);
    assert(samples.some(({ entropy }) => entropy! < 1));
    assert(samples.some(({ interest }) => interest !== null && interest > 0));
    assert(unchokes.length > 6 && unchokes.every(([from, to]) => from !== to));
    const metrics = metricsOf(record);
    assert.deepEqual([metrics.came, metrics.complete], [6, 6]);
    assert(metrics.efficiency! > 0.3 && metrics.efficiency! <= 1);
    assert(metrics.lastEfficiency! <= metrics.efficiency! + 1e-9);
  });

  it('is the same twice, and another one with another seed value (H4)', () => {
    assert.deepEqual(run(), run());
    assert.notEqual(run({}, 2).traceHash, run().traceHash);
  });

  it('another strategy is another run of the same peers', () => {
    const random = run({ population: [{ name: 'reference', play: { picker: 'random' } }] });
    assert.notEqual(random.traceHash, run().traceHash);
    const links = ({ peers }: RunRecord): unknown =>
      peers.map(({ up, down, network, arrived }) => [up, down, network, arrived]);
    assert.deepEqual(links(random), links(run()));
  });

  it('a changed peer leaves the peers as they were, and its own run begins when it comes', () => {
    const scenario = tinyScenario();
    const play = {
      ...scenario.population[0]!.play,
      picker: { name: 'sequential', parameters: {} },
    };
    const { record } = runTask({ scenario, seed: 1, change: { arrival: 5, play } });
    const before = run();
    assert.notEqual(record!.traceHash, before.traceHash);
    assert.deepEqual(
      record!.peers.map(({ peer, network, arrived }) => [peer, network, arrived]),
      before.peers.map(({ peer, network, arrived }) => [peer, network, arrived]),
    );
  });

  it('who stays seeds, who gives up leaves, and commands are carried out', () => {
    const stays = run({ departures: { complete: { type: 'stays' } } });
    assert(rowsOf(stays).every(({ left, completed }) => left === null && completed !== null));
    assert(stays.samples.some(({ seeding }) => seeding === 6));
    const impatient = run({ departures: { givesUp: 2 } });
    assert(rowsOf(impatient).some(({ left, completed }) => left !== null && completed === null));
    const fair = run({ departures: { complete: { type: 'ratio', ratio: 0.2 } } });
    assert(rowsOf(fair).every(({ left }) => left !== null));
    const cut = run({
      commands: [{ at: 3, who: 'seeds', do: 'leave' }],
      stop: { at: 60, whenComplete: false },
    });
    assert.equal(cut.peers[0]!.left! < 4, true);
    assert(rowsOf(cut).every(({ completed }) => completed === null));
    const limited = run({ commands: [{ at: 1, who: 'fast', do: 'limit', up: 1000 }] });
    assert(metricsOf(limited).meanTime! > metricsOf(run()).meanTime!);
  });

  it('who brings all but the last piece needs that one alone', () => {
    const record = run({ arrivals: [{ type: 'flash-crowd', count: 4, holds: 'all-but-last' }] });
    assert(
      rowsOf(record).every(({ downloaded }) => downloaded >= 65_536 && downloaded < 3 * 65_536),
    );
    assert.equal(record.bound, null);
  });

  it('the floors can be broken: whoever cheats is found out (H1, H3)', () => {
    const { peers } = drawRun(tinyScenario(), 1);
    const book = (index: number, more: Partial<PeerBook> = {}): PeerBook => ({
      ...{ peer: peers[index]!, joined: 0, left: null, completed: null },
      ...{ sent: 0, delivered: 0, received: 0 },
      ...more,
    });
    const { up, down } = peers[1]!;
    judgeFloors([book(1, { sent: up! * 10, delivered: up! * 10, received: down! * 10 })], 10);
    const broken = (law: RegExp, more: Partial<PeerBook>): void => {
      assert.throws(() => judgeFloors([book(1, more)], 10), law);
    };
    broken(/^Violation: H3.*came of/, { sent: 10, delivered: 11 });
    broken(/^Violation: H3.*uplink/, { sent: 1e7, delivered: up! * 10 + 2 });
    broken(/^Violation: H3.*downlink/, { received: down! * 10 + 4 });
    const fast = book(1, { completed: peers[1]!.lacks / down! - 0.01 });
    assert.throws(() => judgeFinish(fast, 0), /H1/);
    // And a run in which one is done too soon ends there.
    const drawn = drawRun(tinyScenario(), 1);
    const greedy = drawn.peers.map((peer) => (peer.index === 2 ? { ...peer, lacks: 1e12 } : peer));
    assert.throws(() => runReplication({ ...drawn, peers: greedy }), /H1, peer 2/);
    const early = book(1, { completed: 20 });
    assert.throws(() => judgeFinish(early, 21), /H1/);
    judgeFinish(early, 20);
  });

  it('the floor of Kumar and Ross: a worked example', () => {
    const scenario = tinyScenario({
      classes: [{ name: 'all', up: 51_200, down: 192_000 }],
      seeds: [{ up: 768_000 }],
      content: { length: 104_857_600, pieceLength: 262_144 },
      arrivals: [{ type: 'flash-crowd', count: 1000 }],
    });
    assert(Math.abs(kumarRoss(drawRun(scenario, 1).peers, 104_857_600)! - 2017.7) < 0.1);
  });
});
