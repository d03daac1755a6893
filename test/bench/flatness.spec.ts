// The law of the soak judges made-up samples: what is flat, what rises, and what is too little to say.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { judge } from '../../bench/soak/flatness.ts';
import type { Figure, Sample } from '../../bench/soak/flatness.ts';

const BASE = { resident: 120e6, heap: 30e6, buffers: 20e6, handles: 10, descriptors: 40 };

function samples(
  count: number,
  change: (minute: number) => Partial<Sample> = () => ({}),
): Sample[] {
  return Array.from({ length: count }, (_, i) => ({ minutes: i, ...BASE, ...change(i) }));
}

const rising = (all: readonly Sample[]): Figure[] =>
  judge(all)
    .filter(({ flat }) => !flat)
    .map(({ figure }) => figure);

describe('soak: flatness', () => {
  it('noise, a warm-up that rises, and a fall are flat', () => {
    assert.deepEqual(rising(samples(60)), []);
    assert.deepEqual(rising(samples(60, (i) => ({ heap: 30e6 + (i % 2) * 5e6 }))), []);
    assert.deepEqual(rising(samples(60, (i) => ({ resident: 60e6 + Math.min(i, 15) * 8e6 }))), []);
    assert.deepEqual(rising(samples(60, (i) => ({ heap: 90e6 - i * 1e6, handles: 100 - i }))), []);
  });

  it('each figure is seen when it leaks', () => {
    assert.deepEqual(rising(samples(60, (i) => ({ heap: 30e6 + i * 0.1e6 }))), ['heap']);
    assert.deepEqual(rising(samples(60, (i) => ({ resident: 120e6 + i * 1e6 }))), ['resident']);
    assert.deepEqual(rising(samples(60, (i) => ({ buffers: 20e6 + i * 0.5e6 }))), ['buffers']);
    assert.deepEqual(rising(samples(60, (i) => ({ handles: 10 + Math.floor(i / 8) }))), [
      'handles',
    ]);
    assert.deepEqual(rising(samples(60, (i) => ({ descriptors: 40 + i }))), ['descriptors']);
  });

  it('too few samples are no proof', () => {
    assert.equal(rising(samples(2)).length, 5);
    assert.equal(rising(samples(0)).length, 5);
  });
});
