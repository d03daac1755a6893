/**
 * `swarmwright sim` as a user has it: in processes of its own, with its exit codes.
 */
import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { namedScenarios, readScenario } from '../../src/sim/index.ts';
import { CliProcess, hasTerminals, runCli, runOnTerminal } from '../support/cli-process.ts';
import type { CliEnding } from '../support/cli-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

function complains(ending: CliEnding, code: number, pattern: RegExp): void {
  assert.equal(ending.code, code, ending.stderr);
  assert.match(ending.stderr.trimEnd().split('\n').at(-1) ?? '', /^swarmwright: .*\(.+\)$/);
  assert.match(ending.stderr, pattern);
  assert.doesNotMatch(ending.stderr, /^\s+at /m);
}

/** Slow links and no patience: I-36 is broken, whatever the engine does. */
const impatient = JSON.stringify({
  name: 'impatient',
  fidelity: 'messages',
  peers: [
    { holds: 'all', up: 20_000 },
    { count: 5, up: 20_000 },
  ],
  patience: 1000,
});

interface Told {
  readonly type: string;
  readonly traceHash: string;
  readonly eventHash: string;
  readonly failure: { readonly law: string } | null;
  readonly failures: readonly { readonly seed: number; readonly replay: string }[];
  readonly small: { readonly file: string; readonly peers: number } | null;
  readonly scenario: { readonly peers: number; readonly fidelity: string; readonly faults: number };
  readonly replay: string;
  readonly seeds: number;
  readonly whole: boolean;
  readonly sweepHash: string;
  readonly neverReached: readonly string[];
}

function json(ending: CliEnding): Told {
  const lines = ending.stdout.trimEnd().split('\n');
  assert.equal(lines.length, 1, ending.stdout + ending.stderr);
  return JSON.parse(lines[0]!) as Told;
}

describe('cli sim', function () {
  this.timeout(120_000);
  const folder = tempFolder();

  async function impatientFile(): Promise<string> {
    const path = folder('impatient.json');
    await writeFile(path, impatient);
    return path;
  }

  it('tells of a run, and of the same run again', async () => {
    const words = ['sim', 'two-peers', '--seed', '5'];
    const text = await runCli(...words);
    assert.equal(text.code, EXIT.done, text.stderr);
    assert.equal(text.stderr, '');
    assert.match(text.stdout, /^one seed, one leech, no limits, seed 5: 2 peers/);
    assert.match(text.stdout, /phases .*all done at/);
    assert.match(text.stdout, /judged .*laws/);
    const told = json(await runCli(...words, '--json'));
    assert.equal(told.type, 'simulation');
    assert.equal(told.failure, null);
    assert(text.stdout.includes(`traceHash  ${told.traceHash}`));
    assert(text.stdout.includes(`eventHash  ${told.eventHash}`));
    assert.equal(told.replay, 'swarmwright sim two-peers --seed 5');
    const other = json(await runCli('sim', 'two-peers', '--seed', '6', '--json'));
    assert.notEqual(other.traceHash, told.traceHash);
  });

  it('changes the scenario as asked', async () => {
    const words = ['--peers', '4', '--faults', 'none', '--fidelity', 'messages', '--reactor', 'rx'];
    const told = json(await runCli('sim', 'churn', ...words, '--json'));
    assert.equal(told.scenario.peers, 4);
    assert.equal(told.scenario.faults, 0);
    assert.equal(told.scenario.fidelity, 'messages');
    assert.equal(told.replay, `swarmwright sim churn --seed 1 ${words.join(' ')}`);
  });

  it('a broken law: its exit code, and a small file that breaks it again', async () => {
    const path = await impatientFile();
    const out = folder('small one.json');
    const failed = await runCli('sim', path, '--seed', '3', '--out', out);
    complains(failed, EXIT.lawBroken, /seed 3: I-36.*again: swarmwright sim .*small: .*small one/);
    assert.match(failed.stdout, /broken +I-36/);
    assert.match(failed.stdout, /made small: 2 peers, 0 faults/);
    const { file } = readScenario(await readFile(out, 'utf8'));
    assert.equal(file?.law, 'I-36');
    assert.equal(file.scenario.peers.length, 2);
    const again = await runCli('sim', out, '--json');
    complains(again, EXIT.lawBroken, /I-36/);
    assert.equal(json(again).failure?.law, 'I-36');
    assert.equal(json(again).small, null, 'it is small already');
  });

  it('a broken law, not made small', async () => {
    const out = folder('none.json');
    const path = await impatientFile();
    const failed = await runCli('sim', path, '--no-shrink', '--json');
    complains(failed, EXIT.lawBroken, /I-36/);
    assert.equal(json(failed).small, null);
    await assert.rejects(access(out));
  });

  it('a plan that promises what never happens has failed; a sweep of it too', async () => {
    const path = folder('promise.json');
    const never = { kind: 'store-torn', name: 'never', from: 0, until: 900, trigger: { at: 1e9 } };
    const faults = { version: 1, name: 'promise', until: 900, faults: [never] };
    await writeFile(path, JSON.stringify({ peers: [{ holds: 'all' }, {}], faults }));
    const run = await runCli('sim', path, '--json');
    complains(run, EXIT.lawBroken, /never injected: F-18 store-torn/);
    assert.equal(json(run).failure?.law, 'faults');
    assert.equal(json(run).small, null, 'nothing to make small');
    const sweep = await runCli('sim', path, '--seeds', '1..3', '--json');
    complains(sweep, EXIT.unreached, /never met: F-18 store-torn/);
    assert.deepEqual(json(sweep).failures, []);
  });

  it('sweeps: the same with one thread or three', async () => {
    const words = ['sim', 'two-peers', '--seeds', '3..14', '--json', '--jobs'];
    const one = json(await runCli(...words, '1'));
    const three = json(await runCli(...words, '3'));
    assert.equal(one.type, 'sweep');
    assert.equal(one.seeds, 12);
    assert(one.whole);
    assert.deepEqual(one.failures, []);
    assert.equal(one.sweepHash, three.sweepHash);
    assert(one.neverReached.length > 0, 'two peers do not reach everything, and need not');
    const text = await runCli('sim', 'two-peers', '--seeds', '3..14');
    assert.equal(text.code, EXIT.done);
    assert.match(text.stdout, /seeds 3\.\.14: no law is broken/);
    assert.match(text.stdout, new RegExp(`sweepHash +${one.sweepHash}`));
  });

  it('sweeps: stops at the lowest failing seed, with the command that replays it', async () => {
    const path = await impatientFile();
    const out = folder('small.json');
    const ending = await runCli('sim', path, '--seeds', '7..40', '--out', out, '--json');
    complains(ending, EXIT.lawBroken, /seed 7: I-36/);
    const told = json(ending);
    assert.deepEqual(
      told.failures.map(({ seed, replay }) => [seed, replay]),
      [[7, `swarmwright sim ${path} --seed 7`]],
    );
    assert.equal(told.small?.file, out);
    assert.equal(told.small.peers, 2);
  });

  it('sweeps: to the end, if told so, and groups by law', async () => {
    const path = await impatientFile();
    const ending = await runCli('sim', path, '--seeds', '7..12', '--keep-going');
    complains(ending, EXIT.lawBroken, /seed 7: I-36/);
    assert.match(ending.stdout, /6 seeds fail/);
    assert.match(ending.stdout, /I-36 +6 seeds: 7 8 9 10 11 12/);
    assert.match(ending.stdout, /swarmwright sim .*impatient\.json --seed 7\n/);
  });

  it('sweeps: Ctrl-C keeps and tells what is done', async () => {
    const sweep = new CliProcess('src/cli/main.js', ['sim', 'two-peers', '--seeds', '1..1000000']);
    await sweep.says(/sweeping 1\.\.1000000/);
    sweep.kill('SIGINT');
    const ending = await sweep.ended;
    assert.equal(ending.code, EXIT.interrupted, ending.stderr);
    assert.match(ending.stderr, /stopping/);
    assert.match(ending.stdout, /seeds 1\.\.1000000: broken off/);
    assert.match(ending.stdout, /sweepHash/);
  });

  const usage: readonly [readonly string[], RegExp][] = [
    [['--seed', '-1'], /a seed is a whole number/],
    [['--seed', '2147483648'], /at most 2147483647/],
    [['--seeds', '1..4294967296'], /at most 2147483647/],
    [['--seeds', '5'], /a range is two seeds/],
    [['--seeds', '5..1'], /ends before it begins/],
    [['--seeds', '1..2', '--seed', '1'], /--seed and --seeds/],
    [['--jobs', '2'], /--jobs needs --seeds/],
    [['--keep-going'], /--keep-going needs --seeds/],
    [['--out', 'x', '--no-shrink'], /--out and --no-shrink/],
    [['--peers', '0'], /whole number from 1/],
    [['--seeds', '1..2', '--jobs', '9999'], /at most 512/],
    [['--faults', 'gremlins'], /none, resets/],
    [['--fidelity', 'atoms'], /bytes, messages/],
    [['--reactor', 'node'], /memory, rx/],
    [['two-peers', '--peers', '100001'], /peers: more than 100000/],
  ];
  it('mistakes: one clear line each', async () => {
    for (const [words, pattern] of usage) {
      complains(await runCli('sim', ...words), EXIT.usage, pattern);
    }
  });

  it('a scenario that is none', async () => {
    complains(await runCli('sim', folder('no.json')), EXIT.read, /no such file.*flash-crowd/);
    complains(await runCli('sim', folder('.')), EXIT.read, /cannot be read/);
    const path = folder('bad.json');
    await writeFile(path, '{"peers":[{"holds":"all"},{"up":-3}],"speed":1}');
    complains(
      await runCli('sim', path),
      EXIT.badScenario,
      /bad\.json: peers\.1\.up: .*; scenario: .*speed.*--schema/,
    );
    await writeFile(path, '{');
    complains(await runCli('sim', path), EXIT.badScenario, /bad\.json: not JSON/);
    await writeFile(
      path,
      JSON.stringify({
        fidelity: 'messages',
        content: { length: 2 ** 26 },
        peers: [{ holds: 'all' }],
      }),
    );
    complains(
      await runCli('sim', path, '--fidelity', 'bytes'),
      EXIT.usage,
      /content\.length: bytes/,
    );
  });

  it('shows its names and its schema', async () => {
    const list = await runCli('sim', '--list');
    assert.equal(list.code, EXIT.done);
    assert.match(list.stdout, /Fault plans:\n {2}none, resets/);
    for (const name of Object.keys(namedScenarios)) assert(list.stdout.includes(`${name} `), name);
    const schema = await runCli('sim', '--schema');
    const parsed = JSON.parse(schema.stdout) as { readonly required: readonly string[] };
    assert.deepEqual(parsed.required, ['peers']);
  });

  it('a bar on a terminal, taken away at the end', async function () {
    if (!hasTerminals()) this.skip();
    const { code, screen } = await runOnTerminal(['sim', 'trickle', '--peers', '6']);
    assert.equal(code, EXIT.done, screen);
    assert.match(screen, /[\u2588\u2591]{10}/);
    assert(
      screen.lastIndexOf('\u001b[?25h') > screen.lastIndexOf('\u001b[?25l'),
      'the cursor is back',
    );
    assert.match(screen, /traceHash/);
  });
});
