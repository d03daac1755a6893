/**
 * Vectors of BEPs 3, 5, 6 and 10: the very bytes, both ways.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PeerCodec } from '../../../src/protocol/wire/codec.ts';
import {
  reservedBits,
  supportsDht,
  supportsExtended,
  supportsFast,
} from '../../../src/protocol/wire/handshake.ts';
import type { PeerMessage } from '../../../src/protocol/wire/messages.ts';
import { decodeChunked, encodeAll } from '../../support/wire-streams.ts';

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

const name = '13 426974546f7272656e742070726f746f636f6c';
const greeting = `${name} ${'00'.repeat(48)}`;

const good: readonly (readonly [title: string, hex: string, message: PeerMessage])[] = [
  ['keep-alive (BEP 3)', '00000000', { type: 'keep-alive' }],
  ['choke', '00000001 00', { type: 'choke' }],
  ['unchoke', '00000001 01', { type: 'unchoke' }],
  ['interested', '00000001 02', { type: 'interested' }],
  ['not interested', '00000001 03', { type: 'not-interested' }],
  ['have 42', '00000005 04 0000002a', { type: 'have', index: 42 }],
  [
    'bitfield of 37 pieces with 2, 7 and 32',
    '00000006 05 21 00 00 00 80',
    { type: 'bitfield', bits: Uint8Array.of(0x21, 0, 0, 0, 0x80) },
  ],
  [
    'request',
    '0000000d 06 00000001 00004000 00004000',
    { type: 'request', index: 1, begin: 0x4000, length: 0x4000 },
  ],
  [
    'piece',
    '0000000c 07 00000001 00004000 aabbcc',
    { type: 'piece', index: 1, begin: 0x4000, block: Uint8Array.of(0xaa, 0xbb, 0xcc) },
  ],
  [
    'cancel',
    '0000000d 08 ffffffff 80000000 7fffffff',
    { type: 'cancel', index: 0xffffffff, begin: 0x80000000, length: 0x7fffffff },
  ],
  ['port 0xaabb (BEP 5)', '00000003 09 aabb', { type: 'port', port: 0xaabb }],
  ['suggest piece (BEP 6)', '00000005 0d 30303030', { type: 'suggest', index: 0x30303030 }],
  ['have all', '00000001 0e', { type: 'have-all' }],
  ['have none', '00000001 0f', { type: 'have-none' }],
  [
    'reject request',
    '0000000d 10 00000002 00000003 00000004',
    { type: 'reject', index: 2, begin: 3, length: 4 },
  ],
  ['allowed fast', '00000005 11 00000423', { type: 'allowed-fast', index: 1059 }],
  [
    'extended handshake (BEP 10) with an empty dictionary',
    '00000004 14 00 6465',
    { type: 'extended', id: 0, payload: Uint8Array.of(0x64, 0x65) },
  ],
];

const bad: readonly (readonly [title: string, hex: string, fault: string | null])[] = [
  ['a prefix cut short waits', '000000', null],
  ['a length without an id waits', '00000001', null],
  ['a request of the wrong length', '00000006 06 0000000000', 'bad-length'],
  ['a request cut short by its length', '0000000b 06 00000000000000000000', 'bad-length'],
  ['choke with an extra byte', '00000002 00 21', 'bad-length'],
  ['a piece that does not come waits', '00000030 07', null],
  ['a piece without its begin', '00000005 07 00000000', 'bad-length'],
  ['reject without a body', '00000001 10', 'bad-length'],
  ['extended without its id', '00000001 14', 'bad-length'],
  ['extended cut short waits', '00000030 14', null],
  ['a piece above 16 KiB', '0000400a 07', 'frame-too-long'],
];

describe('peer wire vectors', () => {
  for (const [title, hex, message] of good) {
    it(title, () => {
      const codec = new PeerCodec();
      const bytes = fromHex(hex);
      assert.deepEqual(encodeAll(codec, [message]), bytes);
      assert.equal(codec.sizeOf(message), bytes.length);
      const decoder = codec.decoder();
      decoder.push(fromHex(greeting), []);
      assert.deepEqual(decodeChunked(decoder, bytes, [3]), { messages: [message], fault: null });
    });
  }

  for (const [title, hex, fault] of bad) {
    it(title, () => {
      const decoder = new PeerCodec().decoder();
      decoder.push(fromHex(greeting), []);
      assert.deepEqual(decodeChunked(decoder, fromHex(hex), [2]), { messages: [], fault });
    });
  }

  it('handshake (BEP 3) with the bits of BEPs 5, 6 and 10', () => {
    const codec = new PeerCodec();
    const infoHash = new Uint8Array(20).fill(0xaa);
    const peerId = Uint8Array.from(Buffer.from('-SW0100-abcdefghijkl'));
    const reserved = reservedBits({ fast: true, extended: true, dht: true });
    const hello: PeerMessage = { type: 'handshake', reserved, infoHash, peerId };
    const hex = `${name} 0000000000100005 ${'aa'.repeat(20)} ${Buffer.from(peerId).toString('hex')}`;
    assert.deepEqual(encodeAll(codec, [hello]), fromHex(hex));
    assert.equal(codec.sizeOf(hello), 68);
    assert.deepEqual(decodeChunked(codec.decoder(), fromHex(hex), [68]).messages, [hello]);
  });

  it('names each feature bit by itself', () => {
    for (let bits = 0; bits < 8; bits++) {
      const [fast, extended, dht] = [(bits & 1) !== 0, (bits & 2) !== 0, (bits & 4) !== 0];
      const reserved = reservedBits({ fast, extended, dht });
      assert.deepEqual(
        [supportsFast(reserved), supportsExtended(reserved), supportsDht(reserved)],
        [fast, extended, dht],
      );
    }
    assert.deepEqual(reservedBits({ fast: false, extended: false }), new Uint8Array(8));
    assert.equal(supportsFast(new Uint8Array(8).fill(0xff)), true);
  });
});
