/**
 * Magnet links on the command line, as child processes: from the link to the file, what is said meanwhile, and one clear
 * line where it comes to nothing.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { differences } from '../support/compare-files.ts';
import { CliProcess, runCli } from '../support/cli-process.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const local = ['--host', '127.0.0.1'];

describe('cli magnet', function () {
  this.timeout(30_000);
  const folder = tempFolder();
  let seed: CliProcess | null = null;
  afterEach(async () => {
    seed?.kill('SIGINT');
    await seed?.ended;
  });

  async function seeded(): Promise<{
    made: Awaited<ReturnType<typeof smallTorrent>>;
    link: string;
  }> {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    seed = new CliProcess('src/cli/main.js', [
      ...['seed', folder('t.torrent'), folder('src')],
      ...local,
    ]);
    const port = (await seed.says(/port (\d+)/))[1] ?? '';
    await seed.says(/complete/);
    const link = `magnet:?xt=urn:btih:${made.infoHash}&dn=x&x.pe=127.0.0.1:${port}`;
    return { made, link };
  }

  it('downloads, lists, selects, and needs nobody for the metadata the next time', async () => {
    const { made, link } = await seeded();
    const state = ['--state', folder('state')];
    const words = ['download', `${link}&ws=http://w.example/&tr=nonsense`, '-o', folder('out')];
    const plain = await runCli(...words, ...local, ...state);
    assert.equal(plain.code, EXIT.done, plain.stderr);
    assert.match(plain.stderr, /fetching metadata\n/);
    assert.match(plain.stderr, /web seeds, which are not used yet/);
    assert.match(plain.stderr, /1 parts? of the magnet link/);
    assert.deepEqual(await differences(made, folder('out')), []);

    const list = await runCli('download', link, '--list-files', '--select', '1', '--json');
    assert.equal(list.code, EXIT.done, list.stderr);
    assert.equal(list.stdout.trimEnd().split('\n').length, made.files.length);

    const bare = `magnet:?xt=urn:btih:${made.infoHash}`;
    const again = await runCli('download', bare, '-o', folder('out'), ...local, ...state, '--json');
    assert.equal(again.code, EXIT.done, again.stderr);
    assert.doesNotMatch(again.stdout, /"type":"metadata"/);

    const json = await runCli(
      'download',
      link,
      '-o',
      folder('b'),
      ...local,
      '--no-resume',
      '--json',
    );
    assert.equal(json.code, EXIT.done, json.stderr);
    const told = json.stdout.split('\n').filter((line) => line.includes('"type":"metadata"'));
    const { received, size, peers } = JSON.parse(told.at(-1)!) as Record<string, unknown>;
    assert.equal(received, size);
    assert.equal(peers, 1);
  });

  it('says in one line what is wrong with a link, and when nobody has the metadata', async () => {
    const bad: [string, number, RegExp][] = [
      ['magnet:?xt=urn:btih:12', EXIT.usage, /info-hash of the magnet link is not 40/],
      ['magnet:?dn=x', EXIT.usage, /names no torrent/],
      [`magnet:?xt=urn:btmh:1220${'ab'.repeat(32)}`, EXIT.usage, /v2 torrent alone/],
    ];
    for (const [link, code, line] of bad) {
      const ending = await runCli('download', link, '-o', folder('out'), ...local);
      assert.equal(ending.code, code, ending.stderr);
      assert.match(ending.stderr.trimEnd().split('\n').at(-1)!, line);
    }
    const nobody = `magnet:?xt=urn:btih:${createHash('sha1').update('nobody').digest('hex')}`;
    const ending = await runCli(
      'download',
      nobody,
      '-o',
      folder('out'),
      ...local,
      '--timeout',
      '1',
    );
    assert.equal(ending.code, EXIT.noPeers, ending.stderr);
    assert.match(ending.stderr, /no peers for 1 second, so no metadata \(name one/);
  });
});
