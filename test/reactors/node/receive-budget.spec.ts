/** What one turn receives: the bound, whose turn it is, and that nobody is forgotten; last on real sockets. */
import assert from 'node:assert/strict';
import { setImmediate as turnEnds } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { ReceiveBudget } from '../../../src/reactors/node/sockets/receive-budget.ts';
import type { Receiving } from '../../../src/reactors/node/sockets/receive-budget.ts';
import { listen, Recorder, usePlace } from './tools.ts';

/** A socket on which there is always something. */
class Busy implements Receiving {
  round = 0;
  held = false;
  holdBack(): void {
    assert(!this.held, 'held twice');
    this.held = true;
  }
  receiveOn(): void {
    assert(this.held, 'was not held');
    this.held = false;
  }
}

const MAX = 100;

function crowd(count: number): { budget: ReceiveBudget; sockets: Busy[] } {
  const budget = new ReceiveBudget(MAX);
  const sockets = Array.from({ length: count }, () => new Busy());
  for (const socket of sockets) budget.opened(socket);
  return { budget, sockets };
}

/** One turn, in which the system always hands over in the same order; who received, by index. */
function turn(budget: ReceiveBudget, sockets: readonly Busy[], bytes: number): number[] {
  const received: number[] = [];
  sockets.forEach((socket, i) => {
    if (socket.held) return;
    budget.spend(socket, bytes);
    received.push(i);
  });
  return received;
}

describe('ReceiveBudget', () => {
  it('holds nobody before the bound, and everybody at it', async () => {
    const { budget, sockets } = crowd(3);
    budget.spend(sockets[0]!, MAX - 1);
    assert(sockets.every(({ held }) => !held));
    budget.spend(sockets[1]!, 1);
    assert(sockets.every(({ held }) => held));
    await turnEnds();
    assert.deepEqual(
      sockets.map(({ held }) => held),
      [true, true, false],
      'who had nothing goes first',
    );
    await turnEnds();
    assert(
      sockets.every(({ held }) => !held),
      'and then all, though it received nothing',
    );
  });

  it('the bound is that of a turn', async () => {
    const { budget, sockets } = crowd(1);
    for (let i = 0; i < 5; i++) {
      budget.spend(sockets[0]!, MAX - 1);
      assert(!sockets[0]!.held);
      await turnEnds();
    }
  });

  it('goes round: nobody receives twice before everybody has, whatever the order of the system', async () => {
    const { budget, sockets } = crowd(7);
    const order: number[] = [];
    while (order.length < 21) {
      order.push(...turn(budget, sockets, 60));
      await turnEnds();
    }
    for (let round = 0; round < 3; round++) {
      const once = order.slice(round * 7, round * 7 + 7);
      assert.deepEqual(
        once.sort((a, b) => a - b),
        [0, 1, 2, 3, 4, 5, 6],
        `round ${round}`,
      );
    }
  });

  it('holds who opens in a turn that is full as soon as it receives', async () => {
    const { budget, sockets } = crowd(1);
    budget.spend(sockets[0]!, MAX);
    const late = new Busy();
    budget.opened(late);
    budget.spend(late, 1);
    const states = [late.held];
    await turnEnds();
    await turnEnds();
    states.push(late.held, sockets[0]!.held);
    assert.deepEqual(states, [true, false, false]);
  });

  it('forgets who has gone', async () => {
    const { budget, sockets } = crowd(2);
    budget.spend(sockets[0]!, MAX);
    budget.closed(sockets[0]!);
    await turnEnds();
    assert(sockets[0]!.held && !sockets[1]!.held);
  });
});

describe('NodeTCP, a crowd that sends at once', () => {
  const place = usePlace();

  it('keeps each turn within turnBytesMax and one read, loses nothing, and leaves a pause alone', async () => {
    const limits = { turnBytesMax: 50_000, receiveBufferBytes: 4000 };
    const reactor = place.reactor({ limits });
    const sender = place.reactor();
    const each = 300_000;
    const far: Recorder[] = [];
    const port = await listen(reactor, () => {
      const recorder = new Recorder();
      far.push(recorder);
      return recorder;
    });
    const near = Array.from({ length: 8 }, () => new Recorder());
    for (const one of near) sender.connectTCP(port.address, one);
    for (const one of near) await one.until(() => one.transport !== null);
    while (far.length < near.length) await turnEnds();
    const total = (): number => far.reduce((sum, one) => sum + one.receivedBytes, 0);
    far[0]!.transport!.pauseReading();
    for (const one of near) {
      one.transport!.write(new Uint8Array(each));
      one.transport!.flush();
    }
    let full = 0;
    for (let before = 0; before < 7 * each; before = total()) {
      await turnEnds();
      const turnBytes = total() - before;
      assert(
        turnBytes <= limits.turnBytesMax + limits.receiveBufferBytes,
        `${turnBytes} in a turn`,
      );
      if (turnBytes >= limits.turnBytesMax) full++;
    }
    assert(full >= 5, `the bound was reached in ${full} turns only`);
    for (let i = 0; i < 5; i++) await turnEnds();
    assert.equal(far[0]!.receivedBytes, 0, 'the protocol had paused it');
    far[0]!.transport!.resumeReading();
    await far[0]!.until(() => far[0]!.receivedBytes === each);
    assert.equal(total(), 8 * each);
  });
});
