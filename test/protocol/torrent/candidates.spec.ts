// Known addresses: one entry each, bounded, in one place at a time.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { Candidates } from '../../../src/protocol/torrent/dialing/candidates.ts';

const host = (n: number): { host: string; port: number } => ({ host: `10.0.0.${n}`, port: 6881 });

describe('candidates', () => {
  it('remember an address once, whoever told of it', () => {
    const candidates = new Candidates(10);
    const first = candidates.learn(host(1), 'tracker');
    const address = { ...host(1) };
    assert.equal(candidates.learn(address, 'manual'), first);
    assert.equal(first?.source, 'tracker');
    assert.notEqual(candidates.learn({ host: '10.0.0.1', port: 6882 }, 'manual'), first);
    // "1 2:..." and "12 :..." must not meet: the port comes first and a space cannot be in a host.
    assert.notEqual(
      candidates.learn({ host: '1::1', port: 1 }, 'manual'),
      candidates.learn({ host: '::1', port: 11 }, 'manual'),
    );
    assert.equal(candidates.size, 4);
  });

  it('stop at the limit, known ones excepted (candidatesMax, F-11)', () => {
    const candidates = new Candidates(3);
    for (const n of [1, 2, 3]) assert(candidates.learn(host(n), 'tracker') !== null);
    assert.equal(candidates.learn(host(4), 'tracker'), null);
    assert(candidates.learn(host(2), 'tracker') !== null);
    assert.equal(candidates.size, 3);
  });

  it('forget the worst for a newcomer, never one in use or one that has not failed (S-33)', () => {
    const candidates = new Candidates(3);
    const [good, bad, worse] = [1, 2, 3].map((n) => candidates.learn(host(n), 'tracker')!);
    bad!.failures = 2;
    worse!.failures = 5;
    candidates.move(worse!, 'used');
    assert(candidates.learn(host(4), 'tracker') !== null);
    assert.equal(candidates.learn(host(5), 'tracker'), null, 'only unfailed ones and a used one');
    assert.equal(candidates.learn(host(1), 'tracker'), good);
    assert.equal(candidates.learn(host(3), 'tracker'), worse);
    assert.equal(candidates.size, 3);
  });

  it('keep the list of idle ones equal to a recount', () => {
    const move = fc.record({
      n: fc.nat(8),
      place: fc.constantFrom('idle' as const, 'used' as const, 'aside' as const),
    });
    fc.assert(
      fc.property(fc.array(move), (moves) => {
        const candidates = new Candidates(9);
        const all = Array.from({ length: 9 }, (_, n) => candidates.learn(host(n), 'manual')!);
        for (const { n, place } of moves) {
          candidates.move(all[n]!, place);
          const idle = new Set(all.filter((each) => each.place === 'idle'));
          assert.deepEqual(new Set(candidates.idle), idle);
          assert.equal(candidates.idle.length, idle.size);
        }
      }),
    );
  });

  it('copy the address: it was borrowed', () => {
    const candidates = new Candidates(1);
    const address = { host: '10.0.0.1', port: 1 };
    const candidate = candidates.learn(address, 'manual');
    address.port = 2;
    assert.equal(candidate?.address.port, 1);
  });
});
