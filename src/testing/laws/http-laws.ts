/**
 * The law of HTTP: every request ends once, in a reply of any status or in a fault, within its two bounds.
 */
import type { HttpFault, HttpReply, HttpRequest } from '../../core/index.ts';
import { bytesOf, pattern, sameBytes, textOf } from '../pattern.ts';
import type { AskedRequest, WebServers, WorldHost } from '../reactor-builder.ts';
import type { HttpLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { Stand } from '../stand.ts';
import { FOREIGN_HOST } from './foreign-host.ts';

interface Answer {
  readonly reply: HttpReply | null;
  readonly fault: HttpFault | null;
}

/** Milliseconds that no scenario needs. */
const LONG = 60_000;

function webOf(stand: Stand): WebServers {
  const { web } = stand.world;
  stand.require(
    web !== null,
    'the world has no web servers: put the laws of HTTP in the skip list',
  );
  return web;
}

function ask(
  stand: Stand,
  { reactor }: WorldHost,
  url: string,
  more: Partial<HttpRequest> = {},
): Promise<Answer> {
  const request: HttpRequest = {
    method: 'GET',
    url,
    range: null,
    localPath: null,
    restraints: [],
    bytesMax: 1_000_000,
    timeMax: LONG,
    ...more,
  };
  return stand.answer(
    (done) => reactor.request(request, (reply, fault) => done({ reply, fault })),
    `the answer of ${url}`,
  );
}

const ok = (body: Uint8Array, status = 200): HttpReply => ({ status, body });

export const httpLaws: LawTable<HttpLawName> = {
  'http: gives the status and the body': async (stand: Stand) => {
    const body = pattern(1, 100_000);
    const base = await webOf(stand).serve(() => ok(body));
    const { reply, fault } = await ask(stand, stand.newHost(), `${base}/a`);
    stand.require(reply !== null, `no reply: ${fault}`);
    stand.equal([reply.status, reply.body.length], [200, body.length], 'status, length');
    stand.require(sameBytes(reply.body, body), 'another body');
  },

  'http: a status of failure is a reply': async (stand: Stand) => {
    const base = await webOf(stand).serve(({ target }) =>
      ok(bytesOf('gone'), Number(target.slice(1))),
    );
    const from = stand.newHost();
    for (const status of [404, 410, 500]) {
      const { reply, fault } = await ask(stand, from, `${base}/${status}`);
      const told = [reply?.status, reply === null ? null : textOf(reply.body), fault];
      stand.equal(told, [status, 'gone', null], 'status, body, fault');
    }
  },

  'http: a request is answered once, from a later turn': async (stand: Stand) => {
    const base = await webOf(stand).serve(() => ok(bytesOf('x')));
    const from = stand.newHost();
    const urls = Array.from({ length: 10 }, (_, i) => `${base}/${i}`);
    const answers = await Promise.all(urls.map((url) => ask(stand, from, url)));
    stand.require(
      answers.every(({ fault }) => fault === null),
      'a request failed',
    );
    await ask(stand, from, 'http://');
    await ask(stand, from, `${base}/big`, { bytesMax: 0 });
    await stand.calm();
  },

  'http: leaves escaped bytes of the target as they are': async (stand: Stand) => {
    const seen: AskedRequest[] = [];
    const base = await webOf(stand).serve((asked) => {
      seen.push(asked);
      return ok(bytesOf('x'));
    });
    const target = '/announce?info_hash=%124Vx%9A%bc%DE%f1%23Eg%89%AB%CD%EF%124Vx%9A&compact=1';
    await ask(stand, stand.newHost(), base + target);
    const asked = seen.map(({ method, target, range }) => ({ method, target, range }));
    stand.equal(asked, [{ method: 'GET', target, range: null }], 'what the server was asked');
  },

  'http: asks for a range': async (stand: Stand) => {
    const whole = pattern(2, 1000);
    const base = await webOf(stand).serve(({ range }) =>
      range === null ? ok(whole) : ok(whole.slice(range[0], range[1] + 1), 206),
    );
    const { reply } = await ask(stand, stand.newHost(), `${base}/f`, { range: [5, 7] });
    stand.equal(reply?.status, 206, 'status');
    stand.require(sameBytes(reply!.body, whole.subarray(5, 8)), 'another part');
  },

  'http: leaves from the local address that it names': async (stand: Stand) => {
    const origins: string[] = [];
    const base = await webOf(stand).serve(({ from }) => {
      origins.push(from);
      return ok(bytesOf('x'));
    });
    const from = stand.newHost();
    const named = await ask(stand, from, `${base}/a`, { localAddress: from.host });
    stand.equal([named.reply?.status, origins], [200, [from.host]], 'status, seen from');
    // What is not ours to leave from, and what has no way to the server, ends in a fault and asks nobody.
    for (const localAddress of [FOREIGN_HOST, '::']) {
      const { reply, fault } = await ask(stand, from, `${base}/b`, { localAddress });
      stand.require(reply === null && fault !== null, `a reply from ${localAddress}`);
    }
    await stand.calm();
    stand.equal(origins.length, 1, 'requests that the server saw');
  },

  'http: a reply to HEAD has no body': async (stand: Stand) => {
    const methods: string[] = [];
    const base = await webOf(stand).serve(({ method }) => {
      methods.push(method);
      return ok(bytesOf('body'));
    });
    const { reply } = await ask(stand, stand.newHost(), base, { method: 'HEAD', bytesMax: 0 });
    stand.equal([reply?.status, reply?.body.length, methods], [200, 0, ['HEAD']], 'told');
  },

  'http: a body over bytesMax is too-large': async (stand: Stand) => {
    const base = await webOf(stand).serve(() => ok(pattern(0, 5000)));
    const from = stand.newHost();
    const exact = await ask(stand, from, base, { bytesMax: 5000 });
    stand.equal([exact.reply?.body.length, exact.fault], [5000, null], 'at the bound');
    const over = await ask(stand, from, base, { bytesMax: 4999 });
    stand.equal([over.reply, over.fault], [null, 'too-large'], 'one byte over it');
  },

  'http: a request over timeMax is timed-out': async (stand: Stand) => {
    const base = await webOf(stand).serve(({ target }) =>
      target === '/never' ? null : ok(bytesOf('x')),
    );
    const from = stand.newHost();
    const never = await ask(stand, from, `${base}/never`, { timeMax: 30 });
    stand.equal([never.reply, never.fault], [null, 'timed-out'], 'without an answer');
    stand.equal((await ask(stand, from, `${base}/ever`)).fault, null, 'with one');
  },

  'http: a server that does not listen is refused': async (stand: Stand) => {
    const { host, port } = await stand.deadAddress(stand.newHost());
    const { reply, fault } = await ask(stand, stand.newHost(), `http://${host}:${port}/`);
    stand.equal([reply, fault], [null, 'refused'], 'told');
  },

  'http: a host that does not resolve is unresolved': async (stand: Stand) => {
    const { names } = stand.world;
    stand.require(names !== null, 'the world has no names: put this law in the skip list');
    const { reply, fault } = await ask(stand, stand.newHost(), `http://${names.unknown}/`);
    stand.equal([reply, fault], [null, 'unresolved'], 'told');
  },
};
