/**
 * Messages to bytes: round trips, exact sizes, blocks by reference, and bytes that stay as they were pushed.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AssertionError } from '../../../src/core/index.ts';
import { PeerCodec } from '../../../src/protocol/wire/codec.ts';
import type { PeerMessage } from '../../../src/protocol/wire/messages.ts';
import { anyHandshake, anyMessage, decodeChunked, joined } from '../../support/wire-streams.ts';

describe('PeerCodec', () => {
  it('decodes what it encodes, and knows its size before', () => {
    const codec = new PeerCodec();
    const kinds = new Set<string>();
    fc.assert(
      fc.property(anyHandshake, anyMessage(5_000), (hello, message) => {
        const parts: Uint8Array[] = [];
        codec.encode(hello, parts);
        assert.equal(joined(parts).length, codec.sizeOf(hello));
        const before = parts.length;
        codec.encode(message, parts);
        assert.equal(joined(parts.slice(before)).length, codec.sizeOf(message));
        const { messages, fault } = decodeChunked(codec.decoder(), joined(parts), [100_000]);
        assert.equal(fault, null);
        assert.deepEqual(messages, [hello, message]);
        kinds.add(message.type);
      }),
      { numRuns: 500 },
    );
    assert.equal(kinds.size, 17, 'every kind of message');
  });

  it('pushes a block by reference and copies everything else', () => {
    const codec = new PeerCodec();
    const block = new Uint8Array(16_384);
    const parts: Uint8Array[] = [];
    codec.encode({ type: 'piece', index: 1, begin: 2, block }, parts);
    assert.equal(parts.length, 2);
    assert.equal(parts[1], block);
    for (const length of [3, 5_000]) {
      const bits = new Uint8Array(length).fill(1);
      const payload = new Uint8Array(length).fill(1);
      const copies: Uint8Array[] = [];
      codec.encode({ type: 'bitfield', bits }, copies);
      codec.encode({ type: 'extended', id: 1, payload }, copies);
      const before = joined(copies);
      bits.fill(9);
      payload.fill(9);
      assert.deepEqual(joined(copies), before);
    }
  });

  it('never writes again to bytes that it pushed, over many slabs', () => {
    const codec = new PeerCodec();
    const parts: Uint8Array[] = [];
    const expected: Uint8Array[] = [];
    const buffers = new Set<ArrayBufferLike>();
    for (let index = 0; index < 10_000; index++) {
      codec.encode({ type: 'have', index }, parts);
      const part = parts[index]!;
      expected.push(part.slice());
      buffers.add(part.buffer);
    }
    assert.deepEqual(joined(parts), joined(expected));
    assert.ok(buffers.size > 3, 'full slabs are replaced');
    assert.ok(buffers.size < 20, 'and shared by many frames');
  });

  it('cuts small frames one behind the other', () => {
    const codec = new PeerCodec();
    const parts: Uint8Array[] = [];
    for (let i = 0; i < 3; i++) {
      codec.encode({ type: 'request', index: i, begin: 0, length: 1 }, parts);
    }
    for (let i = 1; i < 3; i++) {
      assert.equal(parts[i]!.buffer, parts[0]!.buffer);
      assert.equal(parts[i]!.byteOffset, parts[i - 1]!.byteOffset + 17);
    }
  });

  it('asserts what a machine of ours may not say', () => {
    const codec = new PeerCodec();
    const bytes = new Uint8Array(20);
    const wrong: PeerMessage[] = [
      { type: 'have', index: -1 },
      { type: 'have', index: 0x100000000 },
      { type: 'have', index: 0.5 },
      { type: 'request', index: 0, begin: NaN, length: 0 },
      { type: 'port', port: 65_536 },
      { type: 'extended', id: 256, payload: bytes },
      { type: 'handshake', reserved: bytes, infoHash: bytes, peerId: bytes },
    ];
    for (const message of wrong) {
      assert.throws(() => codec.encode(message, []), AssertionError, JSON.stringify(message));
    }
  });
});
