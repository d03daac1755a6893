/** The memory of parts: bounds, and buffers that are used again. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PartMemory } from '../../../src/reactors/node/files/part-memory.ts';

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

  it('makes no buffer anew while a slow disk holds more in use than both bounds', () => {
    const memory = new PartMemory(limits);
    const held = taken(memory, 30);
    for (let round = 0; round < 50; round++) {
      // What waits goes down to half of the session's own bound, and up again.
      for (const buffer of held.splice(0, 18)) memory.give(buffer);
      held.push(...taken(memory, 18));
    }
    assert.equal(memory.made, 30);
    for (const buffer of held.splice(0, 23)) memory.give(buffer);
    assert.ok(memory.heldBytes + memory.spareBytes <= 16 * partBytes, 'fast again: the rest goes');
  });

  it('keeps no more than was in use at most, and than both bounds once the disk keeps up again', () => {
    const memory = new PartMemory(limits);
    const [one, ...rest] = taken(memory, 40);
    for (const buffer of rest) {
      memory.give(buffer);
      const bytes = memory.heldBytes + memory.spareBytes;
      const most = memory.heldBytes > 8 * partBytes ? 40 : 16;
      assert.ok(bytes <= most * partBytes, `${bytes} bytes`);
    }
    assert.equal(memory.spareBytes, 7 * partBytes);
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
