/** The max-min solver that others are measured with, on cases solved by hand and by its defining property. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { maxMinRates } from './max-min.ts';
import type { MaxMinFlow, MaxMinLink } from './max-min.ts';

function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [i, rate] of actual.entries()) {
    assert(Math.abs(rate - expected[i]!) < 1e-6 * Math.max(1, expected[i]!), actual.join());
  }
}

describe('max-min rates', () => {
  it('are those solved by hand', () => {
    const wide = { up: 1000, down: 1000 };
    near(maxMinRates([{ up: 10, down: 1 }, wide], [{ from: 0, to: 1 }]), [10]);
    near(maxMinRates([{ up: 10, down: 1 }, wide], [{ from: 1, to: 0 }]), [1]);
    near(maxMinRates([wide, wide], []), []);
    // Two flows share an uplink of 10; one of them is held at 2 by its receiver.
    const shared = [{ up: 10, down: 1 }, { up: 1, down: 2 }, wide];
    near(
      maxMinRates(shared, [
        { from: 0, to: 1 },
        { from: 0, to: 2 },
      ]),
      [2, 8],
    );
    // A chain: 0 to 1 and 2, 3 to 2. The downlink of 2 (6) is full first, at 3 each; then 0 gives 1 the rest.
    const chain = [wide, { up: 1, down: 100 }, { up: 1, down: 6 }, wide];
    chain[0] = { up: 20, down: 1 };
    near(
      maxMinRates(chain, [
        { from: 0, to: 1 },
        { from: 0, to: 2 },
        { from: 3, to: 2 },
      ]),
      [17, 3, 3],
    );
  });

  it('fill no link beyond its capacity, and give every flow a full link on which none has more', () => {
    const capacity = fc.integer({ min: 1, max: 1000 });
    const hosts = fc.array(fc.record({ up: capacity, down: capacity }), {
      minLength: 2,
      maxLength: 12,
    });
    let flowsSeen = 0;
    fc.assert(
      fc.property(
        hosts,
        fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 }),
        (links, pairs) => {
          const flows: MaxMinFlow[] = pairs
            .map(([from, to]) => ({ from: from % links.length, to: to % links.length }))
            .filter(({ from, to }) => from !== to);
          const rates = maxMinRates(links, flows);
          const used = (key: 'from' | 'to', host: number): number =>
            flows.reduce((sum, flow, i) => (flow[key] === host ? sum + rates[i]! : sum), 0);
          for (const [host, { up, down }] of links.entries()) {
            assert(used('from', host) <= up * (1 + 1e-9) && used('to', host) <= down * (1 + 1e-9));
          }
          for (const [i, flow] of flows.entries()) {
            flowsSeen++;
            assert(
              (['from', 'to'] as const).some((key) =>
                isBottleneck(links, flows, rates, key, flow[key], i),
              ),
              `flow ${i} could have more`,
            );
          }
        },
      ),
    );
    assert(flowsSeen > 300);
  });
});

/** Whether the link is full, and the flow has as much of it as any other. */
function isBottleneck(
  links: readonly MaxMinLink[],
  flows: readonly MaxMinFlow[],
  rates: readonly number[],
  key: 'from' | 'to',
  host: number,
  flow: number,
): boolean {
  const sharing = flows.flatMap((each, i) => (each[key] === host ? [rates[i]!] : []));
  const capacity = key === 'from' ? links[host]!.up : links[host]!.down;
  const full = sharing.reduce((sum, rate) => sum + rate, 0) >= capacity * (1 - 1e-9);
  return full && rates[flow]! >= Math.max(...sharing) * (1 - 1e-9);
}
