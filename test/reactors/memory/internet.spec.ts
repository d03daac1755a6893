/** Dials: what they meet, how long they take, and what comes in between. Ports. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LostReason } from '../../../src/core/index.ts';
import { dialTimeMax } from '../../../src/reactors/memory/network/internet.ts';
import { dynamicPortMin } from '../../../src/reactors/memory/network/ports.ts';
import { PORT, WorldRig } from './world-rig.ts';
import type { Witness } from './world-rig.ts';

/** Two hosts, the second one listening; and a dial to it. */
function dialling(rig: WorldRig, options: { reachable?: boolean } = {}) {
  const [a, b] = [rig.host(), rig.host(options)];
  const accepted: Witness[] = [];
  rig.listen(b.reactor, () => {
    const witness = rig.witness();
    accepted.push(witness);
    return witness;
  });
  const dial = (): Witness => {
    const near = rig.witness();
    a.reactor.connectTCP({ host: b.host.host, port: PORT }, near);
    return near;
  };
  return { a, b, accepted, dial };
}

describe('the internet in memory', () => {
  it('takes one round trip for a dial; the accepting side knows of it half-way', () => {
    const rig = new WorldRig((from, to) => 3 + from + to);
    const { accepted, dial } = dialling(rig);
    const near = dial();
    rig.settle();
    assert.deepEqual([accepted[0]!.madeAt, near.madeAt], [4, 8]);
    assert.deepEqual(accepted[0]!.transport!.address.host, '10.0.0.1');
    assert.deepEqual(near.transport!.address, { host: '10.0.0.2', port: PORT });
  });

  it('never takes less than a millisecond, not even to itself', () => {
    const rig = new WorldRig(() => 0);
    const { dial } = dialling(rig);
    const near = dial();
    rig.settle();
    assert.equal(near.madeAt, 2);
    const c = rig.host();
    const [own, far] = [rig.witness(), rig.witness()];
    rig.listen(c.reactor, () => far);
    const start = rig.now;
    c.reactor.connectTCP({ host: '127.0.0.1', port: PORT }, own);
    rig.settle();
    assert.deepEqual([own.madeAt - start, far.transport !== null], [2, true]);
  });

  it('refuses where nobody listens, resets where the factory does not want it, after a round trip', () => {
    const rig = new WorldRig();
    const [a, b] = [rig.host(), rig.host()];
    const [refused, unwanted] = [rig.witness(), rig.witness()];
    rig.listen(b.reactor, () => null);
    a.reactor.connectTCP({ host: b.host.host, port: 1 }, refused);
    a.reactor.connectTCP({ host: b.host.host, port: PORT }, unwanted);
    rig.settle();
    assert.deepEqual([refused.heard, refused.lost, refused.lostAt], [['lost'], 'refused', 20]);
    assert.deepEqual([unwanted.heard, unwanted.lost, unwanted.lostAt], [['lost'], 'reset', 20]);
  });

  it('times out where nobody answers: no host, a host that is off, a NAT, a cut either way', () => {
    const cases: Readonly<Record<string, (rig: WorldRig) => Witness>> = {
      'no host': (rig) => {
        const near = rig.witness();
        rig.host().reactor.connectTCP({ host: '192.0.2.1', port: PORT }, near);
        return near;
      },
      off: (rig) => {
        const { b, dial } = dialling(rig);
        b.host.kill();
        return dial();
      },
      NAT: (rig) => dialling(rig, { reachable: false }).dial(),
      'cut off': (rig) => {
        const { dial } = dialling(rig);
        rig.world.cut('a', { groups: [0, 1], oneWay: false });
        return dial();
      },
      'cut off there': (rig) => {
        const { dial } = dialling(rig);
        rig.world.cut('a', { groups: [0, 1], oneWay: true });
        return dial();
      },
      'cut off back': (rig) => {
        const { dial } = dialling(rig);
        rig.world.cut('a', { groups: [1, 0], oneWay: true });
        return dial();
      },
    };
    for (const [name, make] of Object.entries(cases)) {
      const rig = new WorldRig();
      const near = make(rig);
      rig.settle();
      assert.deepEqual(
        [near.heard, near.lost, near.lostAt],
        [['lost'], 'timed-out', dialTimeMax],
        name,
      );
    }
  });

  it('lets who is behind a NAT dial others, and itself', () => {
    const rig = new WorldRig();
    const [a, b] = [rig.host({ reachable: false }), rig.host()];
    const [near, far, own, self] = [rig.witness(), rig.witness(), rig.witness(), rig.witness()];
    rig.listen(b.reactor, () => far);
    rig.listen(a.reactor, () => self);
    a.reactor.connectTCP({ host: b.host.host, port: PORT }, near);
    a.reactor.connectTCP({ host: a.host.host, port: PORT }, own);
    rig.settle();
    far.send(1);
    rig.settle();
    assert.deepEqual([near.bytes, own.heard, self.heard], [[1], ['made'], ['made']]);
  });

  it('fails as the faults say, in the time that it takes', () => {
    const expected: readonly (readonly [LostReason, number])[] = [
      ['refused', 20],
      ['reset', 20],
      ['unreachable', 20],
      ['timed-out', dialTimeMax],
    ];
    for (const [reason, time] of expected) {
      const rig = new WorldRig();
      const { accepted, dial } = dialling(rig);
      rig.faults.onConnect = (host, to) => {
        assert.deepEqual([host, to], [0, 1]);
        return reason;
      };
      const near = dial();
      rig.settle();
      assert.deepEqual(
        [near.lost, near.lostAt, accepted.length, rig.faults.injected],
        [reason, time, 0, 1],
      );
    }
  });

  it('times out when the host dies while the dial is on its way', () => {
    const rig = new WorldRig();
    const { b, dial } = dialling(rig);
    const near = dial();
    rig.world.advance(5);
    b.host.powerOff();
    rig.settle();
    assert.deepEqual([near.lost, near.lostAt], ['timed-out', 10 + dialTimeMax]);
  });

  it('tells nobody of a dial whose host has died', () => {
    const rig = new WorldRig();
    const { a, accepted, dial } = dialling(rig);
    const near = dial();
    rig.world.advance(5);
    a.host.kill();
    rig.settle();
    assert.deepEqual([near.heard, accepted.length, rig.now < dialTimeMax], [[], 0, true]);
  });

  it('resets an accepted connection whose dialler dies before it knows', () => {
    const rig = new WorldRig();
    const { a, accepted, dial } = dialling(rig);
    const near = dial();
    rig.world.advance(12);
    a.host.kill();
    rig.settle();
    assert.deepEqual(
      [near.heard, accepted[0]!.heard, accepted[0]!.lost],
      [[], ['made', 'lost'], 'reset'],
    );
  });

  it('cuts between groups only: who is in none hears everybody', () => {
    const rig = new WorldRig();
    const [a, b, c] = [rig.host(), rig.host(), rig.host()];
    for (const { reactor } of [a, b, c]) rig.listen(reactor, () => rig.witness());
    rig.world.cut('a', { groups: [0, 1], oneWay: false });
    const dials = [
      [a, b],
      [b, a],
      [a, c],
      [c, b],
    ].map(([from, to]) => {
      const near = rig.witness();
      from!.reactor.connectTCP({ host: to!.host.host, port: PORT }, near);
      return near;
    });
    rig.world.advance(dialTimeMax);
    assert.deepEqual(
      dials.map(({ lost }) => lost),
      ['timed-out', 'timed-out', null, null],
    );
  });

  it('gives the same address to nobody twice', () => {
    const rig = new WorldRig();
    rig.host();
    assert.throws(() => rig.host({ host: '10.0.0.1' }), /given twice/);
  });

  describe('ports', () => {
    it('are given, refused, closed and given again', () => {
      const rig = new WorldRig();
      const { host, reactor } = rig.host();
      const said: string[] = [];
      const listen = (
        at: string,
        port: number,
        then: (stop: () => void) => void = () => undefined,
      ) => {
        reactor.listenTCP(
          { host: at, port },
          () => null,
          (opened, fault) => {
            said.push(
              opened === null ? fault!.code : `${opened.address.host}:${opened.address.port}`,
            );
            if (opened !== null) then(() => opened.stopListening());
          },
        );
        assert.equal(said.length, count++, 'told from inside the call');
        rig.settle();
      };
      let count = 0;
      let stop: () => void = () => undefined;
      listen(host.host, 80, (how) => (stop = how));
      listen('0.0.0.0', 80);
      stop();
      stop();
      listen('0.0.0.0', 80);
      listen('127.0.0.1', 0);
      listen('::', 0);
      listen('10.9.9.9', 0);
      for (const port of [-1, 65_536, 1.5, NaN]) listen(host.host, port);
      assert.deepEqual(said, [
        `${host.host}:80`,
        'in-use',
        `${host.host}:80`,
        `127.0.0.1:${dynamicPortMin}`,
        `${host.host}:${dynamicPortMin + 1}`,
        ...Array<string>(5).fill('unavailable'),
      ]);
    });

    it('of a frozen host are reported when it is thawed, of a stopped reactor never', () => {
      const rig = new WorldRig();
      const { host, reactor } = rig.host();
      let told = 0;
      const listen = (by: typeof reactor): void =>
        by.listenTCP(
          { host: host.host, port: 0 },
          () => null,
          () => told++,
        );
      listen(reactor);
      host.freeze();
      rig.world.advance(1);
      assert.equal(told, 0);
      host.thaw();
      rig.world.advance(0);
      assert.equal(told, 1);
      listen(reactor);
      host.kill();
      host.boot();
      rig.settle();
      assert.equal(told, 1, 'told to an earlier life');
    });

    it('come to an end, and then there are none', () => {
      const rig = new WorldRig();
      const { host, reactor } = rig.host();
      const codes = new Map<string, number>();
      const free = 65_536 - dynamicPortMin;
      // Taken one by one from above, so that the search for the last one is not quadratic.
      for (let i = 1; i < free; i++) host.ports.set(65_536 - i, () => null);
      for (let i = 0; i < 3; i++) {
        reactor.listenTCP(
          { host: host.host, port: 0 },
          () => null,
          (port, fault) => {
            const said = port === null ? fault!.code : String(port.address.port);
            codes.set(said, (codes.get(said) ?? 0) + 1);
          },
        );
      }
      rig.settle();
      assert.deepEqual(
        [...codes],
        [
          [String(dynamicPortMin), 1],
          ['in-use', 2],
        ],
      );
    });
  });

  it('gives a host several addresses: ports of one number beside each other, each heard where it is', () => {
    const rig = new WorldRig();
    const dialler = rig.host();
    const { reactor } = rig.host({ host: '10.9.0.1', also: ['10.9.0.2', 'fd00::9'] });
    const taken: string[] = [];
    const heard: string[] = [];
    for (const at of ['10.9.0.1', '10.9.0.2', '::', 'fd00::9', '0.0.0.0', '10.9.0.3']) {
      const factory = (from: { readonly host: string }): null => {
        heard.push(`${at} from ${from.host}`);
        return null;
      };
      const address = { host: at, port: PORT, v6Only: at === '::' };
      reactor.listenTCP(address, factory, (port, fault) => {
        taken.push(`${at} ${port === null ? fault!.code : 'open'}`);
      });
    }
    rig.settle();
    assert.deepEqual(taken, [
      '10.9.0.1 open',
      '10.9.0.2 open',
      ':: open',
      'fd00::9 in-use',
      '0.0.0.0 in-use',
      '10.9.0.3 unavailable',
    ]);
    for (const host of ['fd00::9', '10.9.0.2', '10.9.0.1']) {
      dialler.reactor.connectTCP({ host, port: PORT }, rig.witness());
      rig.settle();
    }
    const from = dialler.host.host;
    assert.deepEqual(
      heard,
      [':: from', '10.9.0.2 from', '10.9.0.1 from'].map((at) => `${at} ${from}`),
    );
    assert.deepEqual(reactor.localAddresses(), ['10.9.0.1', '10.9.0.2', 'fd00::9']);
  });
});
