/** Announces over HTTP: the URL (BEP 3), the reply in all its forms (BEP 3, 7, 23, 24, 31), and its bounds (S-41, F-14). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { BencodeInput } from '../../../src/protocol/bencode/encode.ts';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import type { AnnounceOutcome } from '../../../src/protocol/tracker/announce-query.ts';
import { httpAnnounceUrl } from '../../../src/protocol/tracker/http-query.ts';
import { decodeHttpReply } from '../../../src/protocol/tracker/http-reply.ts';
import { intervalDefault, intervalMax, intervalMin } from '../../../src/protocol/tracker/limits.ts';
import {
  peersPerReplyMax,
  replyBytesMax,
  trackerIdMax,
} from '../../../src/protocol/tracker/limits.ts';
import { parseTrackerUrl } from '../../../src/protocol/tracker/tracker-url.ts';
import { INFO_HASH, PEER_ID } from '../../support/announce-world.ts';

function read(body: Uint8Array | string, status = 200): AnnounceOutcome {
  const bytes = typeof body === 'string' ? Uint8Array.from(Buffer.from(body, 'latin1')) : body;
  return decodeHttpReply({
    type: 'http-done',
    job: 1,
    reply: { status, body: bytes },
    fault: null,
  });
}

function answered(fields: Record<string, BencodeInput>): AnnounceOutcome & { type: 'answered' } {
  const outcome = read(encode(new Map(Object.entries(fields))));
  assert.equal(outcome.type, 'answered');
  return outcome;
}

function reason(outcome: AnnounceOutcome): string {
  assert.equal(outcome.type, 'failed');
  return outcome.reason;
}

describe('protocol/tracker/http-query', () => {
  const query = {
    infoHash: INFO_HASH,
    peerId: PEER_ID,
    key: 0xab,
    port: 6881,
    uploaded: 1,
    downloaded: 2,
    left: 2 ** 40,
    event: 'started',
    peersWanted: 50,
  } as const;

  it('BEP 3: all parameters, the binary ones byte for byte, the tracker’s own query kept', () => {
    const urls: [string, string][] = [
      ['http://t/announce', 'http://t/announce?info_hash='],
      ['http://t/announce?pass=1', 'http://t/announce?pass=1&info_hash='],
      ['http://t/announce?', 'http://t/announce?info_hash='],
      ['http://t', 'http://t/?info_hash='],
    ];
    for (const [given, head] of urls) {
      const url = parseTrackerUrl(given);
      assert.ok(typeof url !== 'string');
      assert.ok(httpAnnounceUrl(url, query, null).startsWith(head), given);
    }
    const url = parseTrackerUrl('http://t/announce');
    assert.ok(typeof url !== 'string');
    assert.equal(
      httpAnnounceUrl(url, query, Uint8Array.of(0x26, 0xff)).replace(
        /info_hash=[^&]*/,
        'info_hash=',
      ),
      'http://t/announce?info_hash=&peer_id=-SW0001-abcdefghijkl&port=6881&uploaded=1&downloaded=2' +
        '&left=1099511627776&compact=1&no_peer_id=1&numwant=50&key=000000AB&event=started&trackerid=%26%FF',
    );
    const regular = httpAnnounceUrl(url, { ...query, event: 'none' }, null);
    assert.doesNotMatch(regular, /event|trackerid/);
  });
});

describe('protocol/tracker/http-reply', () => {
  it('BEP 23 and BEP 7: compact lists of both families', () => {
    const peers6 = new Uint8Array(18).fill(0);
    peers6.set([0x20, 0x01, 0x0d, 0xb8], 0);
    peers6.set([0, 1, 0x1a, 0xe1], 14);
    const outcome = answered({
      complete: 3,
      incomplete: 4,
      interval: 1800,
      'min interval': 900,
      peers: Uint8Array.of(1, 2, 3, 4, 0x1a, 0xe1),
      peers6,
      'tracker id': 'abc',
      'external ip': Uint8Array.of(5, 6, 7, 8),
      'warning message': 'be nice\x1b[0m',
    });
    assert.deepEqual(outcome, {
      type: 'answered',
      interval: 1_800_000,
      minInterval: 900_000,
      externalIp: '5.6.7.8',
      seeds: 3,
      leeches: 4,
      addresses: [
        { host: '1.2.3.4', port: 6881 },
        { host: '2001:db8::1', port: 6881 },
      ],
      warning: 'be nice\ufffd[0m',
      trackerId: Uint8Array.of(97, 98, 99),
    });
  });

  it('BEP 3: a list of dictionaries; names, bad ports and odd items are left out', () => {
    const peer = (ip: string, port: number): Map<string, BencodeInput> =>
      new Map<string, BencodeInput>([
        ['ip', ip],
        ['port', port],
        ['peer id', PEER_ID],
      ]);
    const peers = [
      peer('1.2.3.4', 1),
      peer('2001:DB8:0::1', 2),
      peer('host.example', 3),
      peer('1.2.3.5', 0),
    ];
    peers.push(peer('1.2.3.6', 65_536), peer('1.2.3.7', -1), new Map());
    const { addresses } = answered({ interval: 60, peers: [...peers, 7, 'x', []] });
    assert.deepEqual(addresses, [
      { host: '1.2.3.4', port: 1 },
      { host: '2001:db8::1', port: 2 },
    ]);
  });

  it('S-41: at most peersPerReplyMax, half for each family where both offer more', () => {
    const one = answered({ peers: new Uint8Array(6 * (peersPerReplyMax + 1)).fill(1) });
    assert.equal(one.addresses.length, peersPerReplyMax);
    const both = answered({
      peers: new Uint8Array(6 * 500).fill(1),
      peers6: new Uint8Array(18 * 500).fill(1),
    });
    assert.equal(both.addresses.length, peersPerReplyMax);
    assert.equal(
      both.addresses.filter(({ host }) => host.includes(':')).length,
      peersPerReplyMax / 2,
    );
    const some = answered({
      peers: new Uint8Array(6 * 500).fill(1),
      peers6: new Uint8Array(18 * 3).fill(1),
    });
    assert.equal(some.addresses.filter(({ host }) => host.includes(':')).length, 3);
    assert.equal(some.addresses.length, peersPerReplyMax);
  });

  it('F-14, S-41: whatever the interval, between a minute and a day; never below the min interval', () => {
    for (const seconds of [0, -1, -(10 ** 9), 59, 60]) {
      assert.equal(answered({ interval: seconds }).interval, intervalMin);
      assert.equal(answered({ interval: 1, 'min interval': seconds }).minInterval, intervalMin);
    }
    assert.equal(answered({ interval: 61 }).interval, 61_000);
    for (const seconds of [86_400, 86_401, 10 ** 9, Number.MAX_SAFE_INTEGER]) {
      assert.equal(answered({ interval: seconds }).interval, intervalMax);
      assert.equal(answered({ interval: 1800, 'min interval': seconds }).interval, intervalMax);
    }
    assert.equal(answered({}).interval, intervalDefault);
    assert.equal(answered({ interval: 'soon' }).interval, intervalDefault);
  });

  it('tells failures: the tracker’s own, with BEP 31, before the status; statuses; garbage; faults', () => {
    const failed = read('d14:failure reason3:no!8:retry in5:nevere', 500);
    assert.deepEqual(failed, { type: 'failed', reason: 'no!', refused: true, retryIn: Infinity });
    const later = read('d14:failure reason3:no!8:retry ini30ee');
    assert.deepEqual(later, { type: 'failed', reason: 'no!', refused: true, retryIn: 1_800_000 });
    for (const minutes of ['i0e', 'i-5e', '3:abc']) {
      const outcome = read(`d14:failure reason2:no8:retry in${minutes}e`);
      assert.equal(outcome.type === 'failed' && outcome.retryIn, null);
    }
    assert.equal(reason(read('de', 404)), 'HTTP status 404');
    assert.equal(reason(read('de', 302)), 'HTTP status 302');
    assert.equal(reason(read('<html>')), 'the reply is not valid bencoding');
    assert.equal(reason(read('le')), 'the reply is not valid bencoding');
    assert.equal(reason(read('d5:peers7:abcdefge')), 'the peer list is cut short');
    assert.equal(reason(read('d6:peers65:abcdee')), 'the peer list is cut short');
    for (const fault of [
      'refused',
      'unresolved',
      'timed-out',
      'too-large',
      'bad-reply',
      'cancelled',
    ] as const) {
      const outcome = decodeHttpReply({ type: 'http-done', job: 1, reply: null, fault });
      assert.ok(reason(outcome).length > 0);
    }
    assert.equal(read('de\r\n').type, 'answered');
  });

  it('is bounded: replyBytesMax, depth, tokens, trackerIdMax', () => {
    const padded = (length: number): Uint8Array => {
      const frame = encode(new Map([['x', new Uint8Array(length - 14)]]));
      return encode(new Map([['x', new Uint8Array(2 * length - 14 - frame.length)]]));
    };
    assert.equal(padded(replyBytesMax).length, replyBytesMax);
    assert.equal(read(padded(replyBytesMax)).type, 'answered');
    assert.equal(read(padded(replyBytesMax + 1)).type, 'failed');
    assert.equal(read('d1:x' + 'l'.repeat(15) + 'e'.repeat(16)).type, 'answered');
    assert.equal(read('d1:x' + 'l'.repeat(16) + 'e'.repeat(17)).type, 'failed');
    assert.equal(read('l'.repeat(1 << 20)).type, 'failed');
    assert.equal(read('d1:xl' + '0:'.repeat(99_997) + 'ee').type, 'answered');
    assert.equal(read('d1:xl' + '0:'.repeat(99_998) + 'ee').type, 'failed');
    assert.equal(
      answered({ 'tracker id': 'x'.repeat(trackerIdMax) }).trackerId?.length,
      trackerIdMax,
    );
    assert.equal(answered({ 'tracker id': 'x'.repeat(trackerIdMax + 1) }).trackerId, null);
  });

  it('never throws, on noise and on replies with a byte changed', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void read(bytes)));
    const good = Buffer.from(
      'd8:completei1e10:incompletei2e8:intervali1800e12:min intervali60e5:peersld2:ip7:1.2.3.44:porti5eee' +
        '6:peers60:10:tracker id1:x15:warning message2:hie',
    );
    assert.equal(read(Uint8Array.from(good)).type, 'answered');
    let changed = 0;
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = Uint8Array.from(good);
        bytes[at] = byte;
        changed++;
        read(bytes);
      }),
      { numRuns: 2_000 },
    );
    for (let cut = 0; cut < good.length; cut++)
      assert.equal(read(Uint8Array.from(good.subarray(0, cut))).type, 'failed');
    assert.ok(changed >= 2_000);
  });
});
