/**
 * The messages of BEP 9: the BEP's own examples, round trips, and that nothing a stranger sends makes trouble.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  encodeMetadataMessage,
  metadataPieceLength,
  metadataPieces,
  parseMetadataMessage,
} from '../../../src/protocol/extensions/ut-metadata.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const text = (message: Uint8Array): string => Buffer.from(message).toString('latin1');

describe('ut_metadata', () => {
  it("writes and reads the BEP's examples", () => {
    const request = 'd8:msg_typei0e5:piecei0ee';
    const reject = 'd8:msg_typei2e5:piecei0ee';
    const data = 'd8:msg_typei1e5:piecei0e10:total_sizei34256eexxxxxxxx';
    assert.equal(text(encodeMetadataMessage({ type: 'request', piece: 0 })), request);
    assert.equal(text(encodeMetadataMessage({ type: 'reject', piece: 0 })), reject);
    assert.deepEqual(parseMetadataMessage(bytes(request)), { type: 'request', piece: 0 });
    assert.deepEqual(parseMetadataMessage(bytes(reject)), { type: 'reject', piece: 0 });
    const read = parseMetadataMessage(bytes(data));
    assert.deepEqual(read, {
      ...{ type: 'data', piece: 0, totalSize: 34256 },
      data: bytes('xxxxxxxx'),
    });
    assert.equal(text(encodeMetadataMessage(read as never)), data);
  });

  it('ignores kinds that are not known yet, and refuses what is no message', () => {
    assert.equal(parseMetadataMessage(bytes('d8:msg_typei3e5:piecei0ee')), 'unknown');
    assert.equal(parseMetadataMessage(bytes('d8:msg_typei99e3:newi1ee')), 'unknown');
    for (const wrong of [
      ...['', 'd', 'de', 'le', 'i0e', '4:spam', 'd5:piecei0ee', 'd8:msg_typei0ee'],
      ...['d8:msg_typei-1e5:piecei0ee', 'd8:msg_typei0e5:piecei-1ee', 'd8:msg_type1:05:piecei0ee'],
      `d8:msg_typei1e1:x${'2000:'.padEnd(2005, 'x')}5:piecei0ee`,
      `d8:msg_typei1e5:piecei0e1:x${'l'.repeat(40)}${'e'.repeat(40)}e`,
    ]) {
      assert.equal(parseMetadataMessage(bytes(wrong)), 'malformed', wrong.slice(0, 40));
    }
  });

  it('knows the pieces of a size', () => {
    assert.deepEqual([1, 16_384, 16_385].map(metadataPieces), [1, 1, 2]);
    assert.deepEqual(
      [0, 1, 2].map((piece) => metadataPieceLength(16_385, piece)),
      [16_384, 1, 0],
    );
  });

  it('reads back what it writes, and never throws (property)', () => {
    const piece = fc.nat(1e6);
    const data = fc.uint8Array({ maxLength: 40 });
    const messages = fc.oneof(
      fc.record({ type: fc.constantFrom('request' as const, 'reject' as const), piece }),
      fc.record({ type: fc.constant('data' as const), piece, totalSize: fc.option(piece), data }),
    );
    fc.assert(
      fc.property(messages, fc.nat(60), fc.nat(255), (message, at, byte) => {
        const payload = encodeMetadataMessage(message);
        const read = parseMetadataMessage(payload);
        assert(typeof read === 'object');
        assert.deepEqual({ ...read }, { ...message });
        const spoilt = payload.slice();
        spoilt[at % spoilt.length] = byte;
        parseMetadataMessage(spoilt);
        parseMetadataMessage(payload.subarray(0, at % payload.length));
      }),
    );
  });
});
