/** S-43: what the program prints has no passkey in it, whoever says it: our warnings, a tracker's words, errors. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { redactUrl, trackerName, withoutSecrets } from '../../src/client/words/redact.ts';
import { CliProcess, runCli } from '../support/cli-process.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SECRET = 'c0ffee1234567890';
const local = ['--host', '127.0.0.1'];

describe('cli passkeys', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  for (const json of [false, true]) {
    it(`S-43: no passkey in the output${json ? ', --json' : ''}`, async () => {
      const server = createServer((request, reply) => {
        const announces = request.url?.startsWith('/announce') === true;
        const words = `unregistered passkey ${SECRET}, sorry`;
        if (announces) reply.end(`d14:failure reason${words.length}:${words}e`);
        else reply.writeHead(404).end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await smallTorrent(folder('src'), folder('t.torrent'), `${base}/announce?passkey=${SECRET}`);
      const more = [...local, ...(json ? ['--json'] : [])];
      const words = ['download', folder('t.torrent'), '-o', folder('out'), ...more];
      const leech = new CliProcess('src/cli/main.js', words);
      await leech.says(/unregistered passkey/);
      leech.kill('SIGINT');
      const told = await leech.ended;
      const source = `${base}/get/${SECRET}/t.torrent?torrent_pass=${SECRET}`;
      const missing = await runCli('download', source, '-o', folder('out'), ...more);
      assert.equal(missing.code, EXIT.read, missing.stderr);
      assert.match(missing.stderr, /http:\/\/127\.0\.0\.1:\d+\/…: the server answered 404/);
      for (const { stdout, stderr } of [told, missing]) {
        assert.ok(!(stdout + stderr).includes(SECRET), stdout + stderr);
      }
      server.close();
      server.closeAllConnections();
    });
  }

  it('S-43: of a URL only scheme and host are shown, and trackers’ words lose what it holds', () => {
    assert.equal(trackerName(`udp://t.example:80/${SECRET}/announce`), 'udp://t.example:80');
    assert.equal(trackerName('no url'), 'a tracker');
    const rows: [string, string][] = [
      [`https://me:word@t.example/a?k=${SECRET}`, 'https://t.example/…'],
      ['http://t.example/', 'http://t.example'],
      [`magnet:?xt=urn:btih:x&tr=http://t/${SECRET}/announce`, 'magnet:…'],
      ['folder/file.torrent', 'folder/file.torrent'],
    ];
    for (const [given, expected] of rows) assert.equal(redactUrl(given), expected, given);
    const url = `http://t/${SECRET}/announce?uid=77&key=abcdef`;
    const words = `passkey ${SECRET} (key abcdef) of 77 may not announce`;
    assert.equal(withoutSecrets(words, url), 'passkey … (key …) of 77 may not announce');
  });
});
