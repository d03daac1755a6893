/** What is flushed in one turn of the loop leaves in one call, whoever flushed it and how often. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { defaultNodeLimits } from '../../../src/reactors/node/index.ts';
import { NodeTransport } from '../../../src/reactors/node/sockets/node-transport.ts';
import { ReceiveBudget } from '../../../src/reactors/node/sockets/receive-budget.ts';
import { LOOPBACK, Recorder } from './tools.ts';

/** A socket that writes down what it is asked for. */
class TalliedSocket extends EventEmitter {
  readonly calls: string[] = [];
  writableLength = 0;
  cork(): void {
    this.calls.push('cork');
  }
  write(data: Uint8Array): void {
    this.calls.push(`write ${data.length}`);
  }
  uncork(): void {
    this.calls.push('uncork');
  }
}

describe('NodeTransport, writes', () => {
  it('gathers the flushes of a turn, and not those of the next', async () => {
    const socket = new TalliedSocket();
    const budget = new ReceiveBudget(defaultNodeLimits.turnBytesMax);
    const nothing = (): undefined => undefined;
    const home = { limits: defaultNodeLimits, budget, gone: nothing, sent: nothing };
    const address = { host: LOOPBACK, port: 1 };
    const transport = new NodeTransport(socket as unknown as Socket, address, new Recorder(), home);
    transport.made();
    for (const length of [1, 2, 3]) {
      transport.write(new Uint8Array(length));
      transport.flush();
    }
    assert.deepEqual(socket.calls, [], 'the turn is not over');
    await new Promise(setImmediate);
    assert.deepEqual(socket.calls.splice(0), ['cork', 'write 1', 'write 2', 'write 3', 'uncork']);
    transport.write(new Uint8Array(4));
    transport.flush();
    await new Promise(setImmediate);
    assert.deepEqual(socket.calls, ['write 4']);
  });
});
