// The catalogue: names, ranges, and every strategy under the law of its kind, or breaking exactly what it says it breaks.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import {
  chokers,
  disclosures,
  pickers,
  strategyCatalogue,
  strategyNamed,
} from '../../src/behaviors/index.ts';
import type {
  ChokerName,
  DisclosureName,
  PickerName,
  StrategyEntry,
} from '../../src/behaviors/index.ts';
import {
  brokenByChoker,
  brokenByDialing,
  brokenByDisclosure,
  brokenByPicker,
  brokenByPipelining,
} from '../../src/testing/index.ts';

const PICKERS: Readonly<Record<PickerName, true>> = {
  'rarest-first': true,
  sequential: true,
  random: true,
  'sliding-window': true,
  'adaptive-window': true,
  'bitos-like': true,
  'zipf-like': true,
  'oracle-rarest-first': true,
  'endgame-off': true,
  'endgame-strict': true,
  'endgame-capped': true,
};
const CHOKERS: Readonly<Record<ChokerName, true>> = {
  'tit-for-tat': true,
  'round-robin': true,
  'bittyrant-like': true,
  'propshare-like': true,
  'block-tit-for-tat': true,
  'fairtorrent-like': true,
  'karma-like': true,
  'group-suppression-like': true,
  't-chain-like': true,
  lazy: true,
  'fastest-upload': true,
  'quota-round-robin': true,
  'anti-leech': true,
  'mainline-four-like': true,
  'rate-based-slots': true,
};
const DISCLOSURES: Readonly<Record<DisclosureName, true>> = {
  'tell-all': true,
  'super-seeding': true,
  'smart-seed-like': true,
  'under-reporter-like': true,
  silent: true,
};

/** The laws of its kind that it breaks. */
function broken(entry: StrategyEntry): readonly string[] {
  const number = (name: string): number =>
    entry.parameters.find((parameter) => parameter.name === name)?.default ?? Infinity;
  switch (entry.kind) {
    case 'picker':
      return brokenByPicker({
        behavior: entry.make(),
        requestersMax: Math.min(16, number('requestersMax')),
      });
    case 'choker':
      return brokenByChoker({ behavior: entry.make() });
    case 'seed-choker':
      return brokenByChoker({ behavior: entry.make(), complete: true });
    case 'pipelining':
      return brokenByPipelining({
        behavior: entry.make(),
        depthMax: Math.min(number('depthMax'), number('depth')),
      });
    case 'dialing':
      return brokenByDialing({
        behavior: entry.make(),
        connectionsMax: number('connectionsMax'),
        diallingMax: number('diallingMax'),
        restMin: 3750,
      });
    case 'disclosure':
      return brokenByDisclosure({ behavior: entry.make() });
    case 'whole': {
      const { picker, choker, disclosure } = entry.make();
      return [
        ...(picker === undefined ? [] : brokenByPicker({ behavior: picker, requestersMax: 3 })),
        ...(choker === undefined ? [] : brokenByChoker({ behavior: choker })),
        ...(disclosure === undefined ? [] : brokenByDisclosure({ behavior: disclosure })),
      ];
    }
    default:
      return entry satisfies never;
  }
}

describe('strategy catalogue', () => {
  it('has every name once, and a claim and a source for each', () => {
    const names = strategyCatalogue.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, claim, source } of strategyCatalogue) {
      assert(/^[a-z][a-z-]*$/.test(name) && claim.length > 20 && source.length > 5, name);
    }
    assert.equal(strategyNamed('tit-for-tat')?.kind, 'choker');
    assert.equal(strategyNamed('tit-for-that'), null);
  });

  it('is what the tables of names are made of', () => {
    const named = (...kinds: string[]): string[] =>
      strategyCatalogue.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
    assert.deepEqual(Object.keys(pickers), named('picker'));
    assert.deepEqual(Object.keys(pickers), Object.keys(PICKERS));
    assert.deepEqual(Object.keys(chokers), named('choker', 'seed-choker'));
    assert.deepEqual(Object.keys(chokers), Object.keys(CHOKERS));
    assert.deepEqual(Object.keys(disclosures), named('disclosure'));
    assert.deepEqual(Object.keys(disclosures), Object.keys(DISCLOSURES));
  });

  it('takes numbers at both ends of their range, and names the one that is beyond', () => {
    let checked = 0;
    for (const entry of strategyCatalogue) {
      for (const { name, min, max, default: byDefault } of entry.parameters) {
        assert(byDefault >= min && byDefault <= max, `${entry.name}: ${name}`);
        entry.make({ [name]: min });
        entry.make({ [name]: max });
        for (const beyond of [min - 1, max + 1, NaN]) {
          assert.throws(() => entry.make({ [name]: beyond }), {
            name: 'RangeError',
            message: new RegExp(`^strategy "${entry.name}": ${name} is ${min} to ${max} `),
          });
        }
        checked++;
      }
      assert.throws(() => entry.make({ nothing: 1 }), {
        message: new RegExp(`^strategy "${entry.name}" has no parameter "nothing"`),
      });
    }
    assert(checked > 20, `${checked} parameters`);
  });

  it('is what docs/strategies.md says, row by row', () => {
    const text = readFileSync(new URL('../../../docs/strategies.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    assert.equal(rows.length, strategyCatalogue.length);
    strategyCatalogue.forEach(({ name, kind, claim, source, parameters, breaks = [] }, i) => {
      const numbers = parameters.map(({ name: word, min, max, unit, default: usual }) => {
        return `\`${word}\` ${min} to ${max} ${unit}, ${usual}`;
      });
      const cells = [`\`${name}\``, kind, claim, source, numbers.join('; '), breaks.join('; ')];
      const found = rows[i]!.split('|').map((cell) => cell.trim());
      assert.deepEqual(found.slice(1, -1), cells);
    });
  });

  for (const entry of strategyCatalogue) {
    const { name, kind, breaks = [] } = entry;
    const outcome = breaks.length === 0 ? 'keeps' : `breaks ${breaks.length} of`;
    it(`${name} ${outcome} the laws of ${kind}s`, () => {
      assert.deepEqual(broken(entry), breaks);
    });
  }
});
