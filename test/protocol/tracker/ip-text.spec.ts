/** IP addresses between text and bytes: RFC 5952 vectors, strictness (S-42), round trips. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  canonicalIp,
  formatIp,
  isLoopback,
  parseIp,
} from '../../../src/protocol/tracker/ip-text.ts';

describe('protocol/tracker/ip-text', () => {
  it('writes IPv6 as RFC 5952 has it', () => {
    const vectors: [string, string][] = [
      ['2001:0db8:0000:0000:0000:0000:0002:0001', '2001:db8::2:1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
      ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['2001:DB8::ABCD', '2001:db8::abcd'],
      ['0:0:0:0:0:0:0:0', '::'],
      ['0::1', '::1'],
      ['fe80::', 'fe80::'],
      ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
      ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ];
    for (const [given, canonical] of vectors) assert.equal(canonicalIp(given), canonical, given);
    assert.equal(formatIp(parseIp('::ffff:192.0.2.1')!), '::ffff:192.0.2.1');
    assert.equal(canonicalIp('::ffff:c000:201'), '192.0.2.1');
  });

  it('refuses what is no literal, or only to some parsers', () => {
    const refused = [
      '',
      '1.2.3',
      '1.2.3.256',
      '01.2.3.4',
      '0x7f.0.0.1',
      '1.2.3.4.',
      ' 1.2.3.4',
      '127.1',
    ];
    refused.push(
      '1::2::3',
      ':::',
      ':1',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      'g::',
      'fe80::1%eth0',
    );
    refused.push(
      '::1.2.3',
      '1.2.3.4::',
      '1:2:3:4:5:6:7:1.2.3.4',
      '1:2:3:4:5:6:7::8',
      'localhost',
      '1:',
    );
    for (const text of refused) assert.equal(parseIp(text), null, text);
  });

  it('round-trips every address', () => {
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc
        .array(fc.constantFrom(0, 0, 1, 255), { minLength: 16, maxLength: 16 })
        .map(Uint8Array.from.bind(Uint8Array)),
    );
    fc.assert(fc.property(address, (bytes) => assert.deepEqual(parseIp(formatIp(bytes)), bytes)));
  });

  it('knows the ways back to this host', () => {
    for (const text of ['127.0.0.1', '127.255.0.9', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1']) {
      assert.equal(isLoopback(parseIp(text)!), true, text);
    }
    for (const text of ['128.0.0.1', '10.0.0.1', '::2', '::ffff:8.8.8.8', '2001:db8::1']) {
      assert.equal(isLoopback(parseIp(text)!), false, text);
    }
  });
});
