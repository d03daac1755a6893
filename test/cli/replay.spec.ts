/**
 * `--record`, `replay` and `trace diff` as a user has them: in processes of their own, with their exit codes.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { CliProcess, runCli } from '../support/cli-process.ts';
import type { CliEnding } from '../support/cli-process.ts';
import { packageRoot } from '../support/peers/package-root.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MAIN = 'src/cli/main.js';
const local = ['--host', '127.0.0.1', '--no-tracker'];

function complains(ending: CliEnding, code: number, pattern: RegExp): void {
  assert.equal(ending.code, code, ending.stderr);
  assert.match(ending.stderr.trimEnd().split('\n').at(-1) ?? '', /^swarmwright: .*\(.+\)$/);
  assert.match(ending.stderr, pattern);
  assert.doesNotMatch(ending.stderr, /^\s+at /m);
}

describe('cli replay', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  /** Downloads `t.torrent` while recording. */
  async function record(trace: string): Promise<CliEnding> {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const seed = new CliProcess(MAIN, ['seed', folder('t.torrent'), folder('src'), ...local]);
    const port = (await seed.says(/port (\d+)/))[1] ?? '';
    await seed.says(/complete/);
    const words = ['download', folder('t.torrent'), '-o', folder('out'), ...local];
    const ending = await runCli(...words, '--peer', `127.0.0.1:${port}`, '--record', trace);
    seed.kill('SIGINT');
    await seed.ended;
    return ending;
  }

  it('replays what download recorded; finds a change in it; scrubs it; compares it', async () => {
    const trace = folder('run.trace');
    const ending = await record(trace);
    assert.equal(ending.code, EXIT.done, ending.stderr);
    const same = await runCli('replay', trace);
    assert.equal(same.code, EXIT.done, same.stdout + same.stderr);
    assert.match(same.stdout, /^identical: \d+ inputs gave the \d+ recorded effects/);
    assert.equal(same.stderr, '');

    const text = await readFile(trace, 'utf8');
    const lines = text.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"type":"request"'));
    lines[at] = lines[at]!.replace('"length":16384', '"length":16383');
    await writeFile(folder('changed.trace'), `${lines.join('\n')}\n`);
    const diverged = await runCli('replay', folder('changed.trace'));
    complains(diverged, EXIT.differs, new RegExp(`diverges at line ${at + 1} `));
    assert.match(diverged.stdout, /recorded .*16383/);
    assert.match(diverged.stdout, /now .*16384/);
    const json = await runCli('replay', folder('changed.trace'), '--json');
    assert.equal(json.code, EXIT.differs);
    const told = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.equal(told['outcome'], 'diverged');
    assert.equal((told['divergence'] as Record<string, unknown>)['line'], at + 1);

    const scrub = await runCli('replay', trace, '--scrub', folder('public.trace'));
    assert.equal(scrub.code, EXIT.done, scrub.stderr);
    const scrubbed = await readFile(folder('public.trace'), 'utf8');
    assert.ok(text.includes('small 1') && !scrubbed.includes('small 1'));
    assert.equal((await runCli('replay', folder('public.trace'), '--json')).code, EXIT.done);
    const not = await runCli('replay', folder('changed.trace'), '--scrub', folder('x.trace'));
    assert.equal(not.code, EXIT.differs);
    await assert.rejects(readFile(folder('x.trace')), 'nothing half-done is left');

    const equal = await runCli('trace', 'diff', trace, trace);
    assert.deepEqual([equal.code, equal.stdout], [EXIT.done, `same: ${lines.length} lines\n`]);
    const differs = await runCli('trace', 'diff', trace, folder('changed.trace'));
    assert.equal(differs.code, EXIT.differs);
    assert.match(differs.stdout, new RegExp(`differ at line ${at + 1}:`));
    const tail = await runCli('trace', 'diff', trace, folder('public.trace'), '--json');
    assert.equal(tail.code, EXIT.differs);
    assert.equal((JSON.parse(tail.stdout) as Record<string, unknown>)['same'], false);
  });

  it('closes the trace on Ctrl-C, and loses no line when the second one ends it at once', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    for (const signals of [1, 2]) {
      const trace = folder(`stopped-${signals}.trace`);
      const words = ['download', folder('t.torrent'), '-o', folder('none'), ...local];
      const leech = new CliProcess(MAIN, [...words, '--json', '--record', trace]);
      await leech.says(/"state":"active"/);
      leech.kill('SIGINT');
      if (signals === 2) leech.kill('SIGINT');
      assert.equal((await leech.ended).code, EXIT.interrupted);
      const replayed = await runCli('replay', trace);
      assert.equal(replayed.code, EXIT.done, replayed.stderr);
      if (signals === 1) assert.equal(replayed.stderr, '', 'whole');
      assert.match(await readFile(trace, 'utf8'), /"state":"active"[^]*\n$/);
    }
  });

  it('warns when the disk of the trace is full, and downloads all the same', async function () {
    if (process.platform !== 'linux') this.skip();
    const ending = await record('/dev/full');
    assert.equal(ending.code, EXIT.done, ending.stderr);
    const warnings = ending.stderr.split('\n').filter((line) => line.startsWith('warning'));
    assert.equal(warnings.length, 1, ending.stderr);
    assert.match(warnings[0] ?? '', /cannot record the session: no space left.*goes on/);
  });

  it('tells each mistake in one line', async () => {
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(folder(name), text);
      return folder(name);
    };
    complains(await runCli('replay', folder('none')), EXIT.read, /none: no such file/);
    const other = await write('other', '{"type":"torrent"}\n');
    complains(await runCli('replay', other), EXIT.badTrace, /not a trace/);
    complains(await runCli('replay', await write('empty', '')), EXIT.badTrace, /not a trace/);
    complains(await runCli('trace', 'diff', other, other), EXIT.badTrace, /not a trace/);
    const newer = await write('newer', '{"swarmwright-trace":2}\n');
    complains(
      await runCli('replay', newer),
      EXIT.badTrace,
      /version 2.*up to 1.*newer swarmwright/,
    );
    const golden = await readFile(join(packageRoot, 'test/golden/download.trace.jsonl'));
    const cut = await write('cut', golden.subarray(0, golden.length - 20).toString());
    complains(await runCli('replay', cut), EXIT.badTrace, /last line is cut off.*identically/);
    const [header] = golden.toString().split('\n');
    const custom = header!.replace('"picker":"default"', '"picker":"custom"');
    const bad = await write('custom', `${custom}\n`);
    complains(await runCli('replay', bad), EXIT.badTrace, /picker.*behaviors/);
    const damaged = await write('damaged', `${header!}\n{"at":1,"in":"connected","conn":1}\n`);
    complains(await runCli('replay', damaged), EXIT.badTrace, /line 2: "address": an object/);
    const words = ['download', 'x.torrent', ...local, '--record', folder('no', 'folder')];
    complains(await runCli(...words), EXIT.write, /cannot record the session: no such folder/);
  });
});
