import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isDialable } from '../../../src/protocol/torrent/dialing/dialable.ts';

describe('isDialable', () => {
  it('takes what a peer may have', () => {
    for (const host of [
      '1.2.3.4',
      '127.0.0.1',
      '10.0.0.1',
      '223.255.255.255',
      '::1',
      '2001:db8::1',
    ]) {
      assert(isDialable({ host, port: 6881 }), host);
    }
  });

  it('refuses port 0, and hosts that are nobody (S-33)', () => {
    for (const port of [0, -1, 65_536, 1.5, NaN]) assert(!isDialable({ host: '1.2.3.4', port }));
    for (const host of ['0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1', '', 'name']) {
      assert(!isDialable({ host, port: 6881 }), host);
    }
  });
});
