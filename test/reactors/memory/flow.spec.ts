/** A flow: what makes a segment, when it is delivered, and what holds it back. Order and completeness by property. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  expressBytesMax,
  quantum,
  unsentBytesHigh,
  unsentBytesLow,
  windowBytesMin,
} from '../../../src/reactors/memory/network/flow.ts';
import { FlowRig, SegmentFaults } from './flow-rig.ts';
import type { Stream } from './flow-rig.ts';

const MEGABYTE = 1_000_000;

/** A stream over links of a byte per microsecond each way, and 10 ms of latency. */
function plainStream(rig: FlowRig = new FlowRig()): { rig: FlowRig; stream: Stream } {
  const stream = rig.stream(rig.host(MEGABYTE, 1), rig.host(1, MEGABYTE), 10_000);
  return { rig, stream };
}

function units({ deliveries }: Stream): number[] {
  return deliveries.map(({ unit }) => unit);
}

function instants({ deliveries }: Stream): number[] {
  return deliveries.map(({ at }) => at);
}

const size = fc.oneof(
  fc.integer({ min: 1, max: 100 }),
  fc.integer({ min: 1, max: 2 * expressBytesMax }),
  fc.constant(16_397),
  fc.integer({ min: 1, max: 40_000 }),
);

type Step =
  | { readonly do: 'write'; readonly sizes: readonly number[] }
  | { readonly do: 'pass'; readonly time: number }
  | { readonly do: 'shut' | 'open' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), sizes: fc.array(size, { maxLength: 20 }) }),
  fc.record({ do: fc.constant('pass' as const), time: fc.nat(60_000) }),
  fc.record({ do: fc.constantFrom('shut' as const, 'open' as const) }),
);

describe('a flow', () => {
  it('delivers every unit once and in order, through gates, late segments, any sizes; then its end', () => {
    const faults = new SegmentFaults();
    let delivered = 0;
    const rates = fc.constantFrom(20_000, 300_000, Infinity);
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40, size: 'max' }),
        rates,
        rates,
        fc.nat(),
        (steps, up, down, salt) => {
          faults.next = (index) =>
            (index * 7 + salt) % 5 === 0
              ? { type: 'late', by: ((index * 31 + salt) % 97) + 0.5 }
              : null;
          const rig = new FlowRig(faults);
          const stream = rig.stream(rig.host(up, 1), rig.host(1, down), 3_000);
          let shut = 0;
          for (const each of steps) {
            if (each.do === 'write') stream.write(...each.sizes);
            else if (each.do === 'pass') rig.pass(each.time / 1e6);
            else if (each.do === 'shut') {
              stream.flow.shut();
              shut++;
            } else if (shut > 0) {
              stream.flow.open();
              shut--;
            }
            if (shut > 0 && each.do === 'pass') {
              const before = stream.deliveries.length;
              rig.pass(0.001);
              assert.equal(stream.deliveries.length, before, 'delivered through a shut gate');
            }
          }
          stream.flow.finish();
          rig.pass(1);
          for (; shut > 0; shut--) stream.flow.open();
          rig.clock.runUntil(Infinity);
          assert.deepEqual(units(stream), [...units(stream).keys()]);
          assert.equal(stream.deliveries.length, stream.written, 'a unit was lost');
          assert.deepEqual(stream.heard.slice(-2), ['finished', 'flushed']);
          assert.equal(stream.flow.unsentBytes, 0);
          assert.equal(rig.clock.pending, 0);
          delivered += stream.written;
        },
      ),
    );
    assert(faults.counts.late > 100, `${faults.counts.late} late segments`);
    assert(delivered > 2000, `${delivered} units`);
  });

  it('sends nothing before flush', () => {
    const { rig, stream } = plainStream();
    stream.flow.write(0, 100);
    rig.pass(1);
    assert.equal(rig.clock.events, 0);
    stream.flow.flush();
    rig.pass(1);
    assert.equal(stream.strokes, 1);
  });

  it('sends what fits into a packet express: link, latency, link', () => {
    const { rig, stream } = plainStream();
    stream.write(17, 83, 100);
    rig.clock.runUntil(Infinity);
    assert.deepEqual(instants(stream), [10_400, 10_400, 10_400]);
    assert.equal(stream.strokes, 1, 'what is written in one event is one segment');
  });

  it('does not make express wait for bulk of another flow', () => {
    const rig = new FlowRig();
    const [from, to] = [rig.host(MEGABYTE, 1), rig.host(1, MEGABYTE)];
    const bulk = rig.stream(from, rig.host(1, MEGABYTE), 10_000);
    bulk.write(...new Array<number>(20).fill(16_397));
    const control = rig.stream(from, to, 10_000);
    rig.clock.runUntil(5_000);
    control.write(68);
    rig.clock.runUntil(Infinity);
    assert.deepEqual(instants(control), [5_000 + 68 + 10_000 + 68]);
    // It took its time from the bulk: the first segment was on the wire, the others are that much later.
    assert.equal(bulk.deliveries[0]!.at, 16_397 + 10_000 + 16_397);
    assert.equal(bulk.deliveries[1]!.at, 2 * 16_397 + 68 + 10_000 + 16_397);
  });

  it('does not overtake its own bulk', () => {
    const { rig, stream } = plainStream();
    stream.write(16_397);
    rig.clock.runUntil(1_000);
    stream.write(9);
    rig.clock.runUntil(Infinity);
    assert.deepEqual(units(stream), [0, 1]);
    const [bulk, control] = instants(stream);
    assert(control! >= bulk!, `${control!} before ${bulk!}`);
  });

  it('cuts segments of a quantum, and never a unit', () => {
    const { rig, stream } = plainStream();
    stream.write(...new Array<number>(100).fill(1_000));
    rig.clock.runUntil(Infinity);
    const strokes = new Map<number, number>();
    for (const { at } of stream.deliveries) strokes.set(at, (strokes.get(at) ?? 0) + 1);
    // 17 units are the shortest run with a quantum of bytes.
    assert.equal(Math.ceil(quantum / 1_000), 17);
    assert.deepEqual([...strokes.values()], [17, 17, 17, 17, 17, 15]);
    const whole = plainStream();
    whole.stream.write(5 * quantum);
    whole.rig.clock.runUntil(Infinity);
    assert.deepEqual(instants(whole.stream), [10 * quantum + 10_000]);
  });

  it('has no more than a window sent and not delivered, but always one segment', () => {
    const { rig, stream } = plainStream();
    stream.flow.shut();
    stream.write(...new Array<number>(100).fill(16_397));
    rig.pass(10);
    const sent = 100 * 16_397 - stream.flow.unsentBytes;
    assert(sent <= windowBytesMin && sent > windowBytesMin - 2 * 16_397, `${sent} bytes sent`);
    assert.equal(stream.deliveries.length, 0);
    stream.flow.open();
    rig.clock.runUntil(Infinity);
    assert.equal(stream.deliveries.length, 100);
    const large = plainStream();
    large.stream.write(3 * windowBytesMin, 3 * windowBytesMin);
    large.rig.clock.runUntil(Infinity);
    assert.deepEqual(units(large.stream), [0, 1]);
  });

  it('tells the writer to pause above the high mark and to resume at the low one, in turns', () => {
    const { rig, stream } = plainStream();
    stream.flow.shut();
    for (let i = 0; i < 40; i++) {
      stream.write(4_000);
      assert.deepEqual(stream.heard, [], 'told from inside write');
    }
    rig.clock.step(rig.clock.now);
    assert.deepEqual(stream.heard, ['pause']);
    const marks: number[] = [];
    while (rig.clock.step()) marks.push(stream.flow.unsentBytes);
    assert.deepEqual(stream.heard, ['pause'], 'the window is full, and too much waits');
    assert(stream.flow.unsentBytes > unsentBytesLow);
    stream.flow.open();
    while (rig.clock.step()) {
      if (stream.heard.length === 2) break;
    }
    assert.deepEqual(stream.heard, ['pause', 'resume']);
    assert(stream.flow.unsentBytes <= unsentBytesLow, `${stream.flow.unsentBytes} wait`);
    stream.write(unsentBytesHigh + windowBytesMin);
    rig.clock.runUntil(Infinity);
    assert.deepEqual(
      stream.heard,
      ['pause', 'resume', 'pause', 'resume'].slice(0, stream.heard.length),
    );
    assert.equal(stream.heard.length % 2, 0);
  });

  it('gives what waits to the uplink when a late segment frees the window', () => {
    const faults = new SegmentFaults();
    faults.next = (index) => (index === 0 ? { type: 'late', by: 500 } : null);
    const { rig, stream } = plainStream(new FlowRig(faults));
    stream.write(...new Array<number>(20).fill(16_397));
    rig.clock.runUntil(400_000);
    assert.equal(stream.deliveries.length, 0, 'they wait for the late one');
    rig.clock.runUntil(Infinity);
    assert.deepEqual(units(stream), [...Array(20).keys()]);
    assert.equal(faults.counts.late, 1);
  });

  it('breaks where the faults reset a segment, and delivers nothing more', () => {
    for (const sizes of [[100], new Array<number>(5).fill(16_397)]) {
      const faults = new SegmentFaults();
      faults.next = (index) => (index === sizes.length - 1 ? { type: 'reset' } : null);
      const { rig, stream } = plainStream(new FlowRig(faults));
      stream.write(...sizes);
      stream.flow.finish();
      rig.clock.runUntil(Infinity);
      assert.deepEqual(
        [stream.heard.filter((each) => each !== 'pause'), faults.counts.reset],
        [['broke'], 1],
      );
      assert(stream.deliveries.length < sizes.length);
    }
  });

  it('ends at once when it has nothing to send, and after the last byte otherwise', () => {
    const empty = plainStream();
    empty.stream.flow.finish();
    empty.rig.clock.runUntil(Infinity);
    assert.deepEqual(empty.stream.heard, ['finished', 'flushed']);
    assert.equal(empty.rig.clock.now, 10_000);
    const { rig, stream } = plainStream();
    stream.write(16_397, 16_397, 10);
    stream.flow.finish();
    stream.write(99);
    rig.clock.runUntil(Infinity);
    assert.deepEqual(units(stream), [0, 1, 2], 'nothing may be written behind the end');
    assert.deepEqual(stream.heard, ['finished', 'flushed']);
  });

  it('is silent when killed', () => {
    const { rig, stream } = plainStream();
    stream.write(...new Array<number>(50).fill(16_397));
    rig.clock.runUntil(100_000);
    const heard = [...stream.heard];
    const { length } = stream.deliveries;
    assert(length > 0);
    stream.flow.kill();
    stream.write(5);
    stream.flow.finish();
    rig.clock.runUntil(Infinity);
    assert.deepEqual([stream.heard, stream.deliveries.length], [heard, length]);
    assert.equal(stream.flow.unsentBytes, 0);
  });

  it('adds what its links add to the latency', () => {
    const rig = new FlowRig();
    const [from, to] = [rig.host(Infinity, 1), rig.host(1, Infinity)];
    const stream = rig.stream(from, to, 1_000);
    from.link.delay = 30;
    to.link.delay = 4;
    stream.write(100);
    stream.write(40_000);
    rig.clock.runUntil(Infinity);
    assert.deepEqual(instants(stream), [1_034, 1_034]);
  });
});
