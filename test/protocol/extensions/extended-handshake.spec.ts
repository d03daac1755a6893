import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import type { BencodeInput } from '../../../src/protocol/bencode/encode.ts';
import {
  encodeExtendedHandshake,
  parseExtendedHandshake,
} from '../../../src/protocol/extensions/extended-handshake.ts';
import type {
  ExtendedHandshake,
  ExtendedHandshakeFault,
} from '../../../src/protocol/extensions/extended-handshake.ts';
import {
  clientNameBytesMax,
  extendedHandshakeRules,
  extensionNameLengthMax,
  extensionsMax,
  metadataBytesMax,
  requestQueueMax,
} from '../../../src/protocol/extensions/limits.ts';
import { bytesOf, dict } from '../../support/bencode.ts';
import type { Fields } from '../../support/bencode.ts';

function good(fields: Fields): ExtendedHandshake {
  const { handshake, fault } = parseExtendedHandshake(encode(dict(fields)));
  assert.equal(fault, null);
  return handshake;
}

function faultOf(payload: Uint8Array): ExtendedHandshakeFault | null {
  return parseExtendedHandshake(payload).fault;
}

const mapFault = (m: BencodeInput): ExtendedHandshakeFault | null => faultOf(encode(dict({ m })));

describe('extensions/extended-handshake', () => {
  it('BEP 10: reads the example of the specification', () => {
    const payload = bytesOf(
      'd1:md11:LT_metadatai1e6:\xb5T_PEXi2ee1:pi6881e1:v13:\xc2\xb5Torrent 1.2e',
    );
    const { handshake } = parseExtendedHandshake(payload);
    assert.deepEqual(handshake?.extensions, new Map([['LT_metadata', 1]]));
    assert.equal(handshake.port, 6881);
    assert.equal(handshake.client, 'µTorrent 1.2');
  });

  it('an empty one says nothing', () => {
    assert.deepEqual(good({}), {
      extensions: new Map(),
      client: null,
      requestQueue: null,
      port: null,
      uploadOnly: null,
      yourIp: null,
      metadataSize: null,
    });
  });

  it('unknown keys are ignored', () => {
    assert.equal(good({ zzz: [1, ['x']], e: 0, ipv6: 'x' }).client, null);
  });

  it('S-36: reqq is clamped, whatever it is', () => {
    for (const [reqq, expected] of [
      [0, 1],
      [-5, 1],
      [1, 1],
      [250, 250],
      [requestQueueMax, requestQueueMax],
      [requestQueueMax + 1, requestQueueMax],
      [2 ** 31, requestQueueMax],
      ['250', null],
    ] as const) {
      assert.equal(good({ reqq }).requestQueue, expected);
    }
  });

  it('S-36: ids beyond one byte are a fault; 0 takes an extension back', () => {
    assert.deepEqual(
      good({ m: dict({ a: 0, b: 255 }) }).extensions,
      new Map([
        ['a', 0],
        ['b', 255],
      ]),
    );
    for (const id of [256, -1, 2 ** 40, 'x', []]) assert.equal(mapFault(dict({ a: id })), 'bad-id');
    for (const m of [1, 'm', ['a']]) assert.equal(mapFault(m), 'bad-map');
  });

  it('S-10: `__proto__` is a name like any other', () => {
    const { handshake } = parseExtendedHandshake(bytesOf('d1:md9:__proto__i3eee'));
    assert.equal(handshake?.extensions.get('__proto__'), 3);
    assert.equal(handshake.extensions.get('constructor'), undefined);
  });

  it('S-36: at most extensionsMax names of extensionNameLengthMax characters are kept', () => {
    const many = (count: number): BencodeInput =>
      new Map(Array.from({ length: count }, (_, i) => [`e${i}`, 1]));
    assert.equal(good({ m: many(extensionsMax) }).extensions.size, extensionsMax);
    assert.equal(good({ m: many(extensionsMax + 1) }).extensions.size, extensionsMax);
    const long = 'x'.repeat(extensionNameLengthMax);
    assert.deepEqual(
      [...good({ m: dict({ [long]: 1, [`${long}y`]: 1 }) }).extensions.keys()],
      [long],
    );
  });

  it('S-36: the client name is short and safe to show', () => {
    assert.equal(good({ v: 'x'.repeat(clientNameBytesMax) }).client?.length, clientNameBytesMax);
    assert.equal(
      good({ v: 'x'.repeat(clientNameBytesMax + 1) }).client?.length,
      clientNameBytesMax,
    );
    assert.equal(good({ v: '\x1b[2J\u202eevil\n' }).client, '_[2Jevil_');
    assert.equal(good({ v: bytesOf('a\xff') }).client, 'a_');
  });

  it('senseless hints count as absent', () => {
    for (const p of [0, -1, 65_536, '6881']) assert.equal(good({ p }).port, null);
    assert.equal(good({ p: 65_535 }).port, 65_535);
    for (const yourip of ['', 'abc', 'abcde', 7]) assert.equal(good({ yourip }).yourIp, null);
    assert.deepEqual(good({ yourip: bytesOf('\x7f\0\0\x01') }).yourIp, Uint8Array.of(127, 0, 0, 1));
    for (const size of [0, -1, 2 ** 31, metadataBytesMax + 1]) {
      assert.equal(good({ metadata_size: size }).metadataSize, null); // S-13
    }
    assert.equal(good({ metadata_size: metadataBytesMax }).metadataSize, metadataBytesMax);
    assert.deepEqual(
      [0, 1, 2].map((flag) => good({ upload_only: flag }).uploadOnly),
      [false, true, true],
    );
  });

  it('S-36: size, depth and count are capped', () => {
    const { lengthMax, depthMax, tokensMax } = extendedHandshakeRules;
    const filled = (length: number): Uint8Array => {
      const frame = encode(dict({ z: 'x'.repeat(60_000) })).length - 60_000;
      return encode(dict({ z: 'x'.repeat(length - frame) }));
    };
    assert.equal(faultOf(filled(lengthMax)), null);
    assert.equal(faultOf(filled(lengthMax + 1)), 'too-long');
    const nested = (depth: number): Uint8Array =>
      bytesOf(`d1:z${'l'.repeat(depth - 1)}${'e'.repeat(depth)}`);
    assert.equal(faultOf(nested(depthMax)), null);
    assert.equal(faultOf(nested(depthMax + 1)), 'too-deep');
    const crowded = (tokens: number): Uint8Array => bytesOf(`d1:zl${'0:'.repeat(tokens - 3)}ee`);
    assert.equal(faultOf(crowded(tokensMax)), null);
    assert.equal(faultOf(crowded(tokensMax + 1)), 'too-many-tokens');
  });

  it('malformed payloads are fault values', () => {
    assert.equal(faultOf(bytesOf('')), 'empty');
    assert.equal(faultOf(bytesOf('le')), 'not-a-dictionary');
    assert.equal(faultOf(bytesOf('l-3:e')), 'syntax');
    assert.equal(faultOf(bytesOf('dex')), 'trailing');
    assert.equal(faultOf(bytesOf('d1:v5:abe')), 'truncated');
  });

  it('what is encoded parses back', () => {
    const absent = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
    const any: fc.Arbitrary<ExtendedHandshake> = fc.record({
      extensions: fc
        .array(fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/), fc.nat(255)), { maxLength: 10 })
        .map((entries) => new Map(entries)),
      client: absent(fc.stringMatching(/^[ -~]{0,40}$/)),
      requestQueue: absent(fc.integer({ min: 1, max: requestQueueMax })),
      port: absent(fc.integer({ min: 1, max: 65_535 })),
      uploadOnly: absent(fc.boolean()),
      yourIp: absent(fc.uint8Array({ minLength: 4, maxLength: 4 })),
      metadataSize: absent(fc.integer({ min: 1, max: metadataBytesMax })),
    });
    const sorted = (handshake: ExtendedHandshake): ExtendedHandshake => ({
      ...handshake,
      extensions: new Map([...handshake.extensions].sort(([a], [b]) => (a < b ? -1 : 1))),
    });
    fc.assert(
      fc.property(any, (handshake) => {
        const { handshake: back } = parseExtendedHandshake(encodeExtendedHandshake(handshake));
        assert.ok(back !== null);
        assert.deepEqual({ ...back }, { ...sorted(handshake) });
      }),
    );
  });

  it('owns its bytes', () => {
    const payload = encodeExtendedHandshake({ yourIp: Uint8Array.of(1, 2, 3, 4) });
    const { handshake } = parseExtendedHandshake(payload);
    payload.fill(0xee);
    assert.deepEqual(handshake?.yourIp, Uint8Array.of(1, 2, 3, 4));
  });

  it('no bytes throw', () => {
    const base = encodeExtendedHandshake({
      extensions: new Map([['ut_pex', 1]]),
      client: 'x',
      port: 1,
    });
    const edit = fc.tuple(fc.nat(base.length - 1), fc.nat(255));
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const payload = base.slice();
        for (const [at, byte] of edits) payload[at] = byte;
        if (parseExtendedHandshake(payload).fault === null) accepted++;
      }),
      { numRuns: 5000 },
    );
    assert.ok(accepted > 200, `only ${accepted} accepted`);
  });
});
