/** `Lanes` is what holds readsInFlightMax, writesInFlightMax and writeBytesInFlightMax: never more at once, in the order they came. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Lanes } from '../../../src/reactors/node/files/lanes.ts';

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

  it('runs more while they are small, and never more bytes but for the first few', async () => {
    const lanes = new Lanes(2, 100);
    const sizes = [90, 90, 90, 30, 30, 30, 30, 10, 200, 5];
    const running = new Set<number>();
    const ends: (() => void)[] = [];
    const seen: string[] = [];
    const look = (): void => void seen.push([...running].join(' '));
    sizes.forEach((bytes, i) => {
      lanes.run(async () => {
        running.add(i);
        await new Promise<void>((resolve) => (ends[i] = resolve));
        running.delete(i);
      }, bytes);
    });
    look();
    for (const i of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      ends[i]!();
      await new Promise(setImmediate);
      look();
    }
    assert.deepEqual(seen, [
      '0 1',
      '1 2',
      '2 3',
      '3 4 5',
      '4 5 6 7',
      '5 6 7',
      '6 7',
      '7 8',
      '8 9',
      '9',
      '',
    ]);
  });
});
