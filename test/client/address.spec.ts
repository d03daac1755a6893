/**
 * `HOST:PORT` in all its forms (BEP 7 brackets), and what is none.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseHostAndPort } from '../../src/client/words/address.ts';

describe('host and port', () => {
  it('reads names, IPv4 and bracketed IPv6', () => {
    assert.deepEqual(parseHostAndPort('example.org:1'), {
      host: 'example.org',
      port: 1,
      literal: false,
    });
    assert.deepEqual(parseHostAndPort('192.0.2.1:65535'), {
      host: '192.0.2.1',
      port: 65_535,
      literal: true,
    });
    assert.deepEqual(parseHostAndPort('[2001:db8::1]:6881'), {
      host: '2001:db8::1',
      port: 6881,
      literal: true,
    });
  });

  const wrong = ['', 'host', 'host:', ':1', 'host:0', 'host:65536', 'host:1x', '2001:db8::1:6881'];
  wrong.push('[::1]', '[host]:1', '[192.0.2.1]:1', '192.0.2:1', '1.2.3.4.5:1', 'a b:1', 'h:-1');
  wrong.push('-x:1', 'host:123456', '[::1%eth0 x]:1', '\u202eh:1');
  for (const text of wrong) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseHostAndPort(text), null));
  }
});
