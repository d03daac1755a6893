/** `-` for a torrent: it comes on standard input, as a file would; and Ctrl-C while nothing comes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { differences } from '../support/compare-files.ts';
import { CliProcess } from '../support/cli-process.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
const main = 'src/cli/main.js';
const local = ['--host', HOST];

describe('cli: a torrent on standard input', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  it('seed, download and serve take it', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const torrent = readFileSync(folder('t.torrent'));
    const run = (...words: string[]): CliProcess =>
      new CliProcess(main, [...words, ...local], {}, torrent);
    const seed = run('seed', '-', folder('src'));
    const port = (await seed.says(/port (\d+)/))[1] ?? '';
    await seed.says(/complete/);
    const peer = ['--peer', `${HOST}:${port}`];
    const downloaded = await run('download', '-', '-o', folder('out'), ...peer).ended;
    assert.equal(downloaded.code, EXIT.done, downloaded.stderr);
    assert.deepEqual(await differences(made, folder('out')), []);
    const server = run('serve', '-', '-o', folder('served'), ...peer, '--json');
    const url = (await server.says(/"type":"serving","url":"([^"]+)"/))[1] ?? '';
    const reply = await fetch(`${url}files/1`);
    const truth = readFileSync(folder('src', made.files[0]!.path));
    assert(Buffer.from(await reply.arrayBuffer()).equals(truth));
    await server.says(/"type":"complete"/);
    for (const one of [server, seed]) {
      one.kill('SIGINT');
      const { code, stderr } = await one.ended;
      assert.equal(code, EXIT.done, stderr);
    }
  });

  it('what is no torrent is refused by its own name', async () => {
    const refused = new CliProcess(main, ['seed', '-', folder()], {}, Buffer.from('i1e'));
    const { code, stderr } = await refused.ended;
    assert.equal(code, EXIT.badTorrent, stderr);
  });

  for (const verb of ['announce', 'scrape']) {
    it(`${verb}: one Ctrl-C ends the wait for it`, async function () {
      if (process.platform !== 'linux') this.skip();
      const waiting = new CliProcess(main, [verb, '-'], {}, 'silent');
      // Node handles Ctrl-C from the start; a hangup is only handled by who listens for both.
      await waiting.handles('SIGHUP');
      waiting.kill('SIGINT');
      const { code, stdout, stderr } = await waiting.ended;
      assert.equal(code, EXIT.interrupted, stderr);
      assert.equal(stdout, '');
    });
  }

  it('info, which has nothing to tidy up, ends by Ctrl-C itself', async function () {
    if (process.platform !== 'linux') this.skip();
    const waiting = new CliProcess(main, ['info', '-'], {}, 'silent');
    await waiting.handles('SIGINT');
    waiting.kill('SIGINT');
    const { code, signal } = await waiting.ended;
    assert.deepEqual([code, signal], [null, 'SIGINT']);
  });
});
