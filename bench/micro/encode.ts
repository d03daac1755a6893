/**
 * Encoding: a block by reference against a block copied behind its header; a small message cut from a slab against one
 * with memory of its own.
 */
import type { Sink } from '../../src/core/index.ts';
import { PeerCodec } from '../../src/protocol/wire/codec.ts';
import type { PeerMessage } from '../../src/protocol/wire/messages.ts';
import { type Bench, measure, type Work } from './bench.ts';

/** Keeps the last buffer, as a transport would until it is sent, so that nothing is optimised away. */
class Last implements Sink<Uint8Array> {
  bytes: Uint8Array | null = null;
  push(bytes: Uint8Array): void {
    this.bytes = bytes;
  }
}

function encode(message: PeerMessage): Work {
  return (count) => {
    const codec = new PeerCodec();
    const out = new Last();
    for (let i = 0; i < count; i++) codec.encode(message, out);
    return count;
  };
}

function copyBlock(block: Uint8Array): Work {
  return (count) => {
    const out = new Last();
    for (let i = 0; i < count; i++) {
      const bytes = new Uint8Array(13 + block.length);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, 9 + block.length);
      bytes[4] = 7;
      view.setUint32(5, i);
      view.setUint32(9, 0);
      bytes.set(block, 13);
      out.push(bytes);
    }
    return count;
  };
}

function ownRequest(count: number): number {
  const out = new Last();
  for (let i = 0; i < count; i++) {
    const bytes = new Uint8Array(17);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 13);
    bytes[4] = 6;
    view.setUint32(5, i);
    view.setUint32(9, 0);
    view.setUint32(13, 16_384);
    out.push(bytes);
  }
  return count;
}

export const bench: Bench = {
  name: 'encode',
  run: () => {
    const block = new Uint8Array(16_384);
    const piece: PeerMessage = { type: 'piece', index: 1, begin: 0, block };
    const request: PeerMessage = { type: 'request', index: 1, begin: 0, length: 16_384 };
    return [
      measure('piece of 16 KiB', encode(piece), ['block copied', copyBlock(block)]),
      measure('request', encode(request), ['memory of its own', ownRequest]),
    ];
  },
};
