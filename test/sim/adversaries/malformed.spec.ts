/**
 * The message classes S-20 and S-22 to S-24, one message per connection: each ends exactly as the table says, and what
 * is legal or harmless is tolerated. `reset`: it was still welcome when the adversary hung up by itself.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { MessageClass } from '../../../src/sim/adversaries/index.ts';
import { Duel } from './duel.ts';
import type { Fidelity } from './duel.ts';

const TOLERATED = 'reset';

/** The first pattern that matches the name of a case decides. */
type Table = readonly (readonly [RegExp, string])[];

const tables: Readonly<Record<MessageClass, Readonly<Record<Fidelity, Table>>>> = {
  'S-20': {
    bytes: [
      [/^empty block/, TOLERATED],
      [/./, 'bad-frame'],
    ],
    messages: [
      [/^bitfield/, 'bad-bitfield'],
      [/./, TOLERATED],
    ],
  },
  'S-22': both([
    [/^bitfield repeated|^late/, TOLERATED],
    [/./, 'bad-bitfield'],
  ]),
  'S-23': both([
    [/^have/, 'bad-index'],
    [/./, TOLERATED],
  ]),
  'S-24': both([[/./, TOLERATED]]),
};

/** Cases that each class has, so that none is lost unseen. */
const counts: Readonly<Record<MessageClass, Readonly<Record<Fidelity, number>>>> = {
  'S-20': { bytes: 27, messages: 4 },
  'S-22': { bytes: 6, messages: 6 },
  'S-23': { bytes: 16, messages: 16 },
  'S-24': { bytes: 13, messages: 13 },
};

function both(table: Table): Readonly<Record<Fidelity, Table>> {
  return { bytes: table, messages: table };
}

describe('sim: malformed messages', () => {
  for (const messageClass of ['S-20', 'S-22', 'S-23', 'S-24'] as const) {
    for (const fidelity of ['bytes', 'messages'] as const) {
      it(`${messageClass} as ${fidelity}`, () => {
        const duel = new Duel({
          kind: { type: 'malformed', class: messageClass },
          fidelity,
          victim: 'none',
          adversary: 'none',
          friend: 'all',
          dials: 'adversary',
        }).run(120_000);
        const names = [...duel.adversary.done.keys()];
        assert.equal(names.length, counts[messageClass][fidelity], names.join('\n'));
        const expected = names.map((name) => {
          const row = tables[messageClass][fidelity].find(([pattern]) => pattern.test(name));
          return `${name}: ${row![1]}`;
        });
        assert.deepEqual(
          names.map((name, i) => `${name}: ${duel.endings[i] ?? 'open'}`),
          expected,
        );
        duel.assertTruth();
        assert(duel.complete, 'the honest session has everything in the end');
        assert.deepEqual(duel.bans, []);
      });
    }
  }
});
