/**
 * What a hostile tracker can do to us over real HTTP, row by row: S-41 (bombs), S-42 (requests behind our own door),
 * S-43 (credentials and certificates). The requests are the announcer's own: its limits, its `localPath`.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { execFile } from 'node:child_process';
import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, it } from 'mocha';
import type { HttpFault, HttpReply, HttpRequest } from '../../../src/core/index.ts';
import type { AnnounceOutcome } from '../../../src/protocol/index.ts';
import { decodeHttpReply, encodeCompactPeers } from '../../../src/protocol/index.ts';
import { httpTimeMax, peersPerReplyMax } from '../../../src/protocol/tracker/limits.ts';
import { NodeHTTP } from '../../../src/reactors/node/http/http-client.ts';
import type { HttpManner } from '../../../src/reactors/node/http/http-exchange.ts';
import { addressScope } from '../../../src/reactors/node/http/address-scope.ts';
import { mayBeAsked } from '../../../src/reactors/node/http/local-path.ts';
import { defaultNodeLimits } from '../../../src/reactors/node/options.ts';
import { AnnounceWorld } from '../../support/announce-world.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { LOOPBACK } from './tools.ts';

const servers: Server[] = [];
const clients: NodeHTTP[] = [];

async function serve(
  answer: RequestListener,
  host: string = LOOPBACK,
  secure = false,
): Promise<string> {
  const server = secure ? createSecureServer(selfSigned, answer) : createServer(answer);
  servers.push(server);
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `${secure ? 'https' : 'http'}://${host}:${port}`;
}

function client(manner: Partial<HttpManner> = {}): NodeHTTP {
  const made = new NodeHTTP({
    localAddress: null,
    userAgent: null,
    redirectsMax: defaultNodeLimits.redirectsMax,
    isGlobal: (host) => addressScope(host) === 'global',
    denies: () => false,
    lookup: names({}),
    ...manner,
  });
  clients.push(made);
  return made;
}

/** A resolver of these names alone; a list of lists is answered one after the other. */
function names(
  table: Readonly<Record<string, readonly (readonly string[])[]>>,
): HttpManner['lookup'] {
  const calls = new Map<string, number>();
  const look = (
    name: string,
    _options: unknown,
    done: (error: Error | null, found: LookupAddress[]) => void,
  ): void => {
    const call = calls.get(name) ?? 0;
    calls.set(name, call + 1);
    const answers = table[name] ?? [];
    const hosts = answers[Math.min(call, answers.length - 1)] ?? [];
    const family = (host: string): number => (host.includes(':') ? 6 : 4);
    const error = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    const found = hosts.map((address) => ({ address, family: family(address) }));
    setImmediate(() => done(found.length === 0 ? error : null, found));
  };
  return look as unknown as HttpManner['lookup'];
}

/** The request that an announcer makes of this tracker. */
function announceOf(url: string): HttpRequest {
  const world = new AnnounceWorld([[url]]);
  world.start();
  return world.one('http').request;
}

interface Answer {
  readonly reply: HttpReply | null;
  readonly fault: HttpFault | null;
}

function ask(request: HttpRequest, by: NodeHTTP = client()): Promise<Answer> {
  return new Promise((resolve) => {
    by.request(request, (reply, fault) => resolve({ reply, fault }));
  });
}

async function announce(url: string, by: NodeHTTP = client()): Promise<AnnounceOutcome> {
  const { reply, fault } = await ask(announceOf(url), by);
  return decodeHttpReply({ type: 'http-done', job: 1, reply, fault });
}

const OK = 'd8:intervali1800e5:peers0:e';

describe('trackers over real HTTP', () => {
  afterEach(() => {
    for (const made of clients.splice(0)) made.stop();
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  describe('S-41', () => {
    it('S-41: a megabyte of gzip that unpacks to a gigabyte costs no more than the cap', async () => {
      // Gzip members one after the other unpack one after the other.
      const member = gzipSync(Buffer.alloc(64 << 20));
      const bomb = Buffer.concat(Array.from({ length: 16 }, () => member));
      assert.ok(bomb.length < 1.2e6, `${bomb.length} bytes for a gigabyte`);
      const base = await serve((_, reply) => {
        reply.setHeader('content-encoding', 'gzip').end(bomb);
      });
      const before = process.memoryUsage().rss;
      assert.equal((await ask(announceOf(`${base}/announce`))).fault, 'too-large');
      const grown = process.memoryUsage().rss - before;
      assert.ok(grown < 64 << 20, `${grown >> 20} MiB more`);
    });

    it('S-41: endless chunks end at the cap, a slow body at the time limit', async () => {
      const base = await serve((request, reply) => {
        const pour = (): void => {
          while (!reply.destroyed && reply.write(Buffer.alloc(65_536)));
        };
        reply.on('drain', pour);
        if (request.url?.includes('left=0') === true) return void reply.write('d8:interval');
        pour();
      });
      assert.equal((await ask(announceOf(`${base}/announce`))).fault, 'too-large');
      assert.ok(httpTimeMax <= 30_000);
      const world = new AnnounceWorld([[`${base}/announce`]]);
      world.facts.left = 0;
      world.start();
      const { request } = world.one('http');
      assert.equal(request.timeMax, httpTimeMax);
      assert.equal((await ask({ ...request, timeMax: 50 })).fault, 'timed-out');
    });

    it('S-41: of 10^5 peers 200 are used; five redirects are followed and no sixth', async () => {
      const many = Array.from({ length: 100_000 }, (_, i) => ({
        host: `11.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
        port: 6881,
      }));
      const list = encodeCompactPeers(many, 'v4');
      const body = Buffer.concat([
        Buffer.from(`d8:intervali0e5:peers${list.length}:`),
        list,
        Buffer.from('e'),
      ]);
      const base = await serve((request, reply) => {
        const hop = Number(/[?&]hop=(\d)/.exec(request.url ?? '')?.[1] ?? 0);
        if (hop === 0) return void reply.end(body);
        reply.writeHead(302, { location: `/announce?hop=${hop - 1}` }).end();
      });
      const outcome = await announce(`${base}/announce?hop=5`);
      assert.ok(outcome.type === 'answered');
      assert.equal(outcome.addresses.length, peersPerReplyMax);
      assert.equal(peersPerReplyMax, 200);
      assert.equal(outcome.interval, 60_000, 'interval 0: not more than one announce a minute');
      assert.equal((await ask(announceOf(`${base}/announce?hop=6`))).fault, 'bad-reply');
    });

    it('S-41: a chunk size that no number holds, or is negative, is no HTTP', async () => {
      for (const size of ['ffffffffffffffffff', '-1', '0x10']) {
        const base = await serve((_, reply) => {
          const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
          reply.socket?.end(`${head}${size}\r\nabc\r\n`);
        });
        assert.equal((await ask(announceOf(`${base}/announce`))).fault, 'bad-reply', size);
      }
    });
  });

  describe('S-42', () => {
    it('S-42: a name that leads to this host is asked at /announce alone', async () => {
      const asked: string[] = [];
      const base = await serve((request, reply) => {
        asked.push(request.url!.split('?')[0]!);
        reply.end(OK);
      });
      const { port } = new URL(base);
      const by = (): NodeHTTP => client({ lookup: names({ 'tracker.example': [[LOOPBACK]] }) });
      const at = (path: string): Promise<AnnounceOutcome> =>
        announce(`http://tracker.example:${port}${path}`, by());
      assert.equal((await at('/announce')).type, 'answered');
      for (const path of ['/', '/admin', '/x/announce', '/announce/', '/announce.php']) {
        const outcome = await at(path);
        assert.ok(outcome.type === 'failed');
        assert.equal(outcome.reason, 'a tracker may not be asked at that address', path);
      }
      assert.deepEqual(asked, ['/announce']);
    });

    it('S-42: hosts of this site at paths that end in /announce, link-local ones nowhere', () => {
      const may = (host: string, path: string): boolean =>
        mayBeAsked(host, path, '/announce', () => false);
      for (const host of ['10.0.0.1', '192.168.1.1', '172.16.9.9', 'fd00::1', '100.64.0.1']) {
        assert.deepEqual(
          ['/announce', '/key/announce', '/', '/reboot'].map((path) => may(host, path)),
          [true, true, false, false],
          host,
        );
      }
      for (const host of ['127.0.0.1', '127.9.9.9', '::1', '::', '0.0.0.0', '::ffff:127.0.0.1']) {
        assert.deepEqual(
          ['/announce', '/key/announce', '/'].map((path) => may(host, path)),
          [true, false, false],
          host,
        );
      }
      const nobody = ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fe80::1%lo'];
      for (const host of [...nobody, '224.0.0.1', 'ff02::1', 'name']) {
        assert.equal(may(host, '/announce'), false, host);
      }
      assert.equal(
        mayBeAsked('127.0.0.1', '/x', null, () => false),
        true,
        'the user’s own URL',
      );
      assert.equal(
        mayBeAsked('93.184.216.34', '/x', '/announce', () => true),
        true,
      );
    });

    it('S-42: no redirect leads to another path of this host, nor from a public one to it', async () => {
      let reached = 0;
      const secret = await serve((request, reply) => {
        if (request.url !== '/announce') reached++;
        reply.end(OK);
      }, '127.0.0.2');
      const { port } = new URL(secret);
      const base = await serve((request, reply) => {
        const path = new URLSearchParams(request.url!.split('?')[1]).get('to')!;
        reply.writeHead(302, { location: `http://127.0.0.2:${port}${path}` }).end();
      });
      assert.equal((await announce(`${base}/announce?to=/announce`)).type, 'answered');
      for (const to of ['/', '/admin', '/x/announce']) {
        assert.equal((await announce(`${base}/announce?to=${to}`)).type, 'failed', to);
      }
      // 127.0.0.1 plays the public server.
      const by = client({ isGlobal: (host) => host === LOOPBACK });
      assert.equal((await ask(announceOf(`${base}/announce?to=/announce`), by)).fault, 'bad-reply');
      assert.equal(reached, 0);
    });

    it('S-42: an answer of DNS that flips between check and connect is not connected to', async () => {
      let reached = 0;
      const base = await serve((_, reply) => {
        reached++;
        reply.end(OK);
      });
      const { port } = new URL(base);
      // The first look-up is judged and is the one that is connected to: 127.0.0.9 answers nobody.
      const flips = names({ 'flip.example': [['127.0.0.9'], [LOOPBACK]] });
      const by = client({ lookup: flips, isGlobal: (host) => host === '127.0.0.9' });
      const { fault } = await ask(announceOf(`http://flip.example:${port}/private`), by);
      assert.equal(fault, 'refused');
      // And asked again, it is judged again.
      const again = await ask(announceOf(`http://flip.example:${port}/private`), by);
      assert.equal(again.fault, 'forbidden');
      assert.equal(reached, 0);
    });
  });

  describe('S-43', () => {
    it('S-43: a certificate that nobody vouches for is refused, whatever the environment says', async () => {
      let asked = 0;
      const answer: RequestListener = (_, reply) => {
        asked++;
        reply.end(OK);
      };
      const base = await serve(answer, LOOPBACK, true);
      assert.equal((await announce(`${base}/announce`)).type, 'failed');
      const path = new URL('../../../src/reactors/node/index.js', import.meta.url).href;
      const program = `
        const { createNodeReactor } = await import(${JSON.stringify(path)});
        const reactor = createNodeReactor({});
        const request = { method: 'GET', url: ${JSON.stringify(`${base}/announce`)}, range: null,
          localPath: null, restraints: [], bytesMax: 1000, timeMax: 5000 };
        reactor.request(request, (reply, fault) => { console.log(fault); reactor.stop(); });`;
      const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      const ran = await new Promise<string>((resolve) => {
        execFile(
          process.execPath,
          ['--no-warnings', '--input-type=module', '-e', program],
          { env },
          (_, stdout, stderr) => resolve(stdout + stderr),
        );
      });
      assert.equal(ran.trim(), 'refused');
      assert.equal(asked, 0);
    });

    it('S-43: credentials stay with their origin, and no tracker gets any', async () => {
      const seen: (string | undefined)[] = [];
      const note: RequestListener = (request, reply) => {
        seen.push(request.headers.authorization);
        reply.end(OK);
      };
      const other = await serve(note);
      const base = await serve((request, reply) => {
        seen.push(request.headers.authorization);
        const location = request.url!.startsWith('/announce') ? '/next' : `${other}/announce`;
        reply.writeHead(302, { location }).end();
      });
      const given = announceOf(`${base}/announce`);
      const url = given.url.replace('://', '://me:word@');
      assert.equal((await ask({ ...given, url, localPath: null })).fault, null);
      const basic = `Basic ${Buffer.from('me:word').toString('base64')}`;
      assert.deepEqual(seen, [basic, basic, undefined]);
      const world = new AnnounceWorld([['http://me:word@t.example/announce']]);
      world.start();
      world.quiet();
      assert.match(JSON.stringify(world.reports), /url-credentials/);
    });
  });
});
