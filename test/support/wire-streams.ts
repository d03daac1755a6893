/**
 * Streams of peer messages for tests of the wire: arbitraries, and the ways to feed a decoder.
 */
import fc from 'fast-check';
import type { Sink } from '../../src/core/index.ts';
import type { PeerCodec } from '../../src/protocol/wire/codec.ts';
import type { WireFault } from '../../src/protocol/wire/limits.ts';
import type { HandshakeMessage, PeerMessage } from '../../src/protocol/wire/messages.ts';

/** Objects as literals make them. */
const plainObjects = { noNullPrototype: true };

const uint32 = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff),
);

function bytes(minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength, size: 'max' });
}

export const anyHandshake: fc.Arbitrary<HandshakeMessage> = fc.record(
  {
    type: fc.constant('handshake' as const),
    reserved: bytes(8, 8),
    infoHash: bytes(20, 20),
    peerId: bytes(20, 20),
  },
  plainObjects,
);

/** Any message but the handshake; bodies are at most `bodyMax` bytes. */
export function anyMessage(bodyMax: number): fc.Arbitrary<PeerMessage> {
  const plain = fc.constantFrom(
    'keep-alive' as const,
    'choke' as const,
    'unchoke' as const,
    'interested' as const,
    'not-interested' as const,
    'have-all' as const,
    'have-none' as const,
  );
  return fc.oneof(
    plain.map((type): PeerMessage => ({ type })),
    fc.record(
      { type: fc.constantFrom('have', 'suggest', 'allowed-fast'), index: uint32 },
      plainObjects,
    ),
    fc.record({ type: fc.constant('bitfield' as const), bits: bytes(0, bodyMax) }, plainObjects),
    fc.record(
      {
        type: fc.constantFrom('request', 'cancel', 'reject'),
        index: uint32,
        begin: uint32,
        length: uint32,
      },
      plainObjects,
    ),
    fc.record(
      {
        type: fc.constant('piece' as const),
        index: uint32,
        begin: uint32,
        block: bytes(0, bodyMax),
      },
      plainObjects,
    ),
    fc.record({ type: fc.constant('port' as const), port: fc.nat(65_535) }, plainObjects),
    fc.record(
      {
        type: fc.constant('extended' as const),
        id: fc.nat(255),
        payload: bytes(0, bodyMax),
      },
      plainObjects,
    ),
  );
}

/** The encoded bytes of `messages`, one behind the other. */
export function encodeAll(codec: PeerCodec, messages: readonly PeerMessage[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const message of messages) codec.encode(message, parts);
  return joined(parts);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A message that keeps nothing borrowed. */
export function owned(message: PeerMessage): PeerMessage {
  const copy: Record<string, unknown> = { ...message };
  for (const [field, value] of Object.entries(copy)) {
    if (value instanceof Uint8Array) copy[field] = value.slice();
  }
  return copy as unknown as PeerMessage;
}

export interface Decoded {
  readonly messages: PeerMessage[];
  readonly fault: WireFault | null;
}

/**
 * Feeds `stream` in chunks of the given sizes, over and over. As a careful reader may, it looks at the messages of a
 * chunk when the whole chunk was pushed; then the chunk is overwritten, as reactors do.
 */
export function decodeChunked(
  decoder: { push(chunk: Uint8Array, out: Sink<PeerMessage>): WireFault | null },
  stream: Uint8Array,
  sizes: readonly number[],
): Decoded {
  const messages: PeerMessage[] = [];
  let fault: WireFault | null = null;
  let turn = 0;
  for (let at = 0; at < stream.length && fault === null;) {
    const size = Math.max(1, sizes[turn++ % sizes.length] ?? stream.length);
    const chunk = stream.slice(at, at + size);
    at += size;
    const batch: PeerMessage[] = [];
    fault = decoder.push(chunk, batch);
    messages.push(...batch.map(owned));
    chunk.fill(0xdb);
  }
  return { messages, fault };
}
