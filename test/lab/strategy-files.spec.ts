/**
 * Strategies that a file brings: known by name and code in this process, in threads, and by the workers of a queue; and one
 * line for each that cannot be used.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { loadStrategies } from '../../src/lab/index.ts';
import { CliProcess, runCli } from '../support/cli-process.ts';
import type { CliEnding } from '../support/cli-process.ts';
import { folderContents } from '../support/folder-contents.ts';
import { RedisServer, redisServer } from '../support/peers/redis.ts';
import { requireAll } from '../support/peers/requirements.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tiny } from './tiny.ts';

/** Never unchokes anybody: what plays it shows in every figure. No package is needed. */
const miser = (name: string, more = ''): string =>
  `${more}export default { name: '${name}', kind: 'choker',
     parameters: [{ name: 'every', unit: 'ms', min: 1000, max: 60000, default: 10000 }],
     make: ({ every }) => () => ({ interval: every, rechoke() {} }) };`;

const settings = ['--set', 'population.0.play.choker=miser', '--set', 'stop.at=200'];

describe('lab: strategies from files', function () {
  this.timeout(300_000);
  const folder = tempFolder();

  async function run(out: string, ...more: string[]): Promise<CliEnding> {
    await writeFile(folder('mine.json'), JSON.stringify(tiny));
    const words = ['lab', 'sweep', folder('mine.json'), '--seeds', '1,2', '-o', folder(out)];
    return runCli(...words, ...more);
  }

  async function cellOf(out: string): Promise<string> {
    const files = await folderContents(folder(out));
    return [...files.keys()].find((name) => name.startsWith('/cells/'))!;
  }

  it('plays in threads, and its code is part of the name of the cell', async () => {
    await writeFile(folder('miser.mjs'), miser('miser', `import './beside.mjs';\n`));
    await writeFile(folder('beside.mjs'), 'export {};');
    const strategies = ['--strategies', folder('miser.mjs'), ...settings];
    const first = await run('a', '--jobs', '2', ...strategies);
    assert.equal(first.code, EXIT.done, first.stderr);
    const files = await folderContents(folder('a'));
    const cell = files.get(await cellOf('a'))!;
    assert.match(
      cell,
      /"name": "miser",\s+"parameters": \{\s+"every": 10000\s+\},\s+"code": "[0-9a-f]{16}"/,
    );
    const rows = files
      .get('/peers.ndjson')!
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const leeches = rows.filter(({ group }) => group !== 'seed');
    assert.equal(leeches.length, 12);
    // Until they are complete they give nothing but allowed-fast pieces.
    const tft = await run('b', '--jobs', '1', '--set', 'stop.at=200');
    assert.equal(tft.code, EXIT.done, tft.stderr);
    assert.notEqual((await folderContents(folder('b'))).get('/runs.csv'), files.get('/runs.csv'));
    const again = await run('a', ...strategies);
    assert.match(again.stderr, /0 runs, 2 found/);
    await writeFile(folder('beside.mjs'), 'export const changed = 1;');
    const changed = await run('a', ...strategies);
    assert.match(changed.stderr, /2 runs, 0 found/, 'what it imports is its code too');
    const kept = folder('kept.json');
    await writeFile(
      kept,
      JSON.stringify((JSON.parse(cell) as { readonly scenario: unknown }).scenario),
    );
    const old = await runCli(
      'lab',
      'run',
      kept,
      '--strategies',
      folder('miser.mjs'),
      '-o',
      folder('c'),
    );
    assert.equal(old.code, EXIT.badScenario);
    assert.match(
      old.stderr,
      /choker\.code: miser has the code [0-9a-f]{16} here, not [0-9a-f]{16}; take the same file/,
    );
  });

  it('plays by the workers of a queue that have the same file, and by no other', async function () {
    requireAll(this, [redisServer]);
    const redis = await RedisServer.start(folder());
    await writeFile(folder('miser.mjs'), miser('miser'));
    const strategies = ['--strategies', folder('miser.mjs')];
    const queue = ['--queue', redis.url];
    const worker = (...more: string[]): CliProcess =>
      new CliProcess('src/cli/main.js', ['lab', 'worker', ...queue, '--jobs', '1', ...more]);
    const without = worker();
    const having = worker(...strategies);
    await without.says(/working for lab-[\d.]+ at/);
    await having.says(/working for lab-[\d.]+-[0-9a-f]{8} at/);
    const ordered = await run('queue', ...queue, ...strategies, ...settings);
    assert.equal(ordered.code, EXIT.done, ordered.stderr);
    await run('threads', ...strategies, ...settings);
    assert.deepEqual(
      await folderContents(folder('queue')),
      await folderContents(folder('threads')),
    );
    for (const [process, done] of [
      [without, 0],
      [having, 2],
    ] as const) {
      process.kill('SIGINT');
      const { code, stderr } = await process.ended;
      assert.equal(code, EXIT.done, stderr);
      assert.match(stderr, new RegExp(`${done} runs done\n$`));
    }
    await redis.stop();
  });

  it('says in one line why a file cannot be used, and writes nothing', async () => {
    const wrong: readonly [string, RegExp][] = [
      ['', /it has no default export; a strategy entry is needed/],
      ['export default {', /it cannot be loaded: /],
      [`import 'swarmwright/none';`, /it cannot be loaded: /],
      [`export default { name: 'x', kind: 'chocker', make() {} };`, /kind: .*"picker"\|"choker"/],
      [`export default { name: 'x y', kind: 'choker', make() {} };`, /name: a name is 1 to 40/],
      [`export default { name: 'x', kind: 'choker' };`, /make: a function/],
      [miser('tit-for-tat'), /name: there is a strategy "tit-for-tat" already/],
    ];
    for (const [i, [text, pattern]] of wrong.entries()) {
      const file = folder(`wrong-${i}.mjs`);
      await writeFile(file, text);
      await assert.rejects(loadStrategies([file]), pattern);
      await assert.rejects(loadStrategies([file]), /^LabFault: .*wrong-\d\.mjs: /);
    }
    const none = await run('out', '--strategies', folder('no.mjs'));
    assert.equal(none.code, EXIT.usage);
    assert.match(none.stderr, /^swarmwright: .*no\.mjs: no such file.*\(.+\)\n$/);
    await writeFile(folder('miser.mjs'), miser('miser'));
    const range = [
      ...settings,
      '--set',
      'population.0.play.choker={"name":"miser","parameters":{"every":1}}',
    ];
    const ending = await run('out', '--strategies', folder('miser.mjs'), ...range);
    assert.match(ending.stderr, /parameters\.every: 1 is not allowed; it is 1000 to 60000 ms/);
    await assert.rejects(folderContents(folder('out')), /ENOENT/);
  });

  it('tells whose fault it is when one breaks down, with the seed', async () => {
    await writeFile(
      folder('miser.mjs'),
      miser('miser').replace('rechoke() {}', 'rechoke() { throw new Error("mine"); }'),
    );
    const ending = await run('out', '--strategies', folder('miser.mjs'), ...settings);
    assert.equal(ending.code, EXIT.lawBroken, ending.stderr);
    assert.match(
      ending.stderr,
      // Whichever of the seeds was first, on two threads.
      /mine.* \(run swarmwright lab run .*--strategies .*miser\.mjs.*--seed \d/,
    );
  });
});
