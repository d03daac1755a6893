/** After `stop` nothing fires and no handle is left (law of reactors); F-24: running out of descriptors. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { LOOPBACK } from './tools.ts';

const pathOf = (child: string): string => fileURLToPath(new URL(`./${child}.js`, import.meta.url));

/** Whether the connection answers; false when it is refused or hung up on. */
async function echoes(socket: Socket): Promise<boolean> {
  const answered = once(socket, 'data').then(
    () => true,
    () => false,
  );
  const closed = new Promise<boolean>((resolve) => socket.once('close', () => resolve(false)));
  socket.write('x');
  return Promise.race([answered, closed]);
}

describe('a process with a node reactor', () => {
  it('ends by itself after stop, with everything under way', async () => {
    const child = spawn(process.execPath, [pathOf('stop-child')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    assert.deepEqual([code, output], [0, 'ended 0\n']);
  });

  it('F-24: survives the want of descriptors, and accepts and opens again after it', async function () {
    if (process.platform === 'win32') this.skip();
    const command = [
      '-c',
      'ulimit -n 64 && exec "$0" "$@"',
      process.execPath,
      pathOf('exhausted-child'),
    ];
    const child: ChildProcess = spawn('sh', command, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const port = Number((await lines.next()).value);
    const dial = (): Socket => connect(port, LOOPBACK).on('error', () => undefined);
    const crowd = Array.from({ length: 100 }, dial);
    const served = await Promise.all(crowd.map(echoes));
    const count = served.filter(Boolean).length;
    assert.ok(count > 0 && count < 100, `the limit was reached: ${count} of 100 served`);
    for (const socket of crowd) socket.destroy();
    for (let again = false; !again;) {
      const socket = dial();
      again = await echoes(socket);
      socket.destroy();
    }
    child.stdin!.write('files\n');
    assert.equal((await lines.next()).value, '100 of 100');
    child.stdin!.end();
    assert.deepEqual(await once(child, 'close'), [0, null]);
  });
});
