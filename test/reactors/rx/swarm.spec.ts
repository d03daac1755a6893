/** Whole swarms through RxJS: the same run as without it, to the last input; and one on nothing but streams. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { VirtualTimeScheduler } from 'rxjs';
import { createRandom } from '../../../src/core/index.ts';
import type { Reactor, ReactorTime } from '../../../src/core/index.ts';
import { MemoryDisk, MemoryWorld } from '../../../src/reactors/memory/index.ts';
import {
  createRxReactor,
  reactorTimeOf,
  RxLoopback,
  rxReactorOver,
} from '../../../src/reactors/rx/index.ts';
import { makeContent } from '../../support/session-world.ts';
import type { Content } from '../../support/session-world.ts';
import { Peer } from './small-swarm.ts';
import { digest } from './virtual-world.ts';

const content = makeContent(700_000, 65_536);

function diskOf(time: ReactorTime, host: number, { bytes, metainfo }: Content): MemoryDisk {
  const truthBytes = (offset: number, length: number): Uint8Array =>
    bytes.subarray(offset, offset + length);
  const disk = new MemoryDisk({ time, faults: null, host, digest, truthBytes });
  if (host === 0) disk.view(metainfo.files).fill();
  return disk;
}

/** One seed and three leeches; one of them dies, one sleeps for a while, one's clock jumps. */
function runInMemory(seed: number, over: (reactor: Reactor) => Reactor): readonly string[] {
  const random = createRandom(seed);
  const world = new MemoryWorld({ latency: (from, to) => 5 + ((from * 7 + to * 3) % 11) });
  const peers = [0, 1, 2, 3].map((number) => {
    const host = world.addHost({
      host: `10.0.0.${number + 1}`,
      up: 100_000 + 40_000 * number,
      down: 400_000,
      chop: random.fork(`chop ${number}`),
      disk: (time, index) => diskOf(time, index, content),
    });
    return new Peer(`peer ${number}`, over(host.boot()), content, number === 0, seed + number);
  });
  world.advance(100);
  peers[1]!.dial('10.0.0.1');
  peers[2]!.dial('10.0.0.1', '10.0.0.2');
  peers[3]!.dial('10.0.0.2', '10.0.0.1');
  world.advance(1500);
  world.hosts[3]!.freeze();
  world.advance(700);
  world.hosts[3]!.thaw();
  world.hosts[2]!.jump(900);
  world.advance(300);
  world.hosts[1]!.kill();
  world.advance(120_000);
  for (const { bug } of peers) assert.equal(bug, null);
  assert.deepEqual(
    [peers[2]!.complete, peers[3]!.complete],
    [true, true],
    'the leeches that lived did not finish',
  );
  for (const { driver, network } of peers) {
    driver.stop();
    network.stop();
  }
  return peers.map(({ trace }) => trace);
}

describe('a swarm through RxJS', () => {
  it('over the memory network is the same run, input for input, at the same times', () => {
    const traces = new Set<string>();
    for (const seed of [1, 2, 3]) {
      const plain = runInMemory(seed, (reactor) => reactor);
      assert.deepEqual(runInMemory(seed, rxReactorOver), plain);
      assert.deepEqual(
        runInMemory(seed, (reactor) => rxReactorOver(rxReactorOver(reactor))),
        plain,
      );
      for (const trace of plain) traces.add(trace);
      const inputs = plain.reduce((sum, trace) => sum + Number(trace.split('/')[1]), 0);
      assert.ok(inputs > 400, `only ${inputs} inputs`);
    }
    assert.equal(traces.size, 12, 'different seeds must give different runs');
  });

  it('over a loopback on virtual time completes, and twice in the same way', () => {
    const run = (): string => {
      const scheduler = new VirtualTimeScheduler();
      const loopback = new RxLoopback({ scheduler, windowBytes: 32_768 });
      const peers = [0, 1].map((number) => {
        const store = diskOf(reactorTimeOf(scheduler), number, content);
        const tcp = loopback.networkOf(`10.0.0.${number + 1}`);
        const reactor = createRxReactor({ scheduler, tcp, store });
        return { reactor, peer: new Peer(`p${number}`, reactor, content, number === 0, number) };
      });
      reactorTimeOf(scheduler).callLater(100, () => peers[1]!.peer.dial('10.0.0.1'));
      scheduler.maxFrames = 60_000;
      scheduler.flush();
      for (const { reactor, peer } of peers) {
        assert.deepEqual([peer.bug, peer.complete], [null, true]);
        peer.driver.stop();
        reactor.stop();
      }
      scheduler.maxFrames = Infinity;
      scheduler.flush(); // comes to an end: nothing sets itself again
      return peers.map(({ peer }) => peer.trace).join(' ');
    };
    assert.equal(run(), run());
  });
});
