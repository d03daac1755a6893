/** Who is dialled back, when and how often; what is a verdict; and that those who cannot be reached are told to nobody. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { formatIp, parseIp, Reachability } from '../../../../src/protocol/index.ts';
import type { Endpoint, ReachabilityLimits } from '../../../../src/protocol/index.ts';
import { ANNOUNCE_TARGET, HASH_PARAMETER, TrackerDesk } from '../../../support/tracker-desk.ts';

const at = (endpoint: Endpoint | null): string | null =>
  endpoint === null ? null : `${formatIp(endpoint.ip)} ${endpoint.port}`;

function packed(host: string, port: number): Uint8Array {
  return Uint8Array.of(...parseIp(host)!, port >> 8, port & 0xff);
}

class Bench {
  readonly reach: Reachability;
  now = 0;

  constructor(limits: Partial<ReachabilityLimits> = {}) {
    this.reach = new Reachability(limits);
  }

  announce(host: string, port = 6881): void {
    this.reach.announced(parseIp(host)!, port, this.now);
  }

  next(): string | null {
    return at(this.reach.next(this.now));
  }

  /** Tries whoever is next. */
  try(outcome: 'reached' | 'unreached' | 'unknown'): string | null {
    const endpoint = this.reach.next(this.now);
    if (endpoint !== null) this.reach.ended(endpoint, outcome, this.now);
    return at(endpoint);
  }

  isUnreached(host: string, port = 6881): boolean {
    const bytes = packed(host, port);
    return this.reach.isUnreached(bytes, 0, bytes.length === 6 ? 6 : 18);
  }
}

describe('protocol/tracker/server/reachability', () => {
  it('tries each who announces, once, where the announce came from; only a second failure is a verdict', () => {
    const bench = new Bench({ againAfter: 1_000, unreachedAge: 60_000, reachedAge: 600_000 });
    for (const host of ['1.1.1.1', '2001:db8::1', '1.1.1.1']) bench.announce(host);
    assert.equal(bench.try('unreached'), '1.1.1.1 6881');
    assert.equal(bench.try('reached'), '2001:db8::1 6881');
    assert.equal(bench.next(), null);
    assert.equal(bench.isUnreached('1.1.1.1'), false);
    bench.now = 999;
    bench.announce('1.1.1.1');
    assert.equal(bench.next(), null);
    bench.now = 1_000;
    assert.equal(bench.try('unreached'), '1.1.1.1 6881');
    assert.equal(bench.isUnreached('1.1.1.1'), true);
    assert.equal(bench.isUnreached('1.1.1.1', 6882), false);
    assert.equal(bench.isUnreached('2001:db8::1'), false);
    // Believed for a while, and then tried again at its next announce; it stays left out until it is reached.
    bench.now = 60_999;
    bench.announce('1.1.1.1');
    assert.equal(bench.next(), null);
    bench.now = 61_000;
    bench.announce('1.1.1.1');
    assert.equal(bench.try('unreached'), '1.1.1.1 6881');
    assert.equal(bench.isUnreached('1.1.1.1'), true);
    bench.now = 121_000;
    bench.announce('1.1.1.1');
    assert.equal(bench.try('reached'), '1.1.1.1 6881');
    assert.equal(bench.isUnreached('1.1.1.1'), false);
    bench.now = 720_999;
    bench.announce('1.1.1.1');
    assert.equal(bench.next(), null);
    assert.deepEqual(bench.reach.counters, {
      ...{ reached: 2, unreached: 3, unknown: 0, untried: 0, withheld: 0 },
    });
  });

  it('what fails for a reason of ours is no verdict, and may be tried at the next announce', () => {
    const bench = new Bench();
    bench.announce('1.1.1.1');
    assert.equal(bench.try('unknown'), '1.1.1.1 6881');
    assert.equal(bench.reach.size, 0);
    bench.announce('1.1.1.1');
    assert.equal(bench.try('unknown'), '1.1.1.1 6881');
    assert.equal(bench.isUnreached('1.1.1.1'), false);
  });

  it('bounds at their limits: portMin, underWayMax, waitingMax, hostKnownMax, knownMax', () => {
    const ports = new Bench({ portMin: 1024 });
    ports.announce('1.1.1.1', 1023);
    assert.equal(ports.next(), null);
    ports.announce('1.1.1.1', 1024);
    assert.equal(ports.next(), '1.1.1.1 1024');

    const busy = new Bench({ underWayMax: 2 });
    for (const n of [1, 2, 3]) busy.announce(`1.1.1.${n}`);
    const first = busy.reach.next(0)!;
    assert.equal(busy.next(), '1.1.1.2 6881');
    assert.equal(busy.next(), null);
    busy.reach.ended(first, 'reached', 0);
    assert.equal(busy.next(), '1.1.1.3 6881');
    assert.equal(busy.reach.underWay, 2);

    const queue = new Bench({ waitingMax: 2 });
    for (const n of [1, 2, 3]) queue.announce(`1.1.1.${n}`);
    assert.equal(queue.reach.counters.untried, 1);
    assert.equal(queue.reach.size, 2);
    assert.equal(queue.try('reached'), '1.1.1.1 6881');
    queue.announce('1.1.1.3');
    assert.equal(queue.try('reached'), '1.1.1.2 6881');
    assert.equal(queue.try('reached'), '1.1.1.3 6881');

    // Two wait for their second try; the third is forgotten, and tried at its next announce.
    const again = new Bench({ waitingMax: 2, againAfter: 1_000 });
    for (const n of [1, 2, 3]) {
      again.announce(`1.1.1.${n}`);
      again.try('unreached');
    }
    assert.equal(again.reach.counters.untried, 1);
    assert.equal(again.reach.size, 2);
    again.announce('1.1.1.3');
    assert.equal(again.try('reached'), '1.1.1.3 6881');
    again.now = 1_000;
    assert.equal(again.try('unreached'), '1.1.1.1 6881');
    assert.equal(again.try('unreached'), '1.1.1.2 6881');

    const host = new Bench({ hostKnownMax: 2 });
    for (const port of [5001, 5002, 5003]) host.announce('1.1.1.1', port);
    for (const tail of ['1', '2', '3']) host.announce(`2001:db8::${tail}`);
    assert.equal(host.reach.size, 4);
    assert.equal(host.reach.counters.untried, 2);

    const known = new Bench({ knownMax: 2, againAfter: 0 });
    for (const n of [1, 2, 3]) {
      known.announce(`1.1.1.${n}`);
      known.try('unreached');
      known.try('unreached');
    }
    assert.equal(known.reach.size, 2);
    assert.deepEqual(
      [1, 2, 3].map((n) => known.isUnreached(`1.1.1.${n}`)),
      [false, true, true],
    );
  });

  it('remembers nothing for longer than reachedAge, so that a host comes to its turn again', () => {
    const bench = new Bench({ hostKnownMax: 2, reachedAge: 1_000 });
    for (const port of [5001, 5002]) {
      bench.announce('1.1.1.1', port);
      bench.try('reached');
    }
    bench.now = 999;
    bench.announce('1.1.1.1', 5003);
    assert.equal(bench.next(), null);
    bench.now = 1_000;
    bench.announce('1.1.1.1', 5003);
    assert.equal(bench.next(), '1.1.1.1 5003');
    assert.equal(bench.reach.size, 1);
  });

  it('never has more under way than it may, never one endpoint twice, and nothing grows: any order of calls', () => {
    const limits = { underWayMax: 3, waitingMax: 4, knownMax: 6, hostKnownMax: 2, againAfter: 50 };
    const call = fc.record({
      kind: fc.constantFrom('announce', 'next', 'end', 'pass'),
      n: fc.nat(7),
      outcome: fc.constantFrom('reached', 'unreached', 'unknown'),
    });
    let tries = 0;
    fc.assert(
      fc.property(fc.array(call, { minLength: 100, maxLength: 200 }), (calls) => {
        const { reach } = new Bench({ ...limits, unreachedAge: 100, reachedAge: 200 });
        const underWay: Endpoint[] = [];
        let now = 0;
        for (const { kind, n, outcome } of calls) {
          if (kind === 'announce') reach.announced(parseIp(`1.1.1.${n >> 1}`)!, 5_000 + n, now);
          else if (kind === 'pass') now += 10 * n;
          else if (kind === 'next') {
            const endpoint = reach.next(now);
            if (endpoint === null) continue;
            tries++;
            assert.ok(!underWay.some((other) => other === endpoint));
            underWay.push(endpoint);
          } else {
            const [endpoint] = underWay.splice(n % (underWay.length || 1), 1);
            if (endpoint !== undefined) reach.ended(endpoint, outcome, now);
          }
          assert.equal(reach.underWay, underWay.length);
          assert.ok(underWay.length <= limits.underWayMax && reach.size <= limits.knownMax);
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(tries > 1_000, String(tries));
  });
});

describe('protocol/tracker/server: who cannot be reached is told to nobody', () => {
  /** A desk at which these hosts were judged. */
  function deskWith(unreached: readonly string[]): { desk: TrackerDesk; reach: Reachability } {
    const desk = new TrackerDesk();
    const reach = new Reachability({ againAfter: 0 });
    desk.core.reachability = reach;
    for (const host of unreached) {
      reach.announced(parseIp(host)!, 6881, 0);
      for (let i = 0; i < 2; i++) reach.ended(reach.next(0)!, 'unreached', 0);
    }
    return { desk, reach };
  }

  it('over HTTP and UDP, compact and in lists with ids; it counts, and is told of the others itself', () => {
    const { desk, reach } = deskWith(['1.0.0.1']);
    const announceAt = (host: string, more = ''): string => desk.get(ANNOUNCE_TARGET + more, host);
    for (const host of ['1.0.0.1', '1.0.0.2', '1.0.0.3']) announceAt(host);
    const told = announceAt('1.0.0.3', '&compact=1');
    assert.ok(told.includes('5:peers6:\x01\x00\x00\x02\x1a\xe1'), told);
    assert.match(told, /10:incompletei3e/);
    const list = announceAt('1.0.0.3', '&compact=0');
    assert.ok(list.includes('7:1.0.0.2') && !list.includes('7:1.0.0.1'), list);
    assert.match(list, /7:peer id20:-SW0001-/);
    const udp = desk.announce({}, '1.0.0.3')!;
    assert.deepEqual([...udp.subarray(20)], [1, 0, 0, 2, 26, 225]);
    assert.match(announceAt('1.0.0.1', '&compact=1'), /5:peers12:/);
    assert.equal(reach.counters.withheld, 5);
    assert.match(desk.get(`/scrape?${HASH_PARAMETER}`), /incompletei3e/);
  });

  it('the place of those who are left out is filled by others, of the other family too', () => {
    const { desk } = deskWith(['1.0.0.1', '1.0.0.2', '1.0.0.3']);
    for (let n = 1; n <= 6; n++) desk.get(ANNOUNCE_TARGET, `1.0.0.${n}`);
    for (let n = 1; n <= 2; n++) desk.get(ANNOUNCE_TARGET, `2001:db8:${n}::1`);
    const told = (wanted: number, host: string): [number, number] => {
      const text = desk.get(`${ANNOUNCE_TARGET}&compact=1&numwant=${wanted}`, host);
      const v4 = Number(/5:peers(\d+):/.exec(text)![1]) / 6;
      return [v4, Number(/6:peers6(\d+):/.exec(text)?.[1] ?? 0) / 18];
    };
    assert.deepEqual(told(50, '1.0.0.6'), [2, 2]);
    assert.deepEqual(told(3, '1.0.0.6'), [2, 1]);
    assert.deepEqual(told(3, '2001:db8:2::1'), [2, 1]);
    for (let turn = 0; turn < 50; turn++) {
      const [v4, v6] = told(2, '1.0.0.6');
      assert.ok(v4 + v6 >= 1 && v4 + v6 <= 2, `${v4} ${v6}`);
    }
  });

  it('only announces that were answered make a try, and none does where nobody asked for it', () => {
    const { desk, reach } = deskWith([]);
    desk.core.rules = { ...desk.core.rules, allowed: new Set() };
    desk.get(ANNOUNCE_TARGET);
    assert.equal(reach.size, 0);
    const { desk: open, reach: tried } = deskWith([]);
    open.get(`${ANNOUNCE_TARGET}&event=stopped`, '1.0.0.9');
    assert.equal(tried.size, 0);
    open.get(`${ANNOUNCE_TARGET}&ip=9.9.9.9&ipv4=9.9.9.9`, '1.0.0.9');
    assert.equal(at(tried.next(0)), '1.0.0.9 6881');
    assert.equal(new TrackerDesk().core.reachability, null);
  });
});
