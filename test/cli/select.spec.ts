/**
 * `download --select`, `--list-files`, `--sequential` as child processes.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { CliProcess, runCli } from '../support/cli-process.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const local = ['--host', '127.0.0.1'];

describe('cli select', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  it('--list-files prints numbers, sizes and names, and writes nothing', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const words = ['download', folder('t.torrent'), '-o', folder('out'), '--list-files'];
    const plain = await runCli(...words);
    assert.equal(plain.code, EXIT.done, plain.stderr);
    assert.deepEqual(plain.stdout.split('\n'), [
      '1        1 B  one',
      '2    684 KiB  odd/a.bin',
      '3        0 B  odd/empty',
      '4     64 KiB  odd/deep/b.bin',
      '5    293 KiB  tail',
      '',
    ]);
    const json = await runCli(...words, '--json', '--select', '2,odd/*/*');
    const lines = json.stdout.trimEnd().split('\n');
    const files = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(files[3], {
      type: 'file',
      number: 4,
      path: 'odd/deep/b.bin',
      length: 65_536,
      priority: 1,
    });
    assert.deepEqual(
      files.map(({ priority }) => priority),
      [0, 1, 0, 1, 0],
    );
    assert.equal(existsSync(folder('out')), false);
  });

  it('--select fetches these files and no others', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const main = 'src/cli/main.js';
    const seed = new CliProcess(main, ['seed', folder('t.torrent'), folder('src'), ...local]);
    const port = (await seed.says(/port (\d+)/))[1] ?? '';
    await seed.says(/complete/);
    const words = ['download', folder('t.torrent'), '-o', folder('out'), ...local];
    const peer = ['--peer', `127.0.0.1:${port}`];
    const select = ['--select', '1,tail', '--first-last', '--sequential', '--json'];
    const ending = await runCli(...words, ...peer, ...select);
    assert.equal(ending.code, EXIT.done, ending.stderr);
    assert.match(ending.stdout, /"type":"complete".*"progress":1,/);
    for (const [i, { path }] of made.files.entries()) {
      const wanted = i === 0 || i === 4;
      assert.equal(existsSync(folder('out', path)), wanted, path);
      if (!wanted) continue;
      assert(readFileSync(folder('out', path)).equals(readFileSync(folder('src', path))));
    }
    seed.kill('SIGINT');
    await seed.ended;
  });

  it('complains about what is no file, in one line', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    for (const list of ['6', '*.nothing', '0', '3-1']) {
      const words = ['download', folder('t.torrent'), '-o', folder('out'), '--select', list];
      const ending = await runCli(...words, ...local);
      assert.equal(ending.code, EXIT.usage, list);
      assert.match(ending.stderr, /^swarmwright: .*\n$/);
    }
  });
});
