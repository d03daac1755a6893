/** The memory of parts: bounds, and buffers that are used again. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PartMemory } from '../../../src/reactors/node/part-memory.ts';

const partBytes = 1024;
const limits = { gatherBytesMax: 8 * partBytes, unwrittenBytesMax: 8 * partBytes };

function taken(memory: PartMemory, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => memory.take(partBytes));
}

describe('node: memory of parts', () => {
  it('makes no buffer anew while a busy store goes up and down between the bounds', () => {
    const memory = new PartMemory(limits);
    const always = taken(memory, 1);
    for (let round = 0; round < 50; round++) {
      for (const buffer of taken(memory, 15)) memory.give(buffer);
    }
    assert.equal(memory.made, 16);
    assert.equal(memory.heldBytes, always.length * partBytes);
    assert.equal(memory.spareBytes, 15 * partBytes);
  });

  it('keeps no more than both bounds together, what is in use included', () => {
    const memory = new PartMemory(limits);
    const [one, ...rest] = taken(memory, 40);
    for (const buffer of rest) {
      memory.give(buffer);
      const bytes = memory.heldBytes + memory.spareBytes;
      assert.ok(memory.spareBytes === 0 || bytes <= 16 * partBytes, `${bytes} bytes`);
    }
    assert.equal(memory.spareBytes, 15 * partBytes);
    memory.give(one!);
  });

  it('lets many spares go when no part is left, and keeps a few', () => {
    const memory = new PartMemory(limits);
    for (const buffer of taken(memory, 10)) memory.give(buffer);
    assert.equal(memory.spareBytes, 0);
    for (const buffer of taken(memory, 1)) memory.give(buffer);
    assert.equal(memory.spareBytes, partBytes);
  });

  it('lets writes wait above its bound, in order, and never for ever', () => {
    const memory = new PartMemory(limits);
    const buffers = taken(memory, 10);
    const answered: number[] = [];
    for (const which of [1, 2]) memory.admit(() => answered.push(which));
    memory.give(buffers.pop()!);
    assert.equal(answered.length, 0);
    memory.give(buffers.pop()!);
    assert.deepEqual(answered, [1, 2]);
    memory.admit(() => answered.push(3));
    assert.deepEqual(answered, [1, 2, 3]);
  });
});
