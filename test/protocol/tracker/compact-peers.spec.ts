/** Compact peer lists: BEP 23 and BEP 7 vectors, the bound of S-41, faults, round trips. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Address } from '../../../src/core/index.ts';
import {
  decodeCompactPeers,
  encodeCompactPeers,
} from '../../../src/protocol/tracker/compact-peers.ts';
import { formatUnmapped } from '../../../src/protocol/tracker/ip-text.ts';
import { peersPerReplyMax } from '../../../src/protocol/tracker/limits.ts';

describe('protocol/tracker/compact-peers', () => {
  it('BEP 23: 4 bytes of address and 2 of port, network order', () => {
    const data = Uint8Array.of(10, 10, 10, 5, 0x00, 0x80, 127, 0, 0, 1, 0x1a, 0xe1);
    const out: Address[] = [];
    assert.equal(decodeCompactPeers(data, 'v4', 200, out), null);
    assert.deepEqual(out, [
      { host: '10.10.10.5', port: 128 },
      { host: '127.0.0.1', port: 6881 },
    ]);
    assert.deepEqual(encodeCompactPeers(out, 'v4'), data);
    assert.deepEqual(encodeCompactPeers(out, 'v6'), new Uint8Array(0));
  });

  it('BEP 7: 16 bytes of address and 2 of port', () => {
    const data = new Uint8Array(18);
    data.set([0x20, 0x01, 0x0d, 0xb8], 0);
    data[15] = 9;
    data.set([0x1a, 0xe1], 16);
    const out: Address[] = [];
    assert.equal(decodeCompactPeers(data, 'v6', 200, out), null);
    assert.deepEqual(out, [{ host: '2001:db8::9', port: 6881 }]);
    assert.deepEqual(encodeCompactPeers(out, 'v6'), data);
  });

  it('drops port 0 and faults a cut tail without giving anything', () => {
    const out: Address[] = [];
    assert.equal(
      decodeCompactPeers(Uint8Array.of(1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0, 1), 'v4', 9, out),
      null,
    );
    assert.deepEqual(out, [{ host: '5.6.7.8', port: 1 }]);
    for (let cut = 1; cut < 18; cut++) {
      const fault = decodeCompactPeers(new Uint8Array(18 + cut).fill(1), 'v6', 9, out);
      assert.equal(fault, 'partial-entry');
    }
    assert.equal(out.length, 1);
  });

  it('S-41: uses no more than it is told to, of a million', () => {
    for (const count of [peersPerReplyMax - 1, peersPerReplyMax, peersPerReplyMax + 1, 1_000_000]) {
      const out: Address[] = [];
      decodeCompactPeers(new Uint8Array(6 * count).fill(7), 'v4', peersPerReplyMax, out);
      assert.equal(out.length, Math.min(count, peersPerReplyMax));
    }
  });

  it('round-trips', () => {
    for (const [family, length] of [
      ['v4', 4],
      ['v6', 16],
    ] as const) {
      const address = fc.record(
        {
          host: fc
            .uint8Array({ minLength: length, maxLength: length })
            .map((ip) => formatUnmapped(ip, 0, length))
            .filter((host) => host.includes(':') === (family === 'v6')),
          port: fc.integer({ min: 1, max: 65_535 }),
        },
        { noNullPrototype: true },
      );
      const property = fc.property(fc.array(address), (addresses) => {
        const out: Address[] = [];
        decodeCompactPeers(encodeCompactPeers(addresses, family), family, 1_000, out);
        assert.deepEqual(out, addresses);
      });
      fc.assert(property);
    }
  });
});
