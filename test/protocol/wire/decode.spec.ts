/**
 * Bytes to messages: any chunking gives the same, nothing throws, nothing is kept on a promise (S-20, F-10).
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { PeerCodec } from '../../../src/protocol/wire/codec.ts';
import { wireLimitsDefault } from '../../../src/protocol/wire/limits.ts';
import type { PeerMessage } from '../../../src/protocol/wire/messages.ts';
import { decodeNaively, type NaiveLimits } from '../../support/naive-wire.ts';
import {
  anyHandshake,
  anyMessage,
  decodeChunked,
  encodeAll,
  joined,
  owned,
} from '../../support/wire-streams.ts';

/** Small limits, so that random bytes reach them. */
const limits = {
  blockLengthMax: 64,
  bitfieldBytesMax: 20,
  extendedBytesMax: 90,
  unknownBytesMax: 40,
  unknownCountMax: 3,
};
const naiveLimits: NaiveLimits = {
  block: 64,
  bitfield: 20,
  extended: 90,
  unknown: 40,
  unknownCount: 3,
};
const hello: PeerMessage = {
  type: 'handshake',
  reserved: new Uint8Array(8),
  infoHash: new Uint8Array(20).fill(1),
  peerId: new Uint8Array(20).fill(2),
};
const chunkSizes = fc.oneof(
  fc.constant([1]),
  fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }),
);

function afterHello(codec = new PeerCodec()): ReturnType<PeerCodec['decoder']> {
  const decoder = codec.decoder();
  decoder.push(encodeAll(codec, [hello]), []);
  return decoder;
}

/** Four bytes of length and what follows. */
function frame(length: number, ...rest: number[]): Uint8Array {
  return Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length, ...rest);
}

describe('PeerDecoder', () => {
  it('gives the same messages for any chunking, down to one byte', () => {
    const codec = new PeerCodec({ canary: true });
    const stream = fc.tuple(
      anyHandshake,
      fc.array(anyMessage(700), { maxLength: 30, size: 'max' }),
    );
    let straddling = 0;
    fc.assert(
      fc.property(stream, chunkSizes, ([first, others], sizes) => {
        const messages = [first, ...others];
        const bytes = encodeAll(codec, messages);
        const decoded = decodeChunked(codec.decoder(), bytes, sizes);
        assert.deepEqual(decoded, { messages, fault: null });
        if (sizes.length > 1) straddling += 1;
      }),
    );
    assert.ok(straddling > 10);
  });

  it('agrees with a naive decoder on frames of any id and length', () => {
    const anyFrame = fc
      .tuple(
        fc.oneof(fc.integer({ min: 0, max: 22 }), fc.nat(255)),
        fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 12, 13), fc.nat(120)),
        fc.nat(255),
      )
      .map(([id, length, fill]) => {
        const body = new Uint8Array(Math.max(0, length - 1)).fill(fill);
        return length === 0 ? frame(0) : joined([frame(length, id), body]);
      });
    const codec = new PeerCodec({ limits, canary: true });
    const faults = new Map<string | null, number>();
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 12 }),
        fc.nat(130),
        chunkSizes,
        (frames, cut, sizes) => {
          const whole = joined([encodeAll(codec, [hello]), ...frames]);
          const stream = whole.slice(0, Math.max(0, whole.length - cut));
          const decoded = decodeChunked(codec.decoder(), stream, sizes);
          assert.deepEqual(decoded, decodeNaively(stream, naiveLimits));
          faults.set(decoded.fault, (faults.get(decoded.fault) ?? 0) + 1);
        },
      ),
      { numRuns: 1_000 },
    );
    for (const fault of [null, 'bad-length', 'frame-too-long']) {
      assert.ok((faults.get(fault) ?? 0) > 10, `the property must have met ${fault}`);
    }
  });

  it('never throws on random bytes, and agrees with the naive decoder about them', () => {
    const codec = new PeerCodec({ limits });
    const greeting = encodeAll(codec, [hello]);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400, size: 'max' }),
        fc.boolean(),
        chunkSizes,
        (noise, polite, sizes) => {
          const stream = polite ? joined([greeting, noise]) : noise;
          const decoded = decodeChunked(codec.decoder(), stream, sizes);
          assert.deepEqual(decoded, decodeNaively(stream, naiveLimits));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('pushes nothing more after a fault', () => {
    const codec = new PeerCodec();
    const decoder = afterHello(codec);
    const out: PeerMessage[] = [];
    const chunk = joined([frame(1, 0), frame(2, 0, 0), frame(1, 1)]);
    assert.equal(decoder.push(chunk, out), 'bad-length');
    assert.equal(decoder.push(frame(1, 1), out), 'bad-length');
    assert.deepEqual(out, [{ type: 'choke' }]);
  });

  it('gives views into the chunk, without a copy, for frames inside one', () => {
    const codec = new PeerCodec();
    const decoder = codec.decoder();
    const piece: PeerMessage = { type: 'piece', index: 1, begin: 2, block: new Uint8Array(16_384) };
    const chunk = encodeAll(codec, [hello, piece, piece]);
    const out: PeerMessage[] = [];
    decoder.push(chunk, out);
    assert.equal(out.length, 3);
    for (const message of out.slice(1)) {
      assert.ok(message.type === 'piece' && message.block.buffer === chunk.buffer);
    }
    assert.equal(decoder.heldBytes, 0);
  });

  it('keeps an assembled frame whole while the next one begins in the same chunk', () => {
    const codec = new PeerCodec();
    const decoder = afterHello(codec);
    const pieces = [1, 2, 3].map((fill): PeerMessage => ({
      type: 'piece',
      index: fill,
      begin: 0,
      block: new Uint8Array(16_384).fill(fill),
    }));
    const stream = encodeAll(codec, pieces);
    const out: PeerMessage[] = [];
    decoder.push(stream.slice(0, 10_000), out);
    decoder.push(stream.slice(10_000, 30_000), out);
    assert.deepEqual(out.map(owned), pieces.slice(0, 1));
    decoder.push(stream.slice(30_000), out);
    assert.deepEqual(out.slice(1).map(owned), pieces.slice(1));
  });

  it('overwrites an assembled frame at the next push (canary)', () => {
    const codec = new PeerCodec({ canary: true });
    const decoder = afterHello(codec);
    const block = new Uint8Array(100).fill(7);
    const stream = encodeAll(codec, [{ type: 'piece', index: 0, begin: 0, block }]);
    const out: PeerMessage[] = [];
    decoder.push(stream.slice(0, 50), out);
    decoder.push(stream.slice(50), out);
    const kept = out[0]!;
    assert.ok(kept.type === 'piece');
    assert.deepEqual(kept.block, block);
    decoder.push(frame(0), out);
    assert.deepEqual(kept.block, new Uint8Array(100).fill(0xdb));
  });

  it('gives up a stream at its first byte that is not the protocol', () => {
    const codec = new PeerCodec();
    const greeting = encodeAll(codec, [hello]);
    for (let wrong = 0; wrong < 20; wrong++) {
      const bad = greeting.slice();
      bad[wrong]! ^= 0x20;
      for (const size of [1, 7, 68]) {
        const decoder = codec.decoder();
        const out: PeerMessage[] = [];
        let at = 0;
        while (at < 68 && decoder.push(bad.slice(at, at + size), out) === null) at += size;
        assert.equal(at, Math.floor(wrong / size) * size, `byte ${wrong} in chunks of ${size}`);
        assert.deepEqual(out, []);
      }
    }
  });

  it('tells the handshake with its 68th byte, not before and not after', () => {
    const codec = new PeerCodec();
    const decoder = codec.decoder();
    const out: PeerMessage[] = [];
    const greeting = encodeAll(codec, [hello]);
    decoder.push(greeting.slice(0, 67), out);
    assert.equal(out.length, 0);
    decoder.push(greeting.slice(67), out);
    assert.deepEqual(out, [hello]);
  });
});

describe('PeerDecoder limits (S-20)', () => {
  const lengthOf: readonly (readonly [id: number, length: number])[] = [
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 5],
    [6, 13],
    [8, 13],
    [9, 3],
    [13, 5],
    [14, 1],
    [15, 1],
    [16, 13],
    [17, 5],
  ];

  it('refuses every id with one byte less or more, as soon as the id is there', () => {
    for (const [id, length] of lengthOf) {
      for (const wrong of [length - 1, length + 1]) {
        if (wrong === 0) continue; // A keep-alive.
        const decoder = afterHello();
        assert.equal(decoder.push(frame(wrong, id), []), 'bad-length', `id ${id}, length ${wrong}`);
      }
      const decoder = afterHello();
      const out: PeerMessage[] = [];
      assert.equal(
        decoder.push(frame(length, id, ...new Array<number>(length - 1).fill(0)), out),
        null,
      );
      assert.equal(out.length, 1);
    }
  });

  it('refuses lengths beyond all limits by the prefix alone, and keeps nothing', () => {
    const most = 2 + wireLimitsDefault.extendedBytesMax;
    for (const length of [0xffffffff, 0x80000000, 0x7fffffff, most + 1]) {
      for (const size of [1, 4]) {
        const decoder = afterHello();
        const before = decoder.heldBytes;
        const { fault } = decodeChunked(decoder, frame(length), [size]);
        assert.equal(fault, 'frame-too-long', String(length));
        assert.ok(decoder.heldBytes - before <= 256);
      }
    }
  });

  it('holds each limit exactly', () => {
    const at = wireLimitsDefault;
    const rows: readonly (readonly [name: string, id: number, length: number])[] = [
      ['blockLengthMax', 7, 9 + at.blockLengthMax],
      ['bitfieldBytesMax', 5, 1 + at.bitfieldBytesMax],
      ['extendedBytesMax', 20, 2 + at.extendedBytesMax],
      ['unknownBytesMax', 21, 1 + at.unknownBytesMax],
    ];
    for (const [name, id, length] of rows) {
      assert.equal(afterHello().push(frame(length, id), []), null, name);
      assert.equal(afterHello().push(frame(length + 1, id), []), 'frame-too-long', name);
    }
    assert.equal(afterHello().push(frame(8, 7), []), 'bad-length');
    assert.equal(afterHello().push(frame(1, 20), []), 'bad-length');
  });

  it('takes blocks of 128 KiB when told to, and no more', () => {
    const codec = new PeerCodec({ limits: { blockLengthMax: 131_072 } });
    const block = new Uint8Array(131_072).fill(3);
    const message: PeerMessage = { type: 'piece', index: 1, begin: 0, block };
    const { messages } = decodeChunked(afterHello(codec), encodeAll(codec, [message]), [1_448]);
    assert.deepEqual(messages, [message]);
    assert.equal(afterHello(codec).push(frame(131_082, 7), []), 'frame-too-long');
    assert.throws(() => new PeerCodec({ limits: { blockLengthMax: 131_073 } }), /blockLengthMax/);
    assert.throws(() => new PeerCodec({ limits: { blockLengthMax: 0 } }), /blockLengthMax/);
  });

  it('steps over unknown messages without keeping them, up to unknownCountMax', () => {
    const codec = new PeerCodec({ limits: { unknownCountMax: 5 } });
    const decoder = afterHello(codec);
    const body = new Uint8Array(100_000);
    for (let i = 1; i <= 5; i++) {
      const stream = joined([frame(1 + body.length, 200), body, frame(1, 1)]);
      const { messages, fault } = decodeChunked(decoder, stream, [i * 1_000]);
      assert.deepEqual({ messages, fault }, { messages: [{ type: 'unchoke' }], fault: null });
      assert.equal(decoder.unknownCount, i);
    }
    assert.ok(decoder.heldBytes <= 512);
    assert.equal(decoder.push(frame(1, 200), []), 'unknown-message');
  });

  it('holds memory by what arrived, not by what was announced', () => {
    const length = 2 + wireLimitsDefault.extendedBytesMax;
    const decoder = afterHello();
    decoder.push(frame(length, 20), []);
    assert.ok(decoder.heldBytes <= 17_000, `${decoder.heldBytes} bytes for five`);
    let arrived = 5;
    const chunk = new Uint8Array(10_000);
    while (arrived + chunk.length < length) {
      decoder.push(chunk, []);
      arrived += chunk.length;
      assert.ok(decoder.heldBytes <= 2 * arrived + 34_000);
    }
    const out: PeerMessage[] = [];
    assert.equal(decoder.push(new Uint8Array(length + 4 - arrived), out), null);
    assert.equal(out.length, 1);
    assert.ok(decoder.heldBytes <= 34_000, 'a large frame is let go');
  });
});
