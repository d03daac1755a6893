/** Which addresses are public (S-42). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isGlobalAddress } from '../../../src/reactors/node/http/address-scope.ts';

describe('isGlobalAddress', () => {
  const inner =
    '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 ' +
    '192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:a00:1 ' +
    '::ffff:192.168.0.1 64:ff9b::a00:1 2002:7f00:1:: 2001:db8::1 fc00::1 fd00::1 fe80::1 fe80::1%lo ff02::1';
  const outer =
    '1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.1.1.1 128.0.0.1 172.15.255.255 172.32.0.0 ' +
    '192.167.255.255 192.169.0.0 223.255.255.255 2606:4700::1111 2a00::1 ::ffff:1.1.1.1';

  for (const address of inner.split(' ')) {
    it(`${address} is not`, () => assert.equal(isGlobalAddress(address), false));
  }
  for (const address of outer.split(' ')) {
    it(`${address} is`, () => assert.equal(isGlobalAddress(address), true));
  }
  it('a name is not an address', () => assert.equal(isGlobalAddress('example.org'), false));
});
