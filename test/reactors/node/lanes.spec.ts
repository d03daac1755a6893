/** `Lanes` is what holds readsInFlightMax and writesInFlightMax: never more at once, in the order they came. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Lanes } from '../../../src/reactors/node/lanes.ts';

describe('Lanes', () => {
  for (const most of [1, 4]) {
    it(`runs ${most} at once at most, all of them, in order`, async () => {
      const lanes = new Lanes(most);
      const begun: number[] = [];
      let running = 0;
      let peak = 0;
      await new Promise<void>((resolve) => {
        for (let i = 0; i < 20; i++) {
          lanes.run(async () => {
            begun.push(i);
            peak = Math.max(peak, ++running);
            await new Promise(setImmediate);
            running--;
            if (begun.length === 20 && running === 0) resolve();
          });
        }
      });
      assert.equal(peak, most);
      assert.deepEqual(begun, [...Array(20).keys()]);
    });
  }
});
