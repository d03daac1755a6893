/**
 * Scenario files: every mistake is one line that names the field and what is allowed; what is expanded expands to itself.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { arrivalsMax } from '../../src/lab/arrivals.ts';
import {
  LabFault,
  cellId,
  cellsOf,
  drawRun,
  expandScenario,
  readAxis,
  withSettings,
} from '../../src/lab/index.ts';
import { cellsMax } from '../../src/lab/grid.ts';
import { tiny, tinyScenario } from './tiny.ts';

function refused(more: Readonly<Record<string, unknown>>, pattern: RegExp): void {
  assert.throws(
    () => expandScenario({ ...tiny, ...more }, 'x.json'),
    (error: unknown) => {
      assert(error instanceof LabFault && error.kind === 'scenario');
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    },
  );
}

describe('lab: scenario files', () => {
  it('an expanded scenario expands to itself, and is the same cell however its fields are ordered', () => {
    const once = tinyScenario();
    assert.deepEqual(expandScenario(JSON.parse(JSON.stringify(once))), once);
    const turned = Object.fromEntries(Object.entries(once).reverse()) as unknown as typeof once;
    assert.equal(cellId(turned), cellId(once));
    assert.equal(cellId({ ...once, name: 'renamed' }), cellId(once));
    assert.notEqual(cellId(tinyScenario({ probes: { every: 6 } })), cellId(once));
  });

  it('an unknown strategy is told with those that there are', () => {
    refused(
      { population: [{ name: 'a', play: { picker: 'rarest' } }] },
      /^x\.json: population\.0\.play\.picker: there is no picker "rarest"; allowed are .*rarest-first/,
    );
    refused(
      {
        population: [
          { name: 'a', play: { choker: { name: 'tit-for-tat', parameters: { x: 1 } } } },
        ],
      },
      /choker\.parameters\.x: tit-for-tat has no parameter "x"/,
    );
  });

  it('a mix that is impossible is told with its sum', () => {
    const groups = [
      { name: 'a', share: 0.6 },
      { name: 'b', share: 0.6 },
    ];
    refused({ population: groups }, /population: the shares add up to 1\.2; they must add up to 1/);
    refused({ classes: groups.map((each) => ({ ...each, share: 0.4 })) }, /classes: .*0\.8/);
    refused(
      { population: groups.map(() => ({ name: 'a', share: 0.5 })) },
      /population: two are named "a"/,
    );
  });

  it('a typo is told with the fields that there are', () => {
    refused({ trackr: {} }, /there is no "trackr"; allowed are .*tracker/);
    refused({ arrivals: [{ type: 'poisson', rates: 2 }] }, /arrivals\.0: .*"rates".*rate/);
    refused({ tracker: { type: 'tracker', per: 3 } }, /tracker: there is no "per".*peers/);
    refused(
      { commands: [{ at: 1, who: 'fats', do: 'leave' }] },
      /commands\.0\.who: .*seeds, all, slow, fast/,
    );
  });

  it('limits: at the limit it is taken, beyond it is refused', () => {
    const crowd = (count: number): unknown => ({ arrivals: [{ type: 'flash-crowd', count }] });
    expandScenario({ ...tiny, ...(crowd(arrivalsMax) as object) });
    refused(crowd(arrivalsMax + 1) as Record<string, unknown>, /arrivals\.0\.count/);
    const many = tinyScenario({ arrivals: [{ type: 'poisson', rate: 10_000, lasts: 20 }] });
    assert.throws(() => drawRun(many, 1), /arrivals: \d+ peers come; at most 100000 may/);
    const content = (pieces: number): unknown => ({ length: pieces * 1024, pieceLength: 1024 });
    expandScenario({ ...tiny, content: content(100_000) });
    refused({ content: content(100_001) }, /content\.pieceLength: more than 100000 pieces/);
  });

  it('a grid is every combination, told apart by short labels', () => {
    const cells = cellsOf(tinyScenario(), [
      readAxis('population.0.play.picker=rarest-first,random'),
      readAxis('tracker.peers=10,20'),
    ]);
    assert.deepEqual(
      cells.map(({ label }) => label),
      [
        'picker=rarest-first peers=10',
        'picker=rarest-first peers=20',
        'picker=random peers=10',
        'picker=random peers=20',
      ],
    );
    assert.equal(new Set(cells.map(({ scenario }) => cellId(scenario))).size, 4);
    const axis = readAxis(
      `content.pieceLength=${Array(cellsMax + 1)
        .fill(65_536)
        .join(',')}`,
    );
    assert.throws(() => cellsOf(tinyScenario(), [axis]), /10001 combinations; at most 10000/);
    assert.deepEqual(readAxis('a=[1,2],{"b":"c,d"},"e,f"').values, [[1, 2], { b: 'c,d' }, 'e,f']);
  });

  it('a path that leads nowhere is told with where it could lead', () => {
    const set = (path: string): void => {
      withSettings(tinyScenario(), [{ path, value: 1 }]);
    };
    assert.throws(
      () => set('populaton.0.share'),
      /there is no "populaton"; allowed are .*population/,
    );
    assert.throws(() => set('population.1.share'), /there is no "1"; allowed are 0/);
    assert.throws(
      () => set('tracker.pears'),
      /there is no "pears"; allowed are type, peers, interval/,
    );
    assert.throws(() => set('__proto__.x'), /there is no "__proto__"/);
  });
});
