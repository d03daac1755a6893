/** Messages as objects: what is reported, to whom, in which order and at which instant is as over bytes and a codec. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { WireNetwork, createRandom } from '../../../src/core/index.ts';
import type {
  Codec,
  ConnectionId,
  Decoder,
  Input,
  Inputs,
  ListenFault,
  ListeningPort,
  Network,
  Sink,
} from '../../../src/core/index.ts';
import type { SegmentVerdict } from '../../../src/reactors/memory/faults.ts';
import { PORT, WorldRig } from './world-rig.ts';

/** A message is its number and its length on the wire, 8 bytes or more. */
interface Parcel {
  readonly number: number;
  readonly size: number;
}

const codec: Codec<Parcel> = {
  encode({ number, size }, out) {
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, size);
    view.setUint32(4, number);
    // In two strokes, as a block behind its header.
    out.push(bytes.subarray(0, 5));
    out.push(bytes.subarray(5));
  },
  sizeOf: ({ size }) => size,
  decoder(): Decoder<Parcel> {
    let held = new Uint8Array(0);
    return {
      push(data: Uint8Array, out: Sink<Parcel>) {
        const all = new Uint8Array(held.length + data.length);
        all.set(held);
        all.set(data, held.length);
        const view = new DataView(all.buffer);
        let at = 0;
        while (all.length - at >= 8 && all.length - at >= view.getUint32(at)) {
          const size = view.getUint32(at);
          out.push({ number: view.getUint32(at + 4), size });
          at += size;
        }
        held = all.subarray(at);
        return null;
      },
    };
  },
};

type Net = Network<Parcel> & {
  readonly connections: number;
  listen(
    address: { host: string; port: number },
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void;
  stop(): void;
};

/** A machine that only writes down its inputs. */
class Log implements Inputs<Parcel> {
  readonly lines: string[] = [];
  readonly conns: ConnectionId[] = [];
  batches = 0;
  onInput: (input: Input<Parcel>) => void = () => undefined;
  readonly #name: string;
  readonly #now: () => number;

  constructor(name: string, now: () => number) {
    this.#name = name;
    this.#now = now;
  }

  push(input: Input<Parcel>): void {
    const told = 'conn' in input ? ` ${input.conn}` : '';
    const more =
      input.type === 'message'
        ? ` ${input.message.number}`
        : input.type === 'disconnected'
          ? ` ${input.reason}`
          : input.type === 'connected'
            ? ` ${input.address.host}:${input.address.port}`
            : '';
    this.lines.push(`${this.#now()} ${this.#name}: ${input.type}${told}${more}`);
    if (input.type === 'connected') this.conns.push(input.conn);
    this.onInput(input);
  }

  batch(feed: () => void): void {
    this.batches++;
    feed();
  }
}

interface Side {
  readonly network: Net;
  readonly log: Log;
  readonly host: string;
  nextDial: ConnectionId;
}

/** Two hosts with a network each, of messages or of bytes. */
class Scene {
  readonly rig = new WorldRig();
  readonly sides: readonly Side[];
  #numbers = 0;

  constructor(messages: boolean, chop: number) {
    this.sides = [0, 1].map((i): Side => {
      const { host, reactor } = this.rig.host({
        up: 150_000,
        down: 200_000,
        chop: messages ? null : createRandom(chop + i),
      });
      const network: Net = messages
        ? reactor.messages<Parcel>(({ size }) => size)
        : new WireNetwork(reactor, codec);
      const log = new Log('ab'[i]!, () => this.rig.now);
      network.start(log);
      network.listen({ host: host.host, port: PORT }, () => log.lines.push('listening'));
      return { network, log, host: host.host, nextDial: 2 };
    });
    this.rig.world.advance(0);
  }

  do(act: Act): void {
    const side = this.sides[act.side]!;
    const other = this.sides[1 - act.side]!;
    const { network, log } = side;
    if (act.do === 'dial') {
      network.open(side.nextDial, { host: other.host, port: act.port });
      side.nextDial += 2;
      return;
    }
    // Also connections that are being dialled, are over, or never were.
    const known = [...log.conns, side.nextDial - 2, 999];
    const conn = known[act.which % known.length]!;
    if (act.do === 'send') {
      for (const size of act.sizes) network.send(conn, { number: this.#numbers++, size });
      network.flush();
    } else if (act.do === 'close') {
      network.close(conn, act.flush);
      network.flush();
    } else if (act.do === 'pause') network.pauseReading(conn);
    else network.resumeReading(conn);
  }
}

type Act =
  | { readonly do: 'dial'; readonly side: number; readonly port: number }
  | {
      readonly do: 'send';
      readonly side: number;
      readonly which: number;
      readonly sizes: readonly number[];
    }
  | { readonly do: 'close'; readonly side: number; readonly which: number; readonly flush: boolean }
  | { readonly do: 'pause' | 'resume'; readonly side: number; readonly which: number };

const side = fc.nat(1);
const which = fc.nat(10);
const size = fc.oneof(fc.integer({ min: 8, max: 100 }), fc.integer({ min: 8, max: 20_000 }));
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('dial' as const),
    side,
    port: fc.oneof({ weight: 5, arbitrary: fc.constant(PORT) }, fc.constant(1)),
  }),
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      side,
      which,
      sizes: fc.array(size, { maxLength: 12 }),
    }),
  },
  fc.record({ do: fc.constant('close' as const), side, which, flush: fc.boolean() }),
  fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const), side, which }),
);

describe('the network of messages', () => {
  it('reports what a network of bytes reports: same inputs, ids, order and instants', () => {
    const seen = new Map<string, number>();
    const step = fc.record({ act, wait: fc.constantFrom(0, 1, 10, 30, 200) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), fc.nat(1000), (steps, salt) => {
        const run = (messages: boolean): unknown => {
          const scene = new Scene(messages, salt);
          let asked = 0;
          scene.rig.faults.onSegment = (): SegmentVerdict | null => {
            asked++;
            if ((asked * 11 + salt) % 37 === 0) return { type: 'reset' };
            return (asked * 7 + salt) % 5 === 0 ? { type: 'late', by: (asked * 13) % 80 } : null;
          };
          // One answers from inside a turn.
          const [a, b] = scene.sides;
          b!.log.onInput = (input) => {
            if (input.type === 'message' && input.message.number % 5 === 0) {
              b!.network.send(input.conn, { number: 1_000_000 + input.message.number, size: 50 });
              b!.network.flush();
            }
          };
          a!.log.onInput = (input) => {
            if (input.type === 'message' && input.message.number % 17 === 0) {
              a!.network.close(input.conn, input.message.number % 2 === 0);
            }
          };
          for (const each of steps) {
            scene.do(each.act);
            scene.rig.world.advance(each.wait);
          }
          scene.rig.world.advance(20_000);
          const lines = scene.sides.map(({ log }) => log.lines);
          const counts = scene.sides.map(({ network }) => network.connections);
          for (const { network } of scene.sides) network.stop();
          scene.rig.settle();
          assert.deepEqual(
            scene.sides.map(({ log }) => log.lines),
            lines,
            'reported after a stop',
          );
          if (messages) {
            for (const line of lines.flat()) {
              const what = /: ([a-z-]+)/.exec(line)?.[1] ?? line;
              seen.set(what, (seen.get(what) ?? 0) + 1);
            }
          }
          const ends = scene.rig.world.hosts.map((host) => host.ends.size);
          return { lines, counts, asked, ends, end: scene.rig.now };
        };
        assert.deepEqual(run(true), run(false));
      }),
      { numRuns: 600 },
    );
    const all = {
      connected: 50,
      message: 500,
      disconnected: 50,
      'pause-writing': 5,
      'resume-writing': 5,
    };
    for (const [what, least] of Object.entries(all)) {
      assert((seen.get(what) ?? 0) >= least, `${what}: ${seen.get(what) ?? 0}`);
    }
  });

  it('hands over what arrives at one instant as one batch', () => {
    const scene = new Scene(true, 0);
    scene.do({ do: 'dial', side: 0, port: PORT });
    scene.rig.world.advance(100);
    scene.do({ do: 'send', side: 0, which: 0, sizes: new Array<number>(40).fill(20) });
    scene.rig.world.advance(100);
    const { log } = scene.sides[1]!;
    assert.equal(log.batches, 1);
    assert.equal(log.lines.filter((line) => line.includes('message')).length, 40);
  });

  it('aborts a dial that nobody wants any more when it succeeds, and reports nothing of it', () => {
    const scene = new Scene(true, 0);
    scene.do({ do: 'dial', side: 0, port: PORT });
    scene.do({ do: 'close', side: 0, which: 0, flush: true });
    scene.rig.settle();
    const [a, b] = scene.sides;
    assert.deepEqual(a!.log.lines, ['listening']);
    assert.deepEqual(b!.log.lines.slice(1), [
      '10 b: connected 1 10.0.0.1:32768',
      '30 b: disconnected 1 reset',
    ]);
  });

  it('ends with the reactor that gave it', () => {
    const scene = new Scene(true, 0);
    scene.do({ do: 'dial', side: 0, port: PORT });
    scene.rig.world.advance(100);
    const [a, b] = scene.sides;
    const before = a!.log.lines.length;
    scene.rig.world.hosts[0]!.kill();
    a!.network.open(8, { host: b!.host, port: PORT });
    scene.rig.settle();
    assert.equal(a!.log.lines.length, before);
    assert.deepEqual([a!.network.connections, scene.rig.world.hosts[0]!.ends.size], [0, 0]);
    assert.match(b!.log.lines.at(-1)!, /disconnected 1 reset/);
  });
});
