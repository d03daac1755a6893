/** BEP 15 and BEP 41 packets, byte by byte; bounds; no throw. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { scrapeHashesMax, udpUrlDataMax } from '../../../src/protocol/tracker/limits.ts';
import type { UdpReply } from '../../../src/protocol/tracker/udp-reply.ts';
import { decodeUdpReply, encodeUdpReply } from '../../../src/protocol/tracker/udp-reply.ts';
import {
  decodeUdpRequest,
  encodeUdpAnnounce,
  encodeUdpConnect,
  encodeUdpScrape,
} from '../../../src/protocol/tracker/udp-request.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

const CONNECTION = bytes('0102030405060708');
const QUERY = {
  infoHash: bytes('aa'.repeat(20)),
  peerId: bytes('bb'.repeat(20)),
  key: 0xdeadbeef,
  port: 6881,
  uploaded: 3,
  downloaded: 2 ** 33 + 1,
  left: 2 ** 32,
  event: 'started',
  peersWanted: null,
} as const;
const ANNOUNCE =
  '0102030405060708 00000001 12345678' +
  'aa'.repeat(20) +
  'bb'.repeat(20) +
  '0000000200000001 0000000100000000 0000000000000003 00000002 00000000 deadbeef ffffffff 1ae1';

describe('protocol/tracker/udp-codec', () => {
  it('BEP 15: connect', () => {
    assert.equal(hex(encodeUdpConnect(0x12345678)), '00000417271019800000000012345678');
    assert.deepEqual(decodeUdpRequest(encodeUdpConnect(0xffffffff)), {
      type: 'connect',
      transaction: 0xffffffff,
    });
    assert.equal(decodeUdpRequest(bytes('00000417271019810000000012345678')), null);
    const reply = bytes('00000000 12345678 0102030405060708');
    assert.deepEqual(decodeUdpReply(reply), {
      type: 'connect',
      transaction: 0x12345678,
      connection: CONNECTION,
    });
    assert.equal(decodeUdpReply(reply.subarray(0, 15)), null);
  });

  it('BEP 15: announce, and its events 0 none, 1 completed, 2 started, 3 stopped', () => {
    const data = encodeUdpAnnounce(CONNECTION, 0x12345678, QUERY, '/');
    assert.deepEqual(data, bytes(ANNOUNCE));
    assert.equal(data.length, 98);
    assert.deepEqual(decodeUdpRequest(data), {
      type: 'announce',
      connection: CONNECTION,
      transaction: 0x12345678,
      query: QUERY,
    });
    assert.equal(decodeUdpRequest(data.subarray(0, 97)), null);
    for (const [event, number] of [
      ['none', 0],
      ['completed', 1],
      ['started', 2],
      ['stopped', 3],
    ] as const) {
      assert.equal(
        encodeUdpAnnounce(CONNECTION, 1, { ...QUERY, event, peersWanted: 0 }, '/')[83],
        number,
      );
    }
    data[83] = 4;
    assert.equal(decodeUdpRequest(data), null);
  });

  it('BEP 15: announce reply, error reply', () => {
    const reply = bytes('00000001 12345678 00000708 00000004 00000003 010203041ae1');
    assert.deepEqual(decodeUdpReply(reply), {
      type: 'announce',
      transaction: 0x12345678,
      interval: 1800,
      leeches: 4,
      seeds: 3,
      peers: bytes('010203041ae1'),
    });
    assert.equal(decodeUdpReply(reply.subarray(0, 19)), null);
    const error = decodeUdpReply(bytes('00000003 00000001 6e6f'));
    assert.deepEqual(error, { type: 'error', transaction: 1, message: bytes('6e6f') });
    assert.equal(decodeUdpReply(bytes('00000004 00000001 6e6f')), null);
    const negative = decodeUdpReply(bytes('00000001 00000001 ffffffff 00000000 00000000'));
    assert.equal(negative?.type === 'announce' && negative.interval, -1);
  });

  it('BEP 15: scrape, scrapeHashesMax', () => {
    const data = encodeUdpScrape(CONNECTION, 7, [QUERY.infoHash, QUERY.peerId]);
    assert.equal(hex(data), '01020304050607080000000200000007' + 'aa'.repeat(20) + 'bb'.repeat(20));
    assert.equal(decodeUdpRequest(data)?.type, 'scrape');
    assert.equal(decodeUdpRequest(data.subarray(0, 55)), null);
    assert.equal(decodeUdpRequest(data.subarray(0, 16)), null);
    const many = (count: number): Uint8Array => {
      const packet = new Uint8Array(16 + 20 * count);
      packet[11] = 2;
      return packet;
    };
    assert.equal(decodeUdpRequest(many(scrapeHashesMax))?.type, 'scrape');
    assert.equal(decodeUdpRequest(many(scrapeHashesMax + 1)), null);
  });

  it('BEP 41: path and query in options of 255 bytes at most, left out where longer than udpUrlDataMax', () => {
    const data = encodeUdpAnnounce(CONNECTION, 1, QUERY, '/announce?a');
    assert.equal(hex(data.subarray(98)), '020b' + Buffer.from('/announce?a').toString('hex'));
    const long = encodeUdpAnnounce(CONNECTION, 1, QUERY, '/'.padEnd(256, 'x'));
    assert.equal(long.length, 98 + 2 + 255 + 2 + 1);
    assert.deepEqual([...long.subarray(98, 100), ...long.subarray(355, 358)], [2, 255, 2, 1, 0x78]);
    const most = encodeUdpAnnounce(CONNECTION, 1, QUERY, '/'.padEnd(udpUrlDataMax, 'x'));
    assert.equal(most.length, 98 + udpUrlDataMax + 2 * Math.ceil(udpUrlDataMax / 255));
    assert.equal(
      encodeUdpAnnounce(CONNECTION, 1, QUERY, '/'.padEnd(udpUrlDataMax + 1, 'x')).length,
      98,
    );
    assert.equal(decodeUdpRequest(long)?.type, 'announce');
  });

  it('round-trips replies', () => {
    const plain = { noNullPrototype: true };
    const uint32 = fc.integer({ min: 0, max: 0xffffffff });
    const counts = fc.record({ seeds: uint32, completed: uint32, leeches: uint32 }, plain);
    const reply: fc.Arbitrary<UdpReply> = fc.oneof(
      fc.record(
        {
          type: fc.constant('connect' as const),
          transaction: uint32,
          connection: fc.uint8Array({ minLength: 8, maxLength: 8 }),
        },
        plain,
      ),
      fc.record(
        {
          type: fc.constant('announce' as const),
          transaction: uint32,
          interval: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
          leeches: uint32,
          seeds: uint32,
          peers: fc.uint8Array(),
        },
        plain,
      ),
      fc.record(
        {
          type: fc.constant('scrape' as const),
          transaction: uint32,
          counts: fc.array(counts),
        },
        plain,
      ),
      fc.record(
        {
          type: fc.constant('error' as const),
          transaction: uint32,
          message: fc.uint8Array(),
        },
        plain,
      ),
    );
    fc.assert(
      fc.property(reply, (given) => assert.deepEqual(decodeUdpReply(encodeUdpReply(given)), given)),
    );
  });

  it('never throws', () => {
    const packet = fc
      .tuple(fc.constantFrom(0, 1, 2, 3), fc.constantFrom(3, 11), fc.uint8Array({ maxLength: 140 }))
      .map(([action, at, data]) => {
        if (at < data.length) data.set([0, 0, 0, action], at - 3);
        return data;
      });
    fc.assert(
      fc.property(packet, (data) => {
        decodeUdpRequest(data);
        decodeUdpReply(data);
      }),
    );
  });
});
