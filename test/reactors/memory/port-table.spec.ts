/** Open ports of one host: two of one number never cover one address. Judged against a naive list of addresses. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { ANY, PortTable } from '../../../src/reactors/memory/network/port-table.ts';

const HOSTS = ['10.0.0.1', '10.0.0.2', 'fd00::1', 'fd00::2'];
const BINDINGS = [ANY, '0.0.0.0', '::', ...HOSTS];

/** The addresses that a binding stands for, one by one. */
function covered(at: string): readonly string[] {
  if (at === ANY) return HOSTS;
  if (at === '0.0.0.0') return HOSTS.slice(0, 2);
  return at === '::' ? HOSTS.slice(2) : [at];
}

describe('a table of ports', () => {
  it('hears on each address the port that covers it, and takes no second one (property)', () => {
    const step = fc.record({
      at: fc.constantFrom(...BINDINGS),
      port: fc.integer({ min: 1, max: 2 }),
      opens: fc.boolean(),
    });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const table = new PortTable<number>();
        const open: { at: string; port: number; value: number }[] = [];
        for (const [value, { at, port, opens }] of steps.entries()) {
          if (!opens) {
            table.delete(port, at);
            const found = open.findIndex((each) => each.at === at && each.port === port);
            if (found >= 0) open.splice(found, 1);
            continue;
          }
          const taken = open.some(
            (each) =>
              each.port === port && covered(each.at).some((host) => covered(at).includes(host)),
          );
          assert.equal(table.has(port, at), taken);
          if (taken) refused++;
          else {
            table.set(port, value, at);
            open.push({ at, port, value });
          }
        }
        assert.equal(table.size, open.length);
        for (const host of HOSTS) {
          const hearer = open.find((each) => each.port === 1 && covered(each.at).includes(host));
          assert.equal(table.hears(1, host), hearer?.value);
        }
        for (const { at, port, value } of open) assert.equal(table.at(port, at), value);
        table.clear();
        assert.equal(table.size, 0);
      }),
      { numRuns: 300 },
    );
    assert(refused > 100);
  });
});
