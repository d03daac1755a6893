/** The law of time: order of deadlines, cancelled calls, nothing after stop. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NodeTime } from '../../../src/reactors/node/time.ts';

const fired = (time: NodeTime, delay: number): Promise<void> =>
  new Promise((resolve) => void time.callLater(delay, resolve));

describe('NodeTime', () => {
  it('fires equal deadlines in the order in which they were set', async () => {
    const time = new NodeTime();
    const order: number[] = [];
    let now = 5;
    time.now = () => now;
    for (let i = 0; i < 50; i++) time.callLater(2, () => order.push(i));
    now = 7;
    await new Promise<void>((resolve) => void time.callLater(0, resolve));
    assert.deepEqual(order, [...Array(50).keys()]);
    time.stop();
  });

  it('fires by deadline, whatever the order of setting', async () => {
    const time = new NodeTime();
    const order: string[] = [];
    time.callLater(9, () => order.push('c'));
    time.callLater(1.5, () => order.push('b'));
    time.callLater(1.2, () => order.push('a'));
    await fired(time, 10);
    assert.deepEqual(order, ['a', 'b', 'c']);
    time.stop();
  });

  it('never fires early', async () => {
    const time = new NodeTime();
    const start = time.now();
    await fired(time, 3.7);
    assert.ok(time.now() - start >= 3.7);
    time.stop();
  });

  it('never fires a cancelled call, and cancelling twice or resetting it does nothing', async () => {
    const time = new NodeTime();
    const call = time.callLater(0, () => assert.fail('fired'));
    assert.equal(call.active, true);
    call.cancel();
    call.cancel();
    call.reset(0);
    assert.equal(call.active, false);
    await fired(time, 2);
    time.stop();
  });

  it('cancels a call of the same turn', async () => {
    const time = new NodeTime();
    time.now = () => 1;
    await new Promise<void>((resolve) => {
      time.callLater(0, () => second.cancel());
      const second = time.callLater(0, () => assert.fail('fired'));
      time.callLater(0, resolve);
    });
    time.stop();
  });

  it('moves a call with reset, earlier and later', async () => {
    const time = new NodeTime();
    const order: string[] = [];
    const later = time.callLater(1, () => order.push('later'));
    const earlier = time.callLater(100_000, () => order.push('earlier'));
    later.reset(6);
    earlier.reset(2);
    await fired(time, 8);
    assert.deepEqual(order, ['earlier', 'later']);
    assert.equal(later.active, false);
    time.stop();
  });

  it('leaves calls that a call sets to the next turn', async () => {
    const time = new NodeTime();
    let turns = 0;
    await new Promise<void>((resolve) => {
      const again = (): void => {
        turns++;
        if (turns === 1) setImmediate(resolve);
        time.callLater(0, again);
      };
      time.callLater(0, again);
    });
    assert.equal(turns, 1);
    time.stop();
  });

  it('fires nothing after stop, and takes no new calls', async () => {
    const time = new NodeTime();
    const call = time.callLater(0, () => assert.fail('fired'));
    time.stop();
    const late = time.callLater(0, () => assert.fail('fired'));
    assert.deepEqual([call.active, late.active], [false, false]);
    await new Promise((resolve) => setTimeout(resolve, 3));
  });

  it('keeps a call that is further away than one timer reaches', () => {
    const time = new NodeTime();
    const call = time.callLater(2 ** 40, () => assert.fail('fired'));
    const never = time.callLater(Infinity, () => assert.fail('fired'));
    assert.deepEqual([call.active, never.active], [true, true]);
    time.stop();
  });

  it('goes on after a call that throws', async () => {
    const time = new NodeTime();
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const caught = new Promise((resolve) => process.once('uncaughtException', resolve));
    time.callLater(0, () => {
      throw new Error('ours');
    });
    const next = fired(time, 0);
    assert.match(String(await caught), /ours/);
    for (const listener of listeners) process.on('uncaughtException', listener);
    await next;
    time.stop();
  });
});
