/** How the laws reach a test runner: all of them, each run or skipped in the open. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import {
  describeReactor,
  LawBroken,
  reactorLaws,
  skipCapability,
  transferLaws,
} from '../../src/testing/index.ts';
import type { DescribeReactorOptions, SkipList, TestRunner } from '../../src/testing/index.ts';
import { nodeBuilder } from './node-builder.ts';

const laws = [...reactorLaws, ...transferLaws];

/** A runner that only writes down. */
function paper(): TestRunner & { readonly ran: string[]; readonly skipped: string[] } {
  const [ran, skipped]: [string[], string[]] = [[], []];
  const write = Object.assign((title: string) => void ran.push(title), {
    skip: (title: string) => void skipped.push(title),
  });
  return { describe: (_title, body) => body(), it: write, ran, skipped };
}

function list(options: Partial<DescribeReactorOptions>): ReturnType<typeof paper> {
  const runner = paper();
  describeReactor('paper', nodeBuilder, { ...runner, ...options });
  return runner;
}

describe('describeReactor', () => {
  it('has laws of every capability, with names of their own that say which', () => {
    const names = laws.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert(names.length >= 90, `${names.length} laws`);
    for (const { name, capability } of laws) assert(name.startsWith(`${capability}: `), name);
  });

  it('runs every law that is not skipped, and shows every one that is with its reason', () => {
    const all = list({});
    assert.deepEqual([all.ran, all.skipped], [laws.map(({ name }) => name), []]);
    const some = list({ skip: { 'tcp: close flushes': 'because' } });
    assert.equal(some.ran.length, laws.length - 1);
    assert.deepEqual(some.skipped, ['tcp: close flushes (because)']);
  });

  it('takes no skip without a reason, and none of a law that does not exist', () => {
    assert.throws(() => list({ skip: { 'tcp: close flushes': '' } }), /for a reason/);
    // @ts-expect-error: not a law, and the compiler knows.
    const misspelt: SkipList = { 'tcp: close flashes': 'because' };
    assert.equal(Object.keys(misspelt).length, 1);
  });

  it('skips a capability as a whole', () => {
    const { skipped, ran } = list({ skip: skipCapability('http', 'none here') });
    assert.equal(skipped.length, laws.filter(({ capability }) => capability === 'http').length);
    assert(skipped.length > 5 && skipped.every((title) => title.startsWith('http: ')));
    assert(!ran.some((title) => title.startsWith('http: ')));
  });

  it('a law that needs what its world lacks fails, and says what to do', async () => {
    const poor = {
      build: async () => ({ ...(await nodeBuilder.build()), web: null, names: null }),
    };
    const needy = laws.filter(
      ({ name }) => name === 'http: asks for a range' || name.startsWith('resolver: a known'),
    );
    assert.equal(needy.length, 2);
    for (const law of needy) {
      await assert.rejects(law.run(poor), (error) => {
        assert(error instanceof LawBroken && error.message.includes('skip list'), String(error));
        return true;
      });
    }
  });

  it('fits node:test', async () => {
    const path = fileURLToPath(new URL('./node-test-child.js', import.meta.url));
    const child = spawn(process.execPath, ['--test-reporter=tap', path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 0, output);
    assert.match(output, /# pass 3\n# fail 0\n/);
    assert.match(output, /not-found \(to be shown as skipped\) # SKIP/);
  });
});
