// The guards of test/support/guards.ts are on, and they bite: code that looks like a pure room cannot reach the host.
import assert from 'node:assert/strict';
import { runInThisContext } from 'node:vm';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { guardedCalls, replayCommand } from './support/guards.ts';

const REACHES = [
  'Date.now()',
  'new Date()',
  'Math.random()',
  'setTimeout(() => undefined, 0)',
  'setInterval(() => undefined, 1)',
  'setImmediate(() => undefined)',
  'queueMicrotask(() => undefined)',
  'performance.now()',
];

describe('the guards', () => {
  it('stop core, protocol and behaviors at every door (laws 1 and 2)', () => {
    for (const room of ['core', 'protocol', 'behaviors']) {
      for (const code of REACHES) {
        const filename = `/elsewhere/dist/src/${room}/impure.js`;
        assert.throws(() => void runInThisContext(code, { filename }), /the pure rooms have/, code);
      }
    }
  });

  it('let everybody else through', () => {
    const filename = '/elsewhere/dist/src/reactors/node/time.js';
    assert.equal(typeof runInThisContext('Date.now()', { filename }), 'number');
    assert(runInThisContext('new Date(0)', { filename }) instanceof Date);
    assert.equal(typeof runInThisContext('Math.random()', { filename }), 'number');
    assert((guardedCalls.get('Math.random') ?? 0) > 0);
    assert(new Date(5).getTime() === 5 && typeof Date() === 'string');
  });

  it('let a property draw the same values in every run', () => {
    const draws = (): number[] => {
      const drawn: number[] = [];
      fc.assert(fc.property(fc.nat(), (n) => drawn.push(n) > 0));
      return drawn;
    };
    assert.deepEqual(draws(), draws());
  });

  it('print the command that replays a failing property', () => {
    const failing = (): void =>
      fc.assert(
        fc.property(fc.nat(), (n) => n < 1000),
        { seed: 42 },
      );
    let message = '';
    assert.throws(failing, (error: Error) => (message = error.message) !== '');
    const command = replayCommand('a "law" of $things', message);
    assert.match(command ?? '', /^FC_SEED=42 FC_PATH=[\d:]+ npx mocha -g "a .law. of .things"$/);
    assert.equal(replayCommand('x', 'expected 1 to equal 2'), null);
  });

  it('have the canary on', () => {
    assert.equal(process.env['SWARMWRIGHT_CANARY'], '1');
  });
});
