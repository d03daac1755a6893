/**
 * The files of a torrent over HTTP: ranges while it downloads, safe headers, hosts, paths, Ctrl-C (S-60, S-63, S-64, S-65).
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Client, Torrent } from '../../src/client/index.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { FileServer, serveLimits } from '../../src/cli/serve/file-server.ts';
import type { Served } from '../../src/cli/serve/file-server.ts';
import { CliProcess, runCli } from '../support/cli-process.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
/** The numbers of `smallTorrent`. */
const [A, EMPTY, TAIL] = [2, 3, 5] as const;

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request with a path that nobody tidies and any headers. */
function raw(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Reply> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: HOST, port, path, method, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('error', reject);
      reply.on('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          headers: reply.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('serve', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  async function scene(start = true): Promise<{
    made: MadeTorrent;
    torrent: Torrent;
    url: string;
    truth: (number: number) => Buffer;
    [Symbol.asyncDispose](): Promise<void>;
  }> {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const clients: Client[] = [];
    for (let i = 0; i < 2; i++) clients.push(await createClient({ host: HOST }));
    const [seed, leech] = clients as [Client, Client];
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    const torrent = await leech.add(folder('t.torrent'), {
      path: folder('copy'),
      peers: [`${HOST}:${seed.port}`],
      paused: !start,
    });
    const server = await FileServer.open(torrent, 0);
    return {
      made,
      torrent,
      url: server.url,
      truth: (number) => readFileSync(folder('src', made.files[number - 1]!.path)),
      [Symbol.asyncDispose]: async () => {
        await server.close();
        for (const client of clients) await client.close();
      },
    };
  }

  it('gives whole files and single ranges while the torrent downloads', async () => {
    await using here = await scene(false);
    const { url, truth, torrent, made } = here;
    const early = fetch(`${url}files/${TAIL}`, { headers: { range: 'bytes=200000-250000' } });
    torrent.start();
    const range = await early;
    assert.equal(range.status, 206);
    assert.equal(range.headers.get('content-range'), 'bytes 200000-250000/300007');
    assert.equal(range.headers.get('content-length'), '50001');
    assert(Buffer.from(await range.arrayBuffer()).equals(truth(TAIL).subarray(200_000, 250_001)));

    const whole = await fetch(`${url}files/${A}`);
    assert.equal(whole.status, 200);
    assert.equal(whole.headers.get('accept-ranges'), 'bytes');
    assert(Buffer.from(await whole.arrayBuffer()).equals(truth(A)));

    const last = await fetch(`${url}files/${A}`, { headers: { range: 'bytes=-5' } });
    assert.equal(last.status, 206);
    assert(Buffer.from(await last.arrayBuffer()).equals(truth(A).subarray(-5)));

    const many = [A, TAIL, A, EMPTY].map(async (number) => {
      const reply = await fetch(`${url}files/${number}`);
      return Buffer.from(await reply.arrayBuffer()).equals(truth(number));
    });
    assert.deepEqual(await Promise.all(many), [true, true, true, true]);
    assert.equal(made.files.length, 5);
  });

  it('refuses ranges outside and several at once, and answers HEAD without a body', async () => {
    await using here = await scene();
    const { url } = here;
    for (const range of ['bytes=700001-', 'bytes=0-1,5-6']) {
      const reply = await fetch(`${url}files/${A}`, { headers: { range } });
      assert.equal(reply.status, 416, range);
      assert.equal(reply.headers.get('content-range'), 'bytes */700001');
      assert.equal(await reply.text(), '');
    }
    const empty = await fetch(`${url}files/${EMPTY}`);
    assert.equal(empty.status, 200);
    assert.equal(empty.headers.get('content-length'), '0');
    const head = await raw(url, `/files/${A}`, {}, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal(head.headers['content-length'], '700001');
    assert.equal(head.body.length, 0);
    const part = await raw(url, `/files/${A}`, { range: 'bytes=10-19' }, 'HEAD');
    assert.equal(part.status, 206);
    assert.equal(part.headers['content-length'], '10');
    const list = await raw(url, '/', {}, 'HEAD');
    assert.equal(list.status, 200);
    assert.equal(list.body.length, 0);
  });

  it('goes on only with what was begun: If-Range', async () => {
    await using here = await scene();
    const { url } = here;
    const range = 'bytes=0-3';
    const first = await raw(url, `/files/${A}`, { range });
    const tag = first.headers.etag ?? '';
    assert.match(tag, /^"[0-9a-f]{40}-1"$/);
    assert.equal((await raw(url, `/files/${A}`, { range, 'if-range': tag })).status, 206);
    assert.equal((await raw(url, `/files/${A}`, { range, 'if-range': '"other"' })).status, 200);
  });

  it('S-60: answers for this machine by its own names alone, on every route', async () => {
    await using here = await scene();
    const { url } = here;
    const { port } = new URL(url);
    for (const path of ['/', '/files/1', '/nothing']) {
      for (const host of [
        'evil.example',
        `evil.example:${port}`,
        '127.0.0.1:1',
        '127.0.0.1.evil.example',
        'localhost.',
      ]) {
        assert.equal((await raw(url, path, { host })).status, 421, `${path} for ${host}`);
      }
      for (const host of ['localhost', `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
        assert.notEqual((await raw(url, path, { host })).status, 421, `${path} for ${host}`);
      }
    }
    for (const lines of [[], [`Host: localhost:${port}`, 'Host: evil.example']]) {
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(Number(port), HOST);
        let text = '';
        socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
        socket.on('close', () => resolve(text));
        socket.write(`${['GET / HTTP/1.1', ...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
      });
      assert.match(answer, /^HTTP\/1\.1 400 /);
    }
    assert.equal((await raw(url, '/', { 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await raw(url, '/', {}, 'POST')).status, 405);
  });

  it('S-65: finds files by number, and nothing by path', async () => {
    await using here = await scene();
    const { url } = here;
    const paths = [
      '/../etc/passwd',
      '/files/../1',
      '/%2e%2e%2fetc/passwd',
      '/files/%31',
      '/files/1/../../etc/passwd',
      '/files/..%5c1',
      '/files/1%00',
      '/%252e%252e%252f',
      '/files/0',
      '/files/01',
      '/files/6',
      '/files/99999999999999999999',
      '/files/-1',
      '/files/1e0',
      '/files/',
      '/files',
      '//files/1',
      'http://evil.example/files/1',
      '*',
    ];
    for (const path of paths) assert.equal((await raw(url, path)).status, 404, path);
    assert.equal((await raw(url, '/files/1?x=../..')).status, 200);
  });

  it('S-63, S-64: no answer can act in a browser, whatever its name', async () => {
    const names = [
      '<img src=x onerror=alert(1)>.html',
      '"></a><script>alert(1)</script>.svg',
      "' onmouseover='x.mp4",
      'a\r\nSet-Cookie: x.mkv',
      '\u202Egpj.exe',
      '\ud800.mp3',
      'naïve – ☃.flac',
    ];
    const torrent: Served = {
      name: '</title><script>alert(2)</script>',
      infoHash: '0'.repeat(40),
      files: names.map((name, index) => ({
        index,
        name,
        path: name,
        pathInside: name,
        length: 3,
        offset: 0,
        priority: 1,
        downloaded: 0,
        progress: 0,
        done: false,
        stream: () => Readable.from([Buffer.from('abc')]),
      })),
    };
    const server = await FileServer.open(torrent, 0);
    try {
      const list = await raw(server.url, '/');
      const html = list.body.toString();
      const tags = new Set(html.match(/<\/?[a-z!][a-z0-9]*/gi));
      const known = ['html', 'head', 'meta', 'title', 'body', 'h1', 'table', 'tr', 'td', 'a'];
      for (const tag of tags)
        assert(tag === '<!doctype' || known.includes(tag.replace(/[</]/g, '')), tag);
      assert.equal(html.match(/<a /g)?.length, names.length);
      assert.equal(html.match(/<a href="\/files\/\d">/g)?.length, names.length);
      assert(!html.includes('\u202e'));
      for (const [i, name] of names.entries()) {
        const { status, headers } = await raw(server.url, `/files/${i + 1}`);
        assert.equal(status, 200);
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.match(String(headers['content-security-policy']), /default-src 'none'.*; sandbox$/);
        assert.match(
          String(headers['content-disposition']),
          /^attachment; filename="[A-Za-z0-9 ._-]*"; filename\*=UTF-8''[A-Za-z0-9%._~!-]*$/,
        );
        assert.equal(headers['x-frame-options'], 'DENY');
        assert.equal(headers['cache-control'], 'no-store');
        assert.equal(headers['set-cookie'], undefined);
        assert.equal(headers['access-control-allow-origin'], undefined);
        const type = headers['content-type'] ?? '';
        assert(/^(video|audio)\/|^application\/octet-stream$/.test(type), `${name}: ${type}`);
      }
      for (const path of ['/', '/nothing']) {
        const { headers } = await raw(server.url, path);
        assert.match(
          String(headers['content-security-policy']),
          /default-src 'none'.*frame-ancestors 'none'/,
        );
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['cache-control'], 'no-store');
      }
    } finally {
      await server.close();
    }
  });

  it('reads so many files at once and no more, and lets go of those that nobody reads', async () => {
    const open = new Set<Readable>();
    const torrent: Served = {
      name: 'slow',
      infoHash: '0'.repeat(40),
      files: [
        {
          index: 0,
          name: 'slow',
          path: 'slow',
          pathInside: 'slow',
          length: 3,
          offset: 0,
          priority: 1,
          downloaded: 0,
          progress: 0,
          done: false,
          stream: () => {
            const stream = new Readable({ read: () => undefined });
            open.add(stream);
            stream.once('close', () => open.delete(stream));
            return stream;
          },
        },
      ],
    };
    const server = await FileServer.open(torrent, 0);
    const give = new AbortController();
    const replies: Response[] = [];
    for (let i = 0; i < serveLimits.streamsMax; i++) {
      replies.push(await fetch(`${server.url}files/1`, { signal: give.signal }));
    }
    assert.equal(open.size, serveLimits.streamsMax);
    assert.equal((await raw(server.url, '/files/1')).status, 503, 'one beyond');
    assert.equal((await raw(server.url, '/files/1', {}, 'HEAD')).status, 200);
    const closed = [...open].map(
      (stream) => new Promise((resolve) => stream.once('close', resolve)),
    );
    give.abort();
    await Promise.all(closed);
    const again = await fetch(`${server.url}files/1`);
    assert.equal(again.status, 200);
    const ended = again.text().then(
      () => 'whole',
      () => 'cut',
    );
    await server.close();
    assert.equal(await ended, 'cut', 'the connection tells that bytes are missing');
    assert.equal(open.size, 0);
  });

  it('runs as a command: prints where, serves, ends at Ctrl-C', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const local = ['--host', HOST];
    const main = 'src/cli/main.js';
    const seed = new CliProcess(main, ['seed', folder('t.torrent'), folder('src'), ...local]);
    const port = (await seed.says(/port (\d+)/))[1] ?? '';
    await seed.says(/complete/);
    const words = ['serve', folder('t.torrent'), '-o', folder('out'), ...local];
    const peer = ['--peer', `${HOST}:${port}`, '--select', 'one'];
    const server = new CliProcess(main, [...words, ...peer, '--json']);
    const url = (await server.says(/"type":"serving","url":"([^"]+)"/))[1] ?? '';
    const reply = await fetch(`${url}files/${TAIL}`);
    const truth = readFileSync(folder('src', made.files[TAIL - 1]!.path));
    assert(Buffer.from(await reply.arrayBuffer()).equals(truth));
    assert.match(await (await fetch(url)).text(), /not selected/);
    const taken = await runCli(...words, '--http-port', new URL(url).port);
    assert.equal(taken.code, EXIT.listen);
    assert.match(taken.stderr, /^swarmwright: the port is in use: .*--http-port/m);
    server.kill('SIGINT');
    const ending = await server.ended;
    assert.equal(ending.code, EXIT.done, ending.stderr);
    assert.match(ending.stdout, /"type":"stopped"\}\n$/);
    seed.kill('SIGINT');
    await seed.ended;
  });
});
