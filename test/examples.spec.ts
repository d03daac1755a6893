/**
 * The examples run: each as its own process against a small swarm on this machine, so that they cannot rot.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createClient } from '../src/client/index.ts';
import { CliProcess } from './support/cli-process.ts';
import type { CliEnding } from './support/cli-process.ts';
import { differences } from './support/compare-files.ts';
import { smallTorrent } from './support/small-torrent.ts';
import { tempFolder } from './support/temp-folder.ts';

describe('examples', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  it('seed.ts gives, download.ts takes', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const seed = new CliProcess('examples/seed.js', [folder('t.torrent'), folder('src')]);
    const port = (await seed.says(/port (\d+)/))[1] ?? '';
    const words = [folder('t.torrent'), folder('out'), `127.0.0.1:${port}`];
    const leech = await new CliProcess('examples/download.js', words).ended;
    assert.equal(leech.code, 0, leech.stderr);
    assert.match(leech.stdout, /done: /);
    seed.kill('SIGINT');
    const ended = await seed.ended;
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, new RegExp(`gave ${made.length} bytes`));
    assert.deepEqual(await differences(made, folder('out')), []);
  });

  it('custom-picker.ts takes the last piece first', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    // It allows nothing fast: that would be asked for before anything else.
    const config = { allowedFastMax: 0.5 };
    await using seed = await createClient({ host: '127.0.0.1', config });
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    const words = [folder('t.torrent'), folder('out'), `127.0.0.1:${seed.port}`];
    const ending = await new CliProcess('examples/custom-picker.js', words).ended;
    assert.equal(ending.code, 0, ending.stderr);
    const order = /came as (.*)/.exec(ending.stdout)?.[1]?.split(' ').map(Number);
    assert.equal(order?.length, made.pieces);
    const first = order.slice(0, 5);
    assert.ok(Math.min(...first) > made.pieces / 2, `begins at the end: ${first.join(' ')}`);
    assert.deepEqual(await differences(made, folder('out')), []);
  });

  it('run-a-machine.ts completes a torrent without any I/O', async () => {
    const ending = await new CliProcess('examples/run-a-machine.js', []).ended;
    assert.equal(ending.code, 0, ending.stderr);
    assert.match(ending.stdout, /to the peer: request\n/);
    assert.match(ending.stdout, /event: piece-verified\n[^]*complete\n$/);
  });

  it('rx-chaos.ts completes although blocks are lost, and twice alike', async () => {
    const run = (): Promise<CliEnding> => new CliProcess('examples/rx-chaos.js', ['7']).ended;
    const [first, second] = await Promise.all([run(), run()]);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /complete after [\d.]+ virtual s\n[1-9]\d* blocks were lost/);
    assert.equal(first.stdout, second.stdout);
  });

  it('rx-rate-dashboard.ts draws a download and ends by itself', async () => {
    const ending = await new CliProcess('examples/rx-rate-dashboard.js', []).ended;
    assert.equal(ending.code, 0, ending.stderr);
    assert.match(ending.stdout, /[▁▂▃▄▅▆▇█]+ +[\d.]+ MB\/s, \d+ pieces/);
    assert.match(ending.stdout, /done: 4194304 bytes/);
  });
});
