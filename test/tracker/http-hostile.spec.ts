/**
 * The tracker's HTTP port against peers that mean harm: trickles, floods of connections, heads without end, answers that are
 * not taken, pipelines, proxies and their lies. An honest peer is served meanwhile.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import { HttpFront, MemoryStore, TrackerCore } from '../../src/protocol/index.ts';
import type { HttpLimits } from '../../src/tracker/http-limits.ts';
import { httpLimits } from '../../src/tracker/http-limits.ts';
import type { HttpSite } from '../../src/tracker/http-server.ts';
import { HttpServer } from '../../src/tracker/http-server.ts';
import { statisticsOf } from '../../src/tracker/statistics.ts';
import { TrackerSite } from '../../src/tracker/tracker-site.ts';
import { ANNOUNCE_TARGET } from '../support/tracker-desk.ts';

const HOST = '127.0.0.1';
const GET = `GET ${ANNOUNCE_TARGET} HTTP/1.1\r\nHost: t\r\n\r\n`;

describe('tracker/http-server', () => {
  const open: { close(): Promise<void> }[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(open.splice(0).map((server) => server.close()));
  });

  async function serve(
    limits: Partial<HttpLimits> = {},
    proxies: readonly string[] = [],
    site: HttpSite = siteOf(proxies),
  ): Promise<HttpServer> {
    const server = await HttpServer.open(site, HOST, 0, { ...httpLimits, ...limits });
    open.push(server);
    return server;
  }

  function siteOf(proxies: readonly string[]): TrackerSite {
    const core = new TrackerCore(
      new MemoryStore({}, createRandom(1)),
      { interval: 60_000, jitter: 0 },
      createRandom(1),
    );
    return new TrackerSite(new HttpFront(core), proxies, 'local', () => statisticsOf(core, 0, 0));
  }

  async function dial(
    server: HttpServer,
    allowHalfOpen = false,
  ): Promise<{ socket: Socket; text: () => string }> {
    const socket = connect({ port: server.port, host: HOST, allowHalfOpen });
    sockets.push(socket);
    let got = '';
    socket.on('data', (data: Buffer) => (got += data.toString('latin1')));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return { socket, text: () => got };
  }

  /** The connection is over; a reset is an end like any other. */
  function ended(socket: Socket): Promise<void> {
    return new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** What one whole exchange gives. */
  async function ask(server: HttpServer, request: string): Promise<string> {
    const { socket, text } = await dial(server);
    socket.end(request);
    await ended(socket);
    return text();
  }

  it('answers one request after the other on a connection that stays, also in one packet, in pieces, in HTTP/1.0', async () => {
    const server = await serve();
    const close = GET.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    const three = await ask(server, `${GET}\r\n${GET}${close}`);
    assert.equal(three.match(/^HTTP\/1\.1 200 OK/gm)?.length, 1);
    assert.equal(three.split('HTTP/1.1 200 OK').length - 1, 3);
    assert.equal(three.split('Connection: keep-alive').length - 1, 2);
    const old = await ask(server, GET.replace('HTTP/1.1', 'HTTP/1.0'));
    assert.match(old, /Connection: close\r\n\r\nd8:complete/);
    const { socket, text } = await dial(server);
    for (const letter of close) socket.write(letter);
    await ended(socket);
    assert.match(text(), /200 OK.*5:peers0:e$/s);
  });

  it('refuses what is no request, or too much of one, and ends there', async () => {
    const server = await serve();
    const head = `GET / HTTP/1.1\r\n`;
    const rows: readonly [string, RegExp][] = [
      ['hello\r\n\r\n', /^HTTP\/1.1 400/],
      ['GET  / HTTP/1.1\r\n\r\n', /^HTTP\/1.1 400/],
      ['GET / HTTP/2.0\r\n\r\n', /^HTTP\/1.1 400/],
      [`${head}no colon\r\n\r\n`, /^HTTP\/1.1 400/],
      [`${head}A : b\r\n\r\n`, /^HTTP\/1.1 400/],
      [`${head}Content-Length: 5\r\n\r\nhello`, /^HTTP\/1.1 413/],
      [`${head}Transfer-Encoding: chunked\r\n\r\n`, /^HTTP\/1.1 413/],
      [`${head}${'A: b\r\n'.repeat(65)}\r\n`, /^HTTP\/1.1 431/],
      [`GET /${'x'.repeat(8_192)} HTTP/1.1\r\n\r\n`, /^HTTP\/1.1 431/],
      ['x'.repeat(8_193), /^HTTP\/1.1 431/],
      [`POST /announce HTTP/1.1\r\nConnection: close\r\n\r\n`, /^HTTP\/1.1 405/],
    ];
    for (const [request, expected] of rows) {
      const answer = await ask(server, request);
      assert.match(answer, expected, request.slice(0, 60));
      assert.equal(answer.split('HTTP/1.1 ').length, 2, 'one answer');
    }
    assert.match(
      await ask(server, `${head}${'A: b\r\n'.repeat(63)}Connection: close\r\n\r\n`),
      /404/,
    );
  });

  it('slow loris: a head that trickles has its time, not each byte; others are served', async () => {
    const server = await serve({ headTimeMax: 200, lookMillis: 20 });
    const { socket } = await dial(server);
    let sent = 0;
    const trickle = setInterval(() => socket.write(GET.slice(sent, ++sent)), 10);
    const closed = ended(socket).then(() => clearInterval(trickle));
    assert.match(await ask(server, GET), /200 OK/);
    await closed;
    assert.ok(sent > 0 && sent < GET.length, `${sent} of ${GET.length} bytes`);
  });

  it('ends connections that are idle', async () => {
    const server = await serve({ idleTimeMax: 100, lookMillis: 20 });
    const { socket, text } = await dial(server);
    socket.write(GET);
    await ended(socket);
    assert.match(text(), /200 OK/);
  });

  it('who goes on talking after a fault is not listened to, and cut', async () => {
    const server = await serve({ idleTimeMax: 100, headTimeMax: 60_000, lookMillis: 20 });
    const { socket, text } = await dial(server, true);
    socket.write('hello\r\n\r\n');
    let sent = 0;
    const flood = setInterval(() => {
      sent += 65_536;
      socket.write('x'.repeat(65_536));
    }, 5);
    while (server.connections > 0) await sleep(20);
    clearInterval(flood);
    assert.match(text(), /^HTTP\/1.1 400/);
    assert.ok(sent > 65_536, `${sent} bytes`);
  });

  it('hostConnectionsMax and connectionsMax: whoever waits longest makes room', async () => {
    const few = await serve({ hostConnectionsMax: 3 });
    const kept = [await dial(few), await dial(few), await dial(few)];
    const extra = await dial(few);
    await once(extra.socket, 'close');
    kept[0]!.socket.destroy();
    await once(kept[0]!.socket, 'close');
    const full = await serve({ connectionsMax: 3 });
    const first = await dial(full);
    const gone = once(first.socket, 'close');
    const others = [await dial(full), await dial(full)];
    assert.match(await ask(full, GET), /200 OK/);
    await gone;
    assert.ok(others.every(({ socket }) => !socket.destroyed));
    assert.ok(full.connections <= 3);
  });

  it('a peer that asks and never reads holds one answer, not thousands', async () => {
    const body = new Uint8Array(100_000);
    let answered = 0;
    const site: HttpSite = {
      trusts: () => false,
      answer: (_request, _from, told) => {
        answered++;
        told({ status: 200, body });
      },
    };
    const server = await serve({ idleTimeMax: 200, lookMillis: 20 }, [], site);
    const { socket } = await dial(server);
    socket.pause();
    socket.write(GET.repeat(2_000));
    // Nothing is taken: it is cut for being idle. What the kernel's buffers hold is some megabytes.
    while (server.connections > 0) await sleep(20);
    assert.ok(answered > 0 && answered < 2_000, `${answered} answers`);
  });

  it('S-48: X-Forwarded-For of a proxy that is trusted, its last word only; of nobody else', async () => {
    const told = 'X-Forwarded-For: 9.9.9.9, 8.8.8.8\r\n\r\n';
    const request = GET.replace('\r\n\r\n', `\r\n${told}`);
    const stranger = await ask(await serve(), request);
    assert.ok(stranger.includes('external ip4:\x7f\0\0\x01'));
    const proxied = await serve({}, [HOST]);
    assert.ok((await ask(proxied, request)).includes('external ip4:\b\b\b\b'));
    assert.match(
      await ask(proxied, GET.replace('\r\n\r\n', '\r\nX-Forwarded-For: x\r\n\r\n')),
      /400/,
    );
    // Statistics are for this machine: who comes through the proxy does not.
    const page = (more: string): string => `GET /stats.json HTTP/1.1\r\n${more}`;
    assert.match(await ask(proxied, page(told)), /404/);
    assert.match(await ask(proxied, page('\r\n')), /"announces":1/);
    assert.match(
      await ask(proxied, 'GET /metrics HTTP/1.1\r\n\r\n'),
      /announces_total\{transport="http"\} 1\n/,
    );
  });

  it('close lets an answer that is under way go out, and cuts the rest', async () => {
    const waiting: (() => void)[] = [];
    const site: HttpSite = {
      trusts: () => false,
      answer: (_request, _from, told) => {
        waiting.push(() => told({ status: 200, body: Buffer.from('late') }));
      },
    };
    const server = await serve({}, [], site);
    const idle = await dial(server);
    const { socket, text } = await dial(server);
    socket.write(GET);
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = server.close();
    await once(idle.socket, 'close');
    waiting[0]!();
    await closed;
    if (!socket.destroyed) await ended(socket);
    assert.match(text(), /Connection: close\r\n\r\nlate$/);
  });
});
