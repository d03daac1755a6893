/** An end: every way in which a connection can end, and that its user hears of it exactly once, and last. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { lingerMax } from '../../../src/reactors/memory/network/end.ts';
import { dialTimeMax } from '../../../src/reactors/memory/network/internet.ts';
import { PORT, WorldRig, assertNumbered, numbered } from './world-rig.ts';
import type { Pair } from './world-rig.ts';

/** What may happen to a connection, whoever does it. */
const acts: Readonly<Record<string, (rig: WorldRig, pair: Pair) => void>> = {
  'near closes': (_, { near }) => near.transport !== null && near.call((t) => t.close()),
  'far closes': (_, { far }) => far.transport !== null && far.call((t) => t.close()),
  'near aborts': (_, { near }) => near.transport !== null && near.call((t) => t.abort()),
  'far aborts': (_, { far }) => far.transport !== null && far.call((t) => t.abort()),
  'near writes': (_, { near }) => near.transport !== null && near.sendBytes(numbered(40_000)),
  'far writes': (_, { far }) => far.transport !== null && far.sendBytes(numbered(100)),
  'near stops reading': (_, { near }) =>
    near.transport !== null && near.call((t) => t.pauseReading()),
  'near reads': (_, { near }) => near.transport !== null && near.call((t) => t.resumeReading()),
  'far stops reading': (_, { far }) => far.transport !== null && far.call((t) => t.pauseReading()),
  'far reads': (_, { far }) => far.transport !== null && far.call((t) => t.resumeReading()),
  'near freezes': (_, { a }) => a.host.freeze(),
  'near thaws': (_, { a }) => a.host.thaw(),
  'far freezes': (_, { b }) => b.host.freeze(),
  'far thaws': (_, { b }) => b.host.thaw(),
  'a cut': (rig) => rig.world.cut('cut', { groups: [0, 1], oneWay: false }),
  'a cut one way': (rig) => rig.world.cut('one way', { groups: [0, 1], oneWay: true }),
  healed: (rig) => {
    rig.world.heal('cut');
    rig.world.heal('one way');
  },
  'a reset on the way': (rig) => {
    rig.faults.onSegment = () => ({ type: 'reset' });
  },
};

describe('an end of a connection', () => {
  it('tells its user of the loss exactly once and last, whatever happens in whatever order', () => {
    const names = Object.keys(acts);
    const done = new Map<string, number>();
    const act = fc.record({
      name: fc.constantFrom(...names),
      wait: fc.constantFrom(0, 0, 3, 10, 25),
    });
    let lost = 0;
    fc.assert(
      fc.property(fc.array(act, { maxLength: 14, size: 'max' }), fc.boolean(), (list, made) => {
        const rig = new WorldRig();
        const link = { up: 1_000_000, down: 500_000 };
        const pair = rig.pair([link, link], made);
        const { near, far, a, b } = pair;
        for (const { name, wait } of list) {
          acts[name]!(rig, pair);
          done.set(name, (done.get(name) ?? 0) + 1);
          rig.world.advance(wait);
        }
        // All obstacles away, and somebody ends it.
        rig.faults.onSegment = () => null;
        for (const name of ['healed', 'near thaws', 'far thaws', 'near reads', 'far reads']) {
          acts[name]!(rig, pair);
        }
        rig.world.advance(1_000);
        acts['near aborts']!(rig, pair);
        rig.settle();
        // The witnesses judge that nothing comes after it, and nothing from inside a call.
        assert(near.lost !== null, 'the dialler was not told');
        assert(far.transport === null || far.lost !== null, 'the other one was not told');
        assert.equal(a.host.ends.size + b.host.ends.size, 0);
        for (const { heard } of [near, far]) {
          const pauses = heard.filter((each) => each === 'pause' || each === 'resume');
          pauses.forEach((each, i) => assert.equal(each, i % 2 === 0 ? 'pause' : 'resume'));
        }
        lost += Number(far.lost !== null) + 1;
      }),
      { numRuns: 300 },
    );
    for (const name of names) assert((done.get(name) ?? 0) > 10, `${name}: ${done.get(name) ?? 0}`);
    assert(lost > 400, `${lost} losses`);
  });

  it('delivers all that was written before close, then the loss to both', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair([{ up: 100_000 }]);
    near.call((transport) => {
      transport.write(numbered(200_000));
      transport.close();
      transport.write(numbered(10));
      transport.flush();
    });
    rig.settle();
    assertNumbered(far.bytes, 200_000);
    assert.deepEqual([near.lost, far.lost], ['closed', 'closed']);
    assert.equal(near.lostAt, far.lostAt, 'the closing end lives until its bytes have arrived');
    assert(far.lostAt >= 2_000);
  });

  it('drops what is queued on abort, and resets the other end after the latency', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair([{ up: 100_000 }]);
    const start = rig.now;
    near.call((transport) => {
      transport.write(numbered(50_000));
      transport.flush();
      transport.abort();
    });
    rig.settle();
    assert.deepEqual([near.lost, near.lostAt], ['closed', start]);
    assert.deepEqual([far.lost, far.lostAt, far.bytes.length], ['reset', start + 10, 0]);
  });

  it('ends for both when both close at once', () => {
    for (const apart of [0, 5, 10, 15]) {
      const rig = new WorldRig();
      const { near, far } = rig.pair();
      near.call((transport) => transport.close());
      rig.world.advance(apart);
      if (far.lost === null) far.call((transport) => transport.close());
      rig.settle();
      assert.deepEqual([near.lost, far.lost], ['closed', 'closed']);
    }
  });

  it('reads no more once it is closing', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair([{ up: 50_000 }]);
    far.sendBytes(numbered(100));
    near.call((transport) => {
      transport.write(numbered(20_000));
      transport.close();
    });
    far.sendBytes(numbered(100_000));
    rig.settle();
    assert.equal(near.bytes.length, 0);
    assertNumbered(far.bytes, 20_000);
    assert.deepEqual([near.lost, far.lost], ['closed', 'closed']);
  });

  it('can close although it had stopped reading', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair();
    near.call((transport) => {
      transport.pauseReading();
      transport.close();
      transport.pauseReading();
    });
    far.call((transport) => transport.close());
    rig.settle();
    assert.deepEqual([near.lost, far.lost], ['closed', 'closed']);
    assert(near.lostAt < 1_000, 'it did not linger');
  });

  it('does not linger for ever on one who reads nothing', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair();
    const start = rig.now;
    far.call((transport) => transport.pauseReading());
    near.call((transport) => {
      transport.write(numbered(500_000));
      transport.close();
    });
    rig.settle();
    assert.deepEqual([near.lost, near.lostAt], ['closed', start + lingerMax]);
    assert.deepEqual([far.lost, far.lostAt], ['reset', start + lingerMax + 10]);
  });

  it('resets both ends where the way does', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair();
    rig.faults.onSegment = () => ({ type: 'reset' });
    far.send(1);
    rig.settle();
    assert.deepEqual([near.lost, far.lost, rig.faults.injected], ['reset', 'reset', 1]);
  });

  describe('whose host dies', () => {
    it('is reset by the system of a killed process; its own user hears nothing', () => {
      const rig = new WorldRig();
      const { a, near, far } = rig.pair();
      far.sendBytes(numbered(100_000));
      a.host.kill();
      rig.settle();
      assert.deepEqual([near.heard, near.lost, far.lost], [['made'], null, 'reset']);
      assert.equal(a.host.ends.size, 0);
    });

    it('vanishes in a power cut: the other end stays half-open, and its window closes', () => {
      const rig = new WorldRig();
      const { a, near, far, b } = rig.pair([{}, { up: 1_000_000 }]);
      a.host.powerOff();
      for (let i = 0; i < 10; i++) far.sendBytes(numbered(50_000));
      rig.settle();
      assert.deepEqual([near.heard, far.heard], [['made'], ['made', 'pause']]);
      assert.deepEqual([a.host.ends.size, b.host.ends.size], [0, 1]);
      far.call((transport) => transport.close());
      rig.settle();
      assert.equal(far.lost, 'closed', 'it is aborted when it has lingered');
    });

    it('tells nothing of an earlier life to a later one', () => {
      const rig = new WorldRig();
      const { a, b, near, far } = rig.pair();
      a.host.freeze();
      far.send(1, 2, 3);
      far.call((transport) => transport.abort());
      rig.world.advance(100);
      a.host.kill();
      const reactor = a.host.boot();
      a.host.freeze();
      a.host.thaw();
      const again = rig.witness();
      const other = rig.witness();
      rig.listen(reactor, () => again);
      b.reactor.connectTCP({ host: a.host.host, port: PORT }, other);
      rig.world.advance(100);
      assert.deepEqual(near.heard, ['made']);
      assert.deepEqual(again.heard, ['made']);
    });
  });

  describe('whose host is frozen', () => {
    it('hears nothing, and everything when it is thawed', () => {
      const rig = new WorldRig();
      const { a, near, far } = rig.pair();
      a.host.freeze();
      far.send(1, 2);
      far.call((transport) => transport.close());
      rig.world.advance(1_000);
      assert.deepEqual(near.heard, ['made']);
      assert.equal(far.lost, null, 'nobody has acknowledged it');
      a.host.thaw();
      rig.world.advance(0);
      assert.deepEqual(
        [near.heard, near.bytes],
        [
          ['made', 'data', 'lost'],
          [1, 2],
        ],
      );
    });

    it('hears that it may write again when it is thawed', () => {
      const rig = new WorldRig();
      const { a, near, far } = rig.pair([{ up: 100_000 }]);
      near.call((transport) => {
        const bytes = numbered(300_000);
        for (let at = 0; at < bytes.length; at += 10_000) {
          transport.write(bytes.subarray(at, at + 10_000));
        }
        transport.flush();
      });
      rig.world.advance(1);
      assert.deepEqual(near.heard, ['made', 'pause']);
      a.host.freeze();
      rig.world.advance(10_000);
      assertNumbered(far.bytes, 300_000);
      assert.deepEqual(near.heard, ['made', 'pause'], 'a frozen process was told something');
      a.host.thaw();
      rig.settle();
      assert.deepEqual(near.heard, ['made', 'pause', 'resume']);
    });

    it('loses nothing that came before it heard that it was open', () => {
      const rig = new WorldRig();
      const { a, near, far } = rig.pair([], false);
      far.onMade = (transport) => {
        transport.write(Uint8Array.of(1, 2, 3));
        transport.close();
      };
      rig.world.advance(12);
      a.host.freeze();
      rig.world.advance(1_000);
      a.host.thaw();
      rig.settle();
      assert.deepEqual(
        [near.heard, near.bytes],
        [
          ['made', 'data', 'lost'],
          [1, 2, 3],
        ],
      );
    });

    it('hears of a dial that came to nothing when it is thawed', () => {
      const rig = new WorldRig();
      const [a, b] = [rig.host(), rig.host()];
      const near = rig.witness();
      a.reactor.connectTCP({ host: b.host.host, port: 9 }, near);
      a.host.freeze();
      rig.world.advance(dialTimeMax);
      assert.deepEqual(near.heard, []);
      a.host.thaw();
      rig.settle();
      assert.deepEqual([near.heard, near.lost], [['lost'], 'refused']);
    });
  });

  describe('that is cut off', () => {
    const both = { groups: [0, 1], oneWay: false };

    it('stands still, and goes on where it was when the cut is healed', () => {
      const rig = new WorldRig();
      const { near, far } = rig.pair([{ up: 100_000 }, { up: 100_000 }]);
      near.sendBytes(numbered(100_000));
      far.sendBytes(numbered(100_000));
      rig.world.advance(300);
      const before = [near.bytes.length, far.bytes.length];
      rig.world.cut('a', both);
      rig.world.cut('b', both);
      rig.world.advance(5_000);
      assert.deepEqual([near.bytes.length, far.bytes.length], before);
      rig.world.heal('a');
      rig.world.advance(1_000);
      assert.deepEqual([near.bytes.length, far.bytes.length], before, 'cuts add up');
      rig.world.heal('b');
      rig.settle();
      assertNumbered(near.bytes, 100_000);
      assertNumbered(far.bytes, 100_000);
    });

    it('one way hears, and is not heard', () => {
      const rig = new WorldRig();
      const { near, far } = rig.pair();
      rig.world.cut('a', { groups: [0, 1], oneWay: true });
      near.send(1);
      far.send(2);
      rig.world.advance(1_000);
      assert.deepEqual([near.bytes, far.bytes], [[2], []]);
      rig.world.heal('a');
      rig.settle();
      assert.deepEqual(far.bytes, [1]);
    });

    it('hears of a reset when the cut is healed, not through it', () => {
      for (const die of ['abort', 'kill'] as const) {
        const rig = new WorldRig();
        const { a, near, far } = rig.pair();
        rig.world.cut('a', both);
        if (die === 'kill') a.host.kill();
        else near.call((transport) => transport.abort());
        rig.world.advance(60_000);
        assert.deepEqual([near.lost, far.lost], [die === 'kill' ? null : 'closed', null]);
        rig.world.heal('a');
        const healed = rig.now;
        rig.settle();
        assert.deepEqual([far.lost, far.lostAt], ['reset', healed + 10]);
      }
    });

    it('is cut off also when it was made only just before', () => {
      const rig = new WorldRig();
      const { near, far } = rig.pair([], false);
      far.onMade = (transport) => {
        transport.write(Uint8Array.of(9));
        transport.flush();
      };
      rig.world.advance(5);
      rig.world.cut('a', both);
      rig.world.advance(1_000);
      assert.deepEqual(near.bytes, []);
      rig.world.heal('a');
      rig.settle();
      assert.deepEqual([near.bytes, far.lost], [[9], null]);
    });
  });
});
