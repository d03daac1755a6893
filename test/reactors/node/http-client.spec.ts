/** HTTP for trackers: faults of servers (F rows of replies), caps, redirects (S-42). */
import assert from 'node:assert/strict';
import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createTcpServer, isIP } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, it } from 'mocha';
import type { HttpFault, HttpReply, HttpRequest } from '../../../src/core/index.ts';
import { NodeHTTP } from '../../../src/reactors/node/http/http-client.ts';
import type { HttpManner } from '../../../src/reactors/node/http/http-exchange.ts';
import { DeafServer } from './deaf-server.ts';
import { assertPlain, LOOPBACK } from './tools.ts';

type AllFound = (error: Error | null, found: readonly LookupAddress[]) => void;

interface Answer {
  readonly reply: HttpReply | null;
  readonly fault: HttpFault | null;
}

const servers: (Server | TcpServer)[] = [];
const sockets: Socket[] = [];
const clients: NodeHTTP[] = [];

async function serve(answer: RequestListener, host: string = LOOPBACK): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** A server that speaks what it likes. */
async function serveRaw(text: string | null): Promise<string> {
  const server = createTcpServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.once('data', () => (text === null ? undefined : socket.end(text, 'latin1')));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}

function client(manner: Partial<HttpManner> = {}): NodeHTTP {
  const made = new NodeHTTP({
    localAddress: null,
    userAgent: 'test/1',
    redirectsMax: 5,
    isGlobal: () => false,
    denies: () => false,
    lookup,
    ...manner,
  });
  clients.push(made);
  return made;
}

function ask(
  url: string,
  more: Partial<HttpRequest> = {},
  by: NodeHTTP = client(),
): Promise<Answer> {
  const request: HttpRequest = {
    method: 'GET',
    url,
    range: null,
    localPath: null,
    restraints: [],
    bytesMax: 1000,
    timeMax: 10_000,
    ...more,
  };
  return new Promise((resolve) => {
    let inside = true;
    let answered = false;
    by.request(request, (reply, fault) => {
      assert.ok(!inside, 'answered from inside the call');
      assert.ok(!answered, 'answered twice');
      answered = true;
      assert.equal(reply === null, fault !== null);
      resolve({ reply, fault });
    });
    inside = false;
  });
}

const text = ({ reply, fault }: Answer): string => {
  assert.equal(fault, null);
  assertPlain(reply!.body);
  return Buffer.from(reply!.body).toString();
};

describe('NodeHTTP', () => {
  afterEach(() => {
    for (const made of clients.splice(0)) made.stop();
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
    }
  });

  it('leaves escaped binary in the query as it is, and says who it is', async () => {
    let seen: IncomingMessage | null = null;
    const base = await serve((request, reply) => {
      seen = request;
      reply.end('ok');
    });
    const query = '/announce?info_hash=%124Vx%9A%bc%DE%f1%23Eg%89%AB%CD%EF%124Vx%9A&compact=1';
    assert.equal(text(await ask(base + query)), 'ok');
    assert.equal(seen!.url, query);
    assert.equal(seen!.headers['user-agent'], 'test/1');
    assert.equal(seen!.headers.connection, 'close');
    assert.equal(seen!.headers.host, base.slice(7));
  });

  it('gives any status with its body, also in chunks and without length', async () => {
    const base = await serve((request, reply) => {
      reply.statusCode = request.url === '/gone' ? 410 : 200;
      reply.write('in ');
      setImmediate(() => reply.end('chunks'));
    });
    const answer = await ask(`${base}/gone`);
    assert.equal(answer.reply?.status, 410);
    assert.equal(text(answer), 'in chunks');
    assert.equal(text(await ask(await serveRaw('HTTP/1.0 200 OK\r\n\r\nold'))), 'old');
  });

  it('asks for ranges unpacked, and knows HEAD', async () => {
    const seen: unknown[] = [];
    const base = await serve((request, reply) => {
      seen.push(request.method, request.headers.range, request.headers['accept-encoding']);
      reply.writeHead(request.method === 'GET' ? 206 : 200, { 'content-length': 3 });
      reply.end('abc');
    });
    assert.equal((await ask(base, { range: [5, 7] })).reply?.status, 206);
    const head = await ask(base, { method: 'HEAD', bytesMax: 0 });
    assert.equal(head.reply?.body.length, 0);
    assert.deepEqual(seen, ['GET', 'bytes=5-7', undefined, 'HEAD', undefined, 'gzip, deflate']);
  });

  it('unpacks gzip and deflate, with and without its header', async () => {
    const packers = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync };
    for (const [encoding, pack] of Object.entries(packers)) {
      const base = await serve((_, reply) => {
        reply.setHeader('content-encoding', encoding).end(pack('packed'));
      });
      assert.equal(text(await ask(base)), 'packed');
    }
    const bare = await serve((_, reply) => {
      reply.setHeader('content-encoding', 'deflate').end(deflateRawSync('bare'));
    });
    assert.equal(text(await ask(bare)), 'bare');
  });

  it('bytesMax bounds the body before and after unpacking', async () => {
    const bodies: Record<string, { body: Buffer; encoding?: string; declared?: boolean }> = {
      '/at': { body: Buffer.alloc(1000) },
      '/over': { body: Buffer.alloc(1001) },
      '/declared': { body: Buffer.alloc(1001), declared: true },
      '/packed-at': { body: gzipSync(Buffer.alloc(1000)), encoding: 'gzip' },
      '/packed-over': { body: gzipSync(Buffer.alloc(1001)), encoding: 'gzip' },
      '/bomb': { body: gzipSync(Buffer.alloc(50_000_000)), encoding: 'gzip' },
      '/bare-bomb': { body: deflateRawSync(Buffer.alloc(50_000_000)), encoding: 'deflate' },
    };
    const base = await serve((request, reply) => {
      const { body, encoding, declared } = bodies[request.url!]!;
      if (encoding !== undefined) reply.setHeader('content-encoding', encoding);
      if (declared === true) reply.setHeader('content-length', body.length);
      reply.flushHeaders();
      reply.end(body);
    });
    const faults = Object.keys(bodies).map(async (path) => (await ask(base + path)).fault);
    assert.deepEqual(await Promise.all(faults), [
      null,
      'too-large',
      'too-large',
      null,
      'too-large',
      'too-large',
      'too-large',
    ]);
  });

  it('an endless body ends at bytesMax', async () => {
    const base = await serve((_, reply) => {
      const pour = (): void => {
        while (!reply.destroyed && reply.write(Buffer.alloc(10_000)));
      };
      reply.on('drain', pour);
      pour();
    });
    assert.equal((await ask(base, { bytesMax: 500_000 })).fault, 'too-large');
  });

  it('timeMax bounds a stall at every stage', async () => {
    const beforeHead = await serveRaw(null);
    const inBody = await serve((_, reply) => void reply.write('some'));
    for (const url of [beforeHead, inBody]) {
      assert.equal((await ask(url, { timeMax: 30 })).fault, 'timed-out');
    }
  });

  it('a server that does not accept: timeMax bounds it, and each address of a name is tried', async () => {
    const deaf = await DeafServer.open();
    try {
      const at = (address: string): LookupAddress => ({ address, family: 4 });
      const named = (...addresses: LookupAddress[]): NodeHTTP =>
        client({
          lookup: ((_: string, __: object, found: (error: null, all: LookupAddress[]) => void) =>
            found(null, addresses)) as typeof lookup,
        });
      const url = `http://tracker.test:${deaf.port}/`;
      const neither = await ask(url, { timeMax: 50 }, named(at('127.0.0.2'), at('127.0.0.3')));
      assert.equal(neither.fault, 'timed-out');
      assert.equal(
        (await ask(`http://127.0.0.2:${deaf.port}/`, { timeMax: 50 })).fault,
        'timed-out',
      );
      const server = createServer((_, reply) => void reply.end('there'));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(deaf.port, LOOPBACK, resolve));
      assert.equal(text(await ask(url, {}, named(at('127.0.0.2'), at(LOOPBACK)))), 'there');
    } finally {
      await deaf.close();
    }
  });

  it('tells what is no reply', async () => {
    const bad = [
      'nonsense\r\n\r\n',
      '',
      'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\nnot gzip',
      'HTTP/1.1 200 OK\r\ncontent-encoding: br\r\n\r\nbrotli?',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    ];
    for (const reply of bad) {
      assert.equal((await ask(await serveRaw(reply))).fault, 'bad-reply', reply.slice(0, 60));
    }
  });

  it('tells refused and unresolved', async () => {
    const base = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()!.close(resolve));
    assert.equal((await ask(base)).fault, 'refused');
    for (const url of ['', 'no url', 'ftp://a/', 'udp://a:1/', 'file:///etc/passwd', 'data:,x']) {
      assert.equal((await ask(url)).fault, 'refused', url);
    }
    assert.equal((await ask('http://name.invalid/')).fault, 'unresolved');
  });

  it('follows redirects up to redirectsMax, and no loop for ever', async () => {
    let asked = 0;
    const base = await serve((request, reply) => {
      asked++;
      const left = Number(request.url!.slice(1));
      if (left === 0) reply.end('there');
      else
        reply
          .writeHead([301, 302, 303, 307, 308][left % 5]!, { location: `/${left - 1}` })
          .end('x');
    });
    assert.equal(text(await ask(`${base}/5`)), 'there');
    assert.equal(asked, 6);
    assert.equal((await ask(`${base}/6`)).fault, 'bad-reply');
    assert.equal(asked, 12);
  });

  it('follows a redirect to the web only', async () => {
    for (const location of ['ftp://a/', 'file:///etc/passwd', 'http://', 'udp://127.0.0.1:1']) {
      const base = await serve((_, reply) => void reply.writeHead(302, { location }).end());
      assert.equal((await ask(base)).fault, 'bad-reply', location);
    }
  });

  it('keeps credentials within their origin', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, reply) => {
      seen.push(request.headers.authorization);
      reply.end();
    });
    const base = await serve((request, reply) => {
      seen.push(request.headers.authorization);
      reply.writeHead(302, { location: request.url === '/1' ? '/2' : other }).end();
    });
    await ask(`${base.replace('://', '://me:p%3Aw@')}/1`);
    const basic = `Basic ${Buffer.from('me:p:w').toString('base64')}`;
    assert.deepEqual(seen, [basic, basic, undefined]);
  });

  describe('S-42: from a public server', () => {
    // Loopback plays both parts: 127.0.0.1 is taken for public, the rest is judged as it is.
    const manner = { isGlobal: (host: string) => host === LOOPBACK };
    const inner = [
      '127.0.0.2',
      '[::ffff:127.0.0.2]',
      '2130706434',
      '0x7f000002',
      'localhost.localdomain',
      '0',
    ];

    for (const host of inner) {
      it(`no redirect leads to ${host}`, async () => {
        let reached = 0;
        const secret = await serve((_, reply) => {
          reached++;
          reply.end('secret');
        }, '127.0.0.2');
        const { port } = new URL(secret);
        const base = await serve((_, reply) => {
          reply.writeHead(302, { location: `http://${host}:${port}/` }).end();
        });
        const { fault } = await ask(base, {}, client(manner));
        assert.ok(fault === 'bad-reply' || fault === 'unresolved', String(fault));
        assert.equal(reached, 0);
      });
    }

    it('names are judged by what they resolve to, and local to local is allowed', async () => {
      const target = await serve((_, reply) => void reply.end('inner'));
      const { port } = new URL(target);
      const base = await serve((_, reply) => {
        reply.writeHead(302, { location: `http://localhost:${port}/` }).end();
      });
      assert.equal(text(await ask(base, {}, client({ isGlobal: () => false }))), 'inner');
      assert.equal(text(await ask(base, {}, client(manner))), 'inner');
      let calls = 0;
      const flip = client({ isGlobal: (host) => host === LOOPBACK && calls++ === 0 });
      assert.equal((await ask(base, {}, flip)).fault, 'bad-reply');
    });
  });

  it('a redirect to an internationalised name is followed where such names are allowed, and not where they are not', async () => {
    const target = await serve((_, reply) => void reply.end('there'));
    const { port } = new URL(target);
    // A parser of URLs writes the second one as the first.
    for (const name of ['xn--trcker-cua.test', 'tr\u00e4cker.test', 'XN--trcker-cua.test']) {
      const base = await serve((_, reply) => {
        reply.writeHead(302, { location: encodeURI(`http://${name}:${port}/`) }).end();
      });
      const looked: string[] = [];
      const named = client({
        lookup: ((host: string, __: object, found: (error: null, all: LookupAddress[]) => void) => {
          looked.push(host);
          found(null, [{ address: LOOPBACK, family: 4 }]);
        }) as typeof lookup,
      });
      assert.equal(text(await ask(base, {}, named)), 'there');
      assert.deepEqual(looked, ['xn--trcker-cua.test']);
      assert.equal((await ask(base, { restraints: ['no-idna'] }, named)).fault, 'forbidden');
      assert.equal(looked.length, 1, 'it is not even looked up');
    }
    const plain = await serve((_, reply) => void reply.writeHead(302, { location: target }).end());
    assert.equal(text(await ask(plain, { restraints: ['no-idna'] })), 'there');
  });

  it('a request that heeds the filter goes to no address that it denies, by name or redirect', async () => {
    const target = await serve((_, reply) => void reply.end('there'), '127.0.0.2');
    const { port } = new URL(target);
    const base = await serve((_, reply) => void reply.writeHead(302, { location: target }).end());
    const lookUp = (addresses: readonly string[]): typeof lookup =>
      ((_: string, __: object, found: (error: null, all: LookupAddress[]) => void) =>
        found(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        )) as typeof lookup;
    const by = (...addresses: string[]): NodeHTTP =>
      client({ denies: (host) => host === '127.0.0.2', lookup: lookUp(addresses) });
    const restraints = ['filtered'] as const;
    const url = `http://tracker.test:${port}/`;
    assert.equal(text(await ask(base, {}, by())), 'there', 'others do not heed it');
    assert.equal((await ask(base, { restraints }, by())).fault, 'forbidden');
    assert.equal((await ask(target, { restraints }, by())).fault, 'forbidden');
    assert.equal((await ask(url, { restraints }, by('127.0.0.2'))).fault, 'forbidden');
    // Of a name with several addresses the others are asked.
    const fault = (await ask(url, { restraints }, by('127.0.0.2', LOOPBACK))).fault;
    assert.equal(fault, 'refused');
  });

  it('an anonymous request does not say who asks, and any other does', async () => {
    const seen: (string | undefined)[] = [];
    const base = await serve((request, reply) => {
      seen.push(request.headers['user-agent']);
      if (request.url === '/') reply.writeHead(302, { location: '/next' }).end();
      else reply.end('ok');
    });
    assert.equal(text(await ask(base, { restraints: ['anonymous'] })), 'ok');
    assert.equal(text(await ask(base)), 'ok');
    assert.deepEqual(seen, [undefined, undefined, 'test/1', 'test/1']);
  });

  it('leaves from localAddress', async () => {
    const base = await serve((request, reply) => void reply.end(request.socket.remoteAddress));
    assert.equal(text(await ask(base, {}, client({ localAddress: '127.0.0.9' }))), '127.0.0.9');
  });

  it('leaves from where the request says, and asks an address of that family alone', async () => {
    const told: number[] = [];
    // A name with one address of each family, which tells the families that it is looked up in.
    const both = ((name: string, options: LookupOptions, done: AllFound) => {
      told.push(Number(options.family));
      const found = [LOOPBACK, '::1'].map((address) => ({ address, family: isIP(address) }));
      const fits = found.filter(({ family }) => family === options.family);
      if (name === 'both.test') done(null, fits);
      else done(Object.assign(new Error('none'), { code: 'EAI_ADDRFAMILY' }), []);
    }) as unknown as typeof lookup;
    const base = await serve((request, reply) => reply.end(request.socket.remoteAddress));
    const port = new URL(base).port;
    const by = client({ localAddress: '127.0.0.9', lookup: both });
    const from = (localAddress: string): Promise<Answer> =>
      ask(`http://both.test:${port}/`, { localAddress }, by);
    assert.equal(text(await from('127.0.0.8')), '127.0.0.8', 'before the manner of the client');
    assert.equal(text(await from('0.0.0.0')), LOOPBACK, 'any of the family');
    assert.equal(
      (await from('::')).fault,
      'refused',
      'nobody listens there, and no other is tried',
    );
    assert.deepEqual(told, [4, 4, 6]);
    assert.equal((await ask('http://four.test/', { localAddress: '::1' }, by)).fault, 'unresolved');
    assert.notEqual((await ask(base, { localAddress: '::1' }, by)).fault, null);
  });

  it('answers nothing after stop, and hangs up', async () => {
    let left: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (left = resolve));
    const by = client();
    const base = await serve((request) => {
      request.socket.once('close', left);
      by.stop();
    });
    void ask(base, {}, by).then(() => assert.fail('answered'));
    await gone;
    void ask(base, {}, by).then(() => assert.fail('answered'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
