/** Names to addresses: literals, faults, time limit. */
import assert from 'node:assert/strict';
import type { lookup } from 'node:dns';
import { describe, it } from 'mocha';
import type { ResolveFault } from '../../../src/core/index.ts';
import { NodeResolver } from '../../../src/reactors/node/resolver.ts';

type Answer = [readonly string[], ResolveFault | null];

const ask = (resolver: NodeResolver, host: string): Promise<Answer> =>
  new Promise((resolve) => {
    let inside = true;
    resolver.resolve(host, (hosts, fault) => {
      assert.ok(!inside);
      resolve([hosts, fault]);
    });
    inside = false;
  });

/** A look-up that answers as told, or never. */
function lookingUp(code: string | null, addresses: readonly string[] = []): typeof lookup {
  return ((_host: string, _options: object, done: (error: Error | null, found: object) => void) => {
    if (code === 'never') return;
    const error = code === null ? null : Object.assign(new Error(code), { code });
    setImmediate(() =>
      done(
        error,
        addresses.map((address) => ({ address, family: 4 })),
      ),
    );
  }) as unknown as typeof lookup;
}

describe('NodeResolver', () => {
  it('answers literal addresses without asking', async () => {
    const resolver = new NodeResolver(1000, lookingUp('never'));
    assert.deepEqual(await ask(resolver, '192.0.2.1'), [['192.0.2.1'], null]);
    assert.deepEqual(await ask(resolver, '[::1]'), [['::1'], null]);
    assert.deepEqual(await ask(resolver, ''), [[], 'not-found']);
    resolver.stop();
  });

  it('gives all addresses, once each, in the resolver’s order', async () => {
    const resolver = new NodeResolver(
      1000,
      lookingUp(null, ['192.0.2.2', '192.0.2.1', '192.0.2.2']),
    );
    assert.deepEqual(await ask(resolver, 'a.example'), [['192.0.2.2', '192.0.2.1'], null]);
  });

  it('tells the faults apart', async () => {
    assert.deepEqual(await ask(new NodeResolver(1000, lookingUp('ENOTFOUND')), 'a'), [
      [],
      'not-found',
    ]);
    assert.deepEqual(await ask(new NodeResolver(1000, lookingUp('EAI_AGAIN')), 'a'), [
      [],
      'failed',
    ]);
    assert.deepEqual(await ask(new NodeResolver(2, lookingUp('never')), 'a'), [[], 'timed-out']);
  });

  it('asks the system', async () => {
    const [hosts, fault] = await ask(new NodeResolver(5000), 'localhost');
    assert.equal(fault, null);
    assert.ok(hosts.includes('127.0.0.1') || hosts.includes('::1'));
  });

  it('answers nothing after stop', async () => {
    const resolver = new NodeResolver(1, lookingUp(null, ['192.0.2.1']));
    resolver.resolve('a', () => assert.fail('answered'));
    resolver.stop();
    await new Promise((resolve) => setTimeout(resolve, 3));
  });
});
