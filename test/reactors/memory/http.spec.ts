/** HTTP in memory: how long an exchange takes, its limits, and every way in which it comes to nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HttpFault, HttpReply, HttpRequest } from '../../../src/core/index.ts';
import { connectTimeMax, parseUrl } from '../../../src/reactors/memory/network/http.ts';
import type { WebRequest, WebServer } from '../../../src/reactors/memory/network/http.ts';
import type { HostOptions } from '../../../src/reactors/memory/host.ts';
import { WorldRig } from './world-rig.ts';

type Answer = readonly [status: number | HttpFault, at: number];

class Web {
  readonly rig = new WorldRig();
  readonly client = this.rig.host();
  readonly server: ReturnType<WorldRig['host']>;
  readonly asked: WebRequest[] = [];
  readonly answers: Answer[] = [];
  serve: WebServer = (_, reply) => reply({ status: 200, body: new Uint8Array(10) });

  constructor(options: Partial<HostOptions> = {}) {
    this.server = this.rig.host(options);
    this.server.host.servers.set(80, (request, reply) => {
      this.asked.push(request);
      this.serve(request, reply);
    });
    this.rig.world.setName('tracker.test', [this.server.host.host]);
  }

  get(url: string, more: Partial<HttpRequest> = {}): void {
    const request = {
      method: 'GET',
      url,
      range: null,
      localPath: null,
      restraints: [],
      bytesMax: 1000,
      timeMax: 5_000,
      ...more,
    } as const;
    const { length } = this.answers;
    this.client.reactor.request(request, (reply: HttpReply | null, fault: HttpFault | null) => {
      assert.equal(reply === null, fault !== null, 'one of both');
      this.answers.push([reply?.status ?? fault!, this.rig.now]);
    });
    assert.equal(this.answers.length, length, 'answered from inside the call');
  }

  /** The one answer of one request. */
  only(url: string, more: Partial<HttpRequest> = {}): Answer {
    this.get(url, more);
    this.rig.settle();
    assert.equal(this.answers.length, 1);
    return this.answers[0]!;
  }
}

const URL_OF = 'http://tracker.test/announce?x=%01%ff';

describe('HTTP in memory', () => {
  it('takes two round trips and the time of the bytes', () => {
    const web = new Web({ up: 1_000_000 });
    assert.deepEqual(web.only(URL_OF), [200, 40.41]);
    const [{ from, method, url, target, range }] = web.asked as [WebRequest];
    assert.deepEqual(
      { from, method, url, target, range },
      {
        from: '10.0.0.1',
        method: 'GET',
        url: URL_OF,
        target: '/announce?x=%01%ff',
        range: null,
      },
    );
  });

  it('answers late as the server does, and once', () => {
    const web = new Web();
    web.serve = (_, reply) => {
      web.server.reactor.callLater(1_000, () => {
        reply({ status: 503, body: new Uint8Array(0) });
        reply({ status: 200, body: new Uint8Array(0) });
      });
    };
    assert.deepEqual(web.only(URL_OF), [503, 1_040]);
  });

  it('ends after timeMax where nothing comes', () => {
    const never = new Web();
    never.serve = () => undefined;
    assert.deepEqual(never.only(URL_OF, { timeMax: 300 }), ['timed-out', 300]);
    const late = new Web();
    assert.deepEqual(late.only(URL_OF, { timeMax: 39 }), ['timed-out', 39]);
    const just = new Web();
    assert.deepEqual(just.only(URL_OF, { timeMax: 41 }), [200, 40]);
  });

  it('takes a body of bytesMax, and not one byte more', () => {
    const fits = new Web();
    assert.equal(fits.only(URL_OF, { bytesMax: 10 })[0], 200);
    const large = new Web();
    assert.equal(large.only(URL_OF, { bytesMax: 9 })[0], 'too-large');
  });

  it('says why it came to nothing', () => {
    const cases: Readonly<Record<string, readonly [HttpFault, (web: Web) => string]>> = {
      'a port that nobody serves': ['refused', () => 'http://tracker.test:81/'],
      'no TLS here': ['refused', () => 'https://tracker.test/'],
      'no URL': ['refused', () => 'tracker.test'],
      'an unknown name': ['unresolved', () => 'http://nowhere.test/'],
      'no such address': ['timed-out', () => 'http://192.0.2.1/'],
      'no such address 6': ['timed-out', () => 'http://[2001:db8::1]/'],
      'a host that is off': [
        'timed-out',
        (web) => {
          web.server.host.kill();
          return URL_OF;
        },
      ],
      'a host that is cut off': [
        'timed-out',
        (web) => {
          web.rig.world.cut('x', { groups: [0, 1], oneWay: false });
          return URL_OF;
        },
      ],
      'a server that hangs up': [
        'bad-reply',
        (web) => {
          web.serve = (_, reply) => reply(null);
          return URL_OF;
        },
      ],
      'a fault': [
        'refused',
        (web) => {
          web.rig.faults.onHttp = (host, url) => {
            assert.deepEqual([host, url], [0, URL_OF]);
            return 'refused';
          };
          return URL_OF;
        },
      ],
    };
    for (const [name, [fault, make]] of Object.entries(cases)) {
      const web = new Web();
      assert.equal(web.only(make(web))[0], fault, name);
      assert.equal(web.rig.faults.injected, name === 'a fault' ? 1 : 0);
    }
  });

  it('tries each address of a name, after connectTimeMax or a refusal, and the last one to the end', () => {
    const two = (options: Partial<HostOptions>, ports: boolean): Web => {
      const web = new Web();
      const first = web.rig.host(options);
      if (ports) first.host.servers.set(80, () => assert.fail('it accepts nobody'));
      web.rig.world.setName('tracker.test', [first.host.host, web.server.host.host]);
      return web;
    };
    assert.deepEqual(two({ reachable: false }, true).only(URL_OF), [200, connectTimeMax + 40]);
    assert.deepEqual(two({}, false).only(URL_OF), [200, 60], 'a refusal takes one round trip');
    const neither = two({ reachable: false }, true);
    neither.server.host.reachable = false;
    assert.deepEqual(neither.only(URL_OF), ['timed-out', 5_000]);
    const refused = two({}, false);
    refused.server.host.servers.clear();
    assert.deepEqual(refused.only(URL_OF), ['refused', 40]);
  });

  it('is cut off in the middle of an exchange as well', () => {
    for (const moment of [5, 35]) {
      const web = new Web();
      web.get(URL_OF);
      web.rig.world.advance(moment);
      web.rig.world.cut('x', { groups: [0, 1], oneWay: false });
      web.rig.settle();
      assert.deepEqual(web.answers, [['timed-out', 5_000]]);
      assert.equal(web.asked.length, moment === 5 ? 0 : 1);
    }
  });

  it('is answered when a frozen client is thawed, and never to a stopped one', () => {
    const web = new Web();
    web.get(URL_OF);
    web.client.host.freeze();
    web.rig.world.advance(1_000);
    assert.deepEqual(web.answers, []);
    web.client.host.thaw();
    web.rig.settle();
    assert.deepEqual(web.answers, [[200, 1_000]]);
    web.get(URL_OF);
    web.client.reactor.stop();
    web.get(URL_OF);
    web.rig.settle();
    assert.equal(web.answers.length, 1);
  });

  it('takes a URL apart', () => {
    const parsed = (url: string): unknown => {
      const { scheme, host, port, target } = parseUrl(url)!;
      return [scheme, host, port, target];
    };
    assert.deepEqual(parsed('HTTP://Tracker.Test'), ['http', 'tracker.test', 80, '/']);
    assert.deepEqual(parsed('https://t/?a=b#c'), ['https', 't', 443, '/?a=b']);
    assert.deepEqual(parsed('http://u:p@t:8080/x'), ['http', 't', 8080, '/x']);
    assert.deepEqual(parsed('http://[::1]:81?q'), ['http', '::1', 81, '/?q']);
    for (const none of ['', 'x', 'http:/t', '//t/', 'mailto:a@b'])
      assert.equal(parseUrl(none), null);
  });
});
