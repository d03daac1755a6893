/**
 * A world of RxJS reactors on virtual time: a loopback of duplexes, disks in memory, a scheduler that the world moves.
 */
import { createHash } from 'node:crypto';
import { VirtualTimeScheduler } from 'rxjs';
import type { Reactor } from '../../../src/core/index.ts';
import { MemoryDisk } from '../../../src/reactors/memory/index.ts';
import { createRxReactor, reactorTimeOf, RxLoopback } from '../../../src/reactors/rx/index.ts';
import type { ReactorBuilder } from '../../../src/testing/index.ts';

/** Turns of one millisecond after which a world has lost patience. */
const turnsMax = 100_000;

export function digest(algorithm: 'sha1' | 'sha256', parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** A virtual scheduler that runs a millisecond at a time. */
export class SteppedScheduler extends VirtualTimeScheduler {
  /** Lets all happen that is due within the next millisecond. */
  turn(): void {
    this.maxFrames = this.frame + 1;
    this.schedule(() => undefined, 1);
    this.flush();
  }
}

/** Reactors on hosts of their own, on `scheduler`. */
export function virtualHosts(
  scheduler: VirtualTimeScheduler,
): () => { readonly reactor: Reactor; readonly host: string } {
  const loopback = new RxLoopback({ scheduler, windowBytes: 65_536 });
  let hosts = 0;
  return () => {
    const number = hosts++;
    const host = `10.0.0.${number + 1}`;
    const disk = new MemoryDisk({
      time: reactorTimeOf(scheduler),
      faults: null,
      host: number,
      digest,
    });
    return {
      reactor: createRxReactor({ scheduler, tcp: loopback.networkOf(host), store: disk }),
      host,
    };
  };
}

export const virtualBuilder: ReactorBuilder = {
  build: async () => {
    const scheduler = new SteppedScheduler();
    const newHost = virtualHosts(scheduler);
    const made: Reactor[] = [];
    let turns = 0;
    return Promise.resolve({
      newHost: () => {
        const added = newHost();
        made.push(added.reactor);
        return added;
      },
      turn: async () => {
        scheduler.turn();
        return Promise.resolve(++turns < turnsMax);
      },
      openHandles: () => null,
      web: null,
      names: null,
      dispose: async () => {
        for (const reactor of made) reactor.stop();
        return Promise.resolve();
      },
    });
  },
};
