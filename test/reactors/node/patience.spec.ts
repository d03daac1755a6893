// Tries while descriptors are wanting (F-24): bounded, and over at once when the reactor stops.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Patience } from '../../../src/reactors/node/sockets/patience.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

describe('Patience', () => {
  const patience = (): Patience => new Patience({ openRetryDelay: 1, openTriesMax: 5 });

  it('goes on until it works, and lets go of what can be spared before each further try', async () => {
    let [tries, spared] = [0, 0];
    const run = (): Promise<string> =>
      ++tries < 4 ? Promise.reject(failure(tries % 2 ? 'EMFILE' : 'ENFILE')) : Promise.resolve('x');
    const result = await patience().attempt(run, () => Promise.resolve(spared++));
    assert.deepEqual([result, tries, spared], ['x', 4, 3]);
  });

  it('at the limit it works, one beyond it gives up (openTriesMax)', async () => {
    for (const [needed, works] of [
      [5, true],
      [6, false],
    ] as const) {
      let tries = 0;
      const run = (): Promise<void> =>
        ++tries < needed ? Promise.reject(failure('EMFILE')) : Promise.resolve();
      const done = patience().attempt(run, () => Promise.resolve());
      if (works) await done;
      else await assert.rejects(done, { code: 'EMFILE' });
      assert.equal(tries, 5);
    }
  });

  it('has none for anything else', async () => {
    let tries = 0;
    const run = (): Promise<void> => {
      tries++;
      return Promise.reject(failure('EACCES'));
    };
    await assert.rejects(
      patience().attempt(run, () => Promise.resolve()),
      { code: 'EACCES' },
    );
    assert.equal(tries, 1);
  });

  it('ends at once when it is stopped', async () => {
    const slow = new Patience({ openRetryDelay: 1_000_000, openTriesMax: 100 });
    let tries = 0;
    let second = (): void => undefined;
    const tried = new Promise<void>((resolve) => (second = resolve));
    const run = (): Promise<void> => {
      if (++tries === 2) second();
      return Promise.reject(failure('EMFILE'));
    };
    const done = slow.attempt(run, () => Promise.resolve());
    const over = assert.rejects(done, { code: 'EMFILE' });
    await tried;
    await new Promise((resolve) => setImmediate(resolve));
    slow.stop();
    await over;
    assert.ok(tries <= 3);
  });
});
