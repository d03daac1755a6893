// The canonical priority of a connection (BEP 40): the two examples, symmetry, and how addresses are masked.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { dialing } from '../../../src/behaviors/index.ts';
import { createRandom } from '../../../src/core/index.ts';
import { peerPriority } from '../../../src/protocol/index.ts';
import type { CandidateView, TorrentView } from '../../../src/protocol/index.ts';

const at = (host: string, port = 6881): { host: string; port: number } => ({ host, port });

describe('canonical peer priority', () => {
  it('BEP 40: is that of the two examples', () => {
    const us = at('123.213.32.10');
    assert.equal(peerPriority(us, at('98.76.54.32')), 0xec2d7224);
    assert.equal(peerPriority(us, at('123.213.32.234')), 0x99568189);
  });

  it('is the same at both ends, mapped or not', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(host, host, fc.nat(65_535), fc.nat(65_535), (a, b, p, q) => {
        const there = peerPriority(at(a, p), at(b, q));
        assert.equal(peerPriority(at(b, q), at(a, p)), there);
        assert.ok(Number.isInteger(there) && there >= 0 && there <= 0xffffffff);
      }),
    );
    assert.equal(
      peerPriority(at('::ffff:123.213.32.10'), at('98.76.54.32')),
      peerPriority(at('123.213.32.10'), at('98.76.54.32')),
    );
  });

  it('looks the closer the nearer the addresses are', () => {
    const rows: [string, string, string, boolean][] = [
      ['1.2.3.4', '9.8.7.6', '9.8.7.4', true], // elsewhere: every second bit of the last bytes
      ['1.2.3.4', '9.8.7.6', '9.8.7.7', false],
      ['1.2.3.4', '1.2.7.6', '1.2.5.6', false], // the same /16: the third byte counts whole
      ['1.2.3.4', '1.2.7.6', '1.2.7.4', true],
      ['1.2.3.4', '1.2.3.6', '1.2.3.4', false], // the same /24: everything counts
      ['1.2.3.9', '1.2.3.6', '1.2.3.4', false],
      ['2001:db8:1::1', '2001:db9:1::2', '2001:db9:1::', true], // another /48
      ['2001:db8:1::1', '2001:db8:1:100::', '2001:db8:1:300::', false], // the same /48
    ];
    for (const [us, a, b, same] of rows) {
      assert.equal(peerPriority(at(us), at(a)) === peerPriority(at(us), at(b)), same, `${a} ${b}`);
    }
  });

  it('of equal addresses takes the ports, and of what cannot be compared is 0', () => {
    assert.notEqual(
      peerPriority(at('1.2.3.4', 1), at('1.2.3.4', 2)),
      peerPriority(at('1.2.3.4', 1), at('1.2.3.4', 3)),
    );
    assert.equal(peerPriority(at('1.2.3.4'), at('2001:db8::1')), 0);
    assert.equal(peerPriority(at('name'), at('1.2.3.4')), 0);
  });

  it('may order what `dialing` finds equally good, and nothing else', () => {
    const us = at('123.213.32.10');
    const candidate = (host: string, failures = 0): CandidateView => ({
      address: at(host),
      failures,
      lastTriedAt: -Infinity,
      source: 'tracker',
    });
    const hosts = ['1.2.3.4', '98.76.54.32', '5.6.7.8', '9.10.11.12'];
    const priority = ({ address }: CandidateView): number => peerPriority(us, address);
    const best = [...hosts].sort((a, b) => priority(candidate(b)) - priority(candidate(a)))[0];
    const counts = { connected: 0, dialling: 0 };
    const view = {} as TorrentView;
    const ordered = dialing({ priority })(view, createRandom(1));
    const plain = dialing()(view, createRandom(1));
    const candidates = hosts.map((host) => candidate(host));
    assert.equal(hosts[ordered.nextDial(candidates, counts, 0)], best);
    assert.equal(plain.nextDial(candidates, counts, 0), 0);
    const failed = hosts.map((host) => candidate(host, host === best ? 1 : 0));
    assert.notEqual(hosts[ordered.nextDial(failed, counts, 0)], best, 'failures go first');
  });
});
