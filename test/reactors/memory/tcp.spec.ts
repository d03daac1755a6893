/** Byte streams: the same bytes for any chunks, held back in the middle of them, in a buffer that is only lent. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import { chunkBytesMax } from '../../../src/reactors/memory/network/tcp.ts';
import { WorldRig, assertNumbered, numbered } from './world-rig.ts';
import type { Witness } from './world-rig.ts';

/** Writes `bytes` in units of these lengths, again and again. */
function writeCut(witness: Witness, bytes: Uint8Array, cuts: readonly number[]): void {
  witness.call((transport) => {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const end = Math.min(bytes.length, at + cuts[i % cuts.length]!);
      transport.write(bytes.subarray(at, end));
      at = end;
    }
    transport.flush();
  });
}

describe('TCP in memory', () => {
  it('hands over the same bytes at the same instants, however they are cut and chopped', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 5 });
    let chunks = 0;
    fc.assert(
      fc.property(
        cuts,
        fc.integer({ min: 0, max: 120_000 }),
        fc.nat(1000),
        (lengths, length, seed) => {
          const run = (chop: number | null): unknown => {
            const rig = new WorldRig();
            const link = { up: 200_000, down: 150_000 };
            const random = chop === null ? null : createRandom(chop);
            const { near, far } = rig.pair([link, { ...link, chop: random }]);
            const instants: number[] = [];
            far.onData = () => {
              if (instants.at(-1) !== rig.now) instants.push(rig.now);
            };
            writeCut(near, numbered(length), lengths);
            near.call((transport) => transport.close());
            rig.settle();
            assertNumbered(far.bytes, length);
            assert(far.chunks.every((chunk) => chunk <= chunkBytesMax));
            chunks += far.chunks.length;
            return { instants, lost: [near.lost, near.lostAt, far.lost, far.lostAt], end: rig.now };
          };
          const whole = run(null);
          assert.deepEqual(run(seed), whole);
          assert.deepEqual(run(seed + 1), whole);
        },
      ),
      { numRuns: 40 },
    );
    assert(chunks > 2000, `${chunks} chunks`);
  });

  it('chops down to one byte, and up to the most', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair([{}, { chop: createRandom(3) }]);
    writeCut(near, numbered(1_500_000), [100_000]);
    rig.settle();
    assertNumbered(far.bytes, 1_500_000);
    assert.equal(Math.min(...far.chunks), 1);
    assert(Math.max(...far.chunks) > 30_000);
    assert(far.chunks.filter((length) => length <= 16).length > far.chunks.length / 3);
    const whole = new WorldRig();
    const pair = whole.pair();
    writeCut(pair.near, numbered(150_000), [150_000]);
    whole.settle();
    assert.deepEqual(
      pair.far.chunks,
      [65_536, 65_536, 18_928],
      'without a stream: as large as can be',
    );
  });

  it('lends one buffer again and again', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair([{}, { chop: createRandom(1) }]);
    const buffers = new Set<ArrayBufferLike>();
    const sent = numbered(50_000);
    far.onData = (_, data) => {
      assert.equal(data.constructor, Uint8Array);
      buffers.add(data.buffer);
    };
    near.sendBytes(sent);
    rig.settle();
    assertNumbered(far.bytes, 50_000);
    assert.equal(buffers.size, 1);
    assert.deepEqual(sent, numbered(50_000), 'the receiver overwrote the bytes of the sender');
  });

  it('sends nothing before flush, and all of it then, in order', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair();
    near.call((transport) => {
      transport.write(Uint8Array.of(1));
      transport.write(new Uint8Array(0));
      transport.write(Uint8Array.of(2));
    });
    rig.settle();
    assert.deepEqual(far.bytes, []);
    near.send(3);
    rig.settle();
    assert.deepEqual(far.bytes, [1, 2, 3]);
  });

  describe('whose user stops reading in the middle of what has arrived', () => {
    it('holds the rest back, and hands it over before anything newer', () => {
      let held = 0;
      fc.assert(
        fc.property(fc.nat(1000), fc.array(fc.boolean(), { minLength: 1 }), (seed, pauses) => {
          const rig = new WorldRig();
          const { near, far } = rig.pair([{ up: 500_000 }, { chop: createRandom(seed) }]);
          let calls = 0;
          far.onData = (transport) => {
            if (pauses[calls++ % pauses.length] !== true) return;
            transport.pauseReading();
            held++;
            const chunks = far.chunks.length;
            // Now and then at once, which is as if it had not stopped.
            if (calls % 7 === 0) transport.resumeReading();
            else {
              rig.world.hosts[1]!.time.callLater(calls % 3, () => {
                assert.equal(far.chunks.length, chunks, 'it heard while it did not read');
                far.call((again) => again.resumeReading());
              });
            }
          };
          writeCut(near, numbered(3_000), [700]);
          rig.world.advance(1);
          writeCut(near, numbered(6_000).subarray(3_000), [100, 3_000]);
          near.call((transport) => transport.close());
          rig.settle();
          assertNumbered(far.bytes, 6_000);
          assert.deepEqual([near.lost, far.lost], ['closed', 'closed']);
        }),
        { numRuns: 60 },
      );
      assert(held > 200, `${held} times`);
    });

    const holding = (): { rig: WorldRig; near: Witness; far: Witness } => {
      const rig = new WorldRig();
      const { near, far } = rig.pair([{}, { chop: createRandom(1) }]);
      far.onData = (transport) => transport.pauseReading();
      near.sendBytes(numbered(5_000));
      rig.world.advance(100);
      assert(far.bytes.length > 0 && far.bytes.length < 5_000);
      return { rig, near, far };
    };

    it('tells of a reset behind the bytes that came before it', () => {
      const { rig, near, far } = holding();
      near.call((transport) => transport.abort());
      rig.world.advance(100);
      assert.equal(far.lost, null);
      far.onData = () => undefined;
      far.call((transport) => transport.resumeReading());
      rig.settle();
      assertNumbered(far.bytes, 5_000);
      assert.equal(far.lost, 'reset');
    });

    it('tells of a reset once when the user gives up', () => {
      for (const give of ['abort', 'close'] as const) {
        for (const resume of [false, true]) {
          const { rig, near, far } = holding();
          near.call((transport) => transport.abort());
          rig.world.advance(100);
          const { length } = far.bytes;
          far.call((transport) => {
            if (resume) transport.resumeReading();
            transport[give]();
            transport.abort();
          });
          rig.settle();
          assert.deepEqual([far.lost, far.bytes.length], ['reset', length]);
        }
      }
    });

    it('drops the rest when the user gives up first', () => {
      const { rig, near, far } = holding();
      const { length } = far.bytes;
      far.call((transport) => transport.abort());
      rig.settle();
      assert.deepEqual([far.lost, near.lost, far.bytes.length], ['closed', 'reset', length]);
    });

    it('hears nothing after a stop', () => {
      const { rig, far } = holding();
      const { length } = far.bytes;
      rig.world.hosts[1]!.kill();
      far.call((transport) => transport.resumeReading());
      rig.settle();
      assert.deepEqual([far.lost, far.bytes.length], [null, length]);
    });
  });

  it('holds a writer back whose remote does not read, and lets it go on', () => {
    const rig = new WorldRig();
    const { near, far } = rig.pair([{ up: 1_000_000 }, { down: 1_000_000 }]);
    far.call((transport) => transport.pauseReading());
    const bytes = numbered(400_000);
    for (let at = 0; at < bytes.length; at += 8_000) near.sendBytes(bytes.subarray(at, at + 8_000));
    rig.settle();
    assert.deepEqual([near.heard, far.bytes.length], [['made', 'pause'], 0]);
    far.call((transport) => transport.resumeReading());
    rig.settle();
    assert.deepEqual(near.heard, ['made', 'pause', 'resume']);
    assertNumbered(far.bytes, 400_000);
  });

  it('hears nothing more when the reactor is stopped in the middle of a delivery', () => {
    const rig = new WorldRig();
    const { b, near, far } = rig.pair([{}, { chop: createRandom(2) }]);
    far.onData = () => b.reactor.stop();
    near.sendBytes(numbered(20_000));
    rig.settle();
    assert.deepEqual([far.chunks.length, far.heard, near.lost], [1, ['made', 'data'], 'reset']);
  });
});
