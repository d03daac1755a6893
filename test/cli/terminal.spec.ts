/**
 * What a person at a terminal sees: a bar that moves and is taken away properly, colours unless refused, errors in one
 * line. The same program in a pipe is in transfer.spec.ts.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { CliProcess, hasTerminals, runOnTerminal } from '../support/cli-process.ts';
import { differences } from '../support/compare-files.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const local = ['--host', '127.0.0.1'];
const SHOW_CURSOR = '\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';

describe('cli on a terminal', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  before(function () {
    if (hasTerminals()) return;
    console.log('      (skipped: no `script` of util-linux here, so no terminal to test on)');
    this.skip();
  });

  for (const refused of [false, true]) {
    it(`download: a bar, the cursor back, the result${refused ? ', no colour with NO_COLOR' : ''}`, async () => {
      const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
      const seed = new CliProcess('src/cli/main.js', [
        'seed',
        folder('t.torrent'),
        folder('src'),
        ...local,
      ]);
      const port = (await seed.says(/port (\d+)/))[1] ?? '';
      await seed.says(/complete/);
      const words = ['download', folder('t.torrent'), '-o', folder('out'), ...local];
      const { code, screen } = await runOnTerminal(
        [...words, '--peer', `127.0.0.1:${port}`],
        refused ? { NO_COLOR: '1' } : {},
      );
      seed.kill('SIGINT');
      await seed.ended;
      assert.equal(code, EXIT.done, screen);
      assert.match(screen, /[\u2588\u2591]{10}.*100\.0 %/);
      assert.match(screen, /complete: 1\.02 MiB in \d\.\d\d s/);
      assert(screen.includes(HIDE_CURSOR), 'the bar hides the cursor while it moves');
      assert(
        screen.lastIndexOf(SHOW_CURSOR) > screen.lastIndexOf(HIDE_CURSOR),
        'the cursor is back',
      );
      // eslint-disable-next-line no-control-regex -- colours are what is looked for
      assert.equal(/\u001b\[3\dm/.test(screen), !refused);
      assert.deepEqual(await differences(made, folder('out')), []);
    });
  }

  it('the demo: a bar per leech, compared to the byte', async () => {
    const { code, screen } = await runOnTerminal(['demo']);
    assert.equal(code, EXIT.done, screen);
    for (const leech of ['leech 1', 'leech 2', 'leech 3']) assert(screen.includes(leech));
    assert.match(screen, /every byte compared with the source: equal/);
    assert(screen.lastIndexOf(SHOW_CURSOR) >= screen.lastIndexOf(HIDE_CURSOR));
  });

  it('a mistake: one clear line', async () => {
    const { code, screen } = await runOnTerminal(['download', folder('nothing.torrent')]);
    assert.equal(code, EXIT.read);
    const lines = screen.split('\n').filter((line) => line.trim() !== '');
    assert.equal(lines.length, 1, screen);
    assert.match(lines[0]!, /swarmwright: .*nothing\.torrent: no such file \(check the path\)/);
  });
});
