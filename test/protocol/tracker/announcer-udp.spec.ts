/** Announces over UDP: BEP 15 times and retransmissions, S-40 spoofing, F-15 losses, families, stop. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Address, DatagramEffect } from '../../../src/core/index.ts';
import { createRandom } from '../../../src/core/index.ts';
import { readUint32, writeUint32 } from '../../../src/protocol/tracker/big-endian.ts';
import { udpAddressesMax, udpSendsMax } from '../../../src/protocol/tracker/limits.ts';
import { parseTrackerUrl } from '../../../src/protocol/tracker/tracker-url.ts';
import { UdpExchange } from '../../../src/protocol/tracker/udp-exchange.ts';
import { newUdpLink } from '../../../src/protocol/tracker/udp-question.ts';
import type { UdpQuestionEffect } from '../../../src/protocol/tracker/udp-question.ts';
import { encodeUdpReply } from '../../../src/protocol/tracker/udp-reply.ts';
import { decodeUdpRequest } from '../../../src/protocol/tracker/udp-request.ts';
import { AnnounceWorld, INFO_HASH, PEER_ID } from '../../support/announce-world.ts';

const T = 'udp://9.9.9.9:6969/announce';
const FROM: Address = { host: '9.9.9.9', port: 6969 };
const CONNECTION = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

function transactionOf(effect: DatagramEffect): number {
  return readUint32(effect.data, 12);
}

/** Answers the one fresh datagram, which is a connect or an announce. */
function answer(world: AnnounceWorld, interval = 1800, from = FROM): 'connect' | 'announce' {
  const effect = world.one('datagram');
  assert.deepEqual(effect.address, FROM);
  const request = decodeUdpRequest(effect.data);
  assert.ok(request !== null && request.type !== 'scrape');
  const { transaction, type } = request;
  const reply =
    type === 'connect'
      ? encodeUdpReply({ type, transaction, connection: CONNECTION })
      : encodeUdpReply({
          type,
          transaction,
          interval,
          leeches: 2,
          seeds: 1,
          peers: Uint8Array.of(1, 2, 3, 4, 0, 9),
        });
  if (request.type === 'announce') assert.deepEqual(request.connection, CONNECTION);
  assert.equal(world.datagram(from, reply), true);
  return type;
}

describe('protocol/tracker/announcer: UDP', () => {
  it('BEP 15: connects, announces with the id, reports', () => {
    const world = new AnnounceWorld([[T]]);
    world.start();
    assert.equal(answer(world), 'connect');
    assert.equal(answer(world), 'announce');
    assert.deepEqual(world.reports, [
      {
        type: 'announced',
        url: T,
        event: 'started',
        addresses: [{ host: '1.2.3.4', port: 9 }],
        seeds: 1,
        leeches: 2,
        interval: 1_800_000,
        warning: null,
      },
    ]);
    world.toDeadline();
    assert.equal(answer(world), 'connect', 'the id was good for a minute');
  });

  it('S-40: uses a connection id for 60 s, and keeps its own copy of it', () => {
    for (const [age, type] of [
      [59_999, 'announce'],
      [60_000, 'connect'],
    ] as const) {
      const world = new AnnounceWorld([[T]]);
      world.start();
      answer(world);
      answer(world);
      world.now += age;
      world.completed();
      assert.equal(answer(world), type);
    }
  });

  it('resolves names, takes literals at once, drops what a resolver should not give', () => {
    const world = new AnnounceWorld([['udp://t.example:6969']]);
    world.start();
    const { job, host } = world.one('resolve');
    assert.equal(host, 't.example');
    world.resolve(job, ['nonsense', '::ffff:9.9.9.9', '9.9.9.9']);
    assert.equal(answer(world), 'connect');
    const failing = new AnnounceWorld([['udp://t.example:6969']]);
    failing.start();
    failing.resolve(failing.one('resolve').job, []);
    assert.match(JSON.stringify(failing.lastReport()), /not resolved/);
  });

  it('S-42: a name that leads to link-local or multicast addresses is not asked', () => {
    const world = new AnnounceWorld([['udp://t.example:6969']]);
    world.start();
    const bad = ['169.254.169.254', 'fe80::1', '224.0.0.1', '::ffff:169.254.169.254'];
    world.resolve(world.one('resolve').job, bad);
    assert.match(JSON.stringify(world.lastReport()), /not resolved/);
    const half = new AnnounceWorld([['udp://t.example:6969']]);
    half.start();
    half.resolve(half.one('resolve').job, [...bad, '9.9.9.9']);
    assert.equal(answer(half), 'connect');
  });

  it('S-40: 10^6 guesses of the transaction, and every wrong source, action and length: none accepted', () => {
    const world = new AnnounceWorld([[T]]);
    world.start();
    const effect = world.one('datagram');
    const transaction = transactionOf(effect);
    const random = createRandom(99);
    let guesses = 0;
    const guess = new Uint8Array(16);
    while (guesses < 1_000_000) {
      const tried = random.below(0x10000) * 0x10000 + random.below(0x10000);
      if (tried === transaction) continue;
      writeUint32(guess, 4, tried);
      assert.equal(world.datagram(FROM, guess), false);
      guesses++;
    }
    const good = encodeUdpReply({ type: 'connect', transaction, connection: CONNECTION });
    const other = {
      type: 'announce',
      transaction,
      interval: 1,
      leeches: 0,
      seeds: 0,
      peers: new Uint8Array(0),
    } as const;
    assert.equal(world.datagram({ host: '9.9.9.8', port: 6969 }, good), false);
    assert.equal(world.datagram({ host: '9.9.9.9', port: 6970 }, good), false);
    assert.equal(world.datagram({ host: 'x', port: 6969 }, good), false);
    assert.equal(world.datagram(FROM, encodeUdpReply(other)), false);
    assert.equal(world.datagram(FROM, good.subarray(0, 15)), false);
    world.quiet();
    assert.equal(world.reports.length, 0);
    assert.equal(
      world.datagram({ host: '::ffff:9.9.9.9', port: 6969 }, good),
      true,
      'a dual-stack socket',
    );
    assert.equal(world.datagram(FROM, good), false, 'a duplicate');
  });

  it('S-40: every transaction has an id of its own', () => {
    const ids = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const world = new AnnounceWorld([[T]], seed);
      world.start();
      ids.add(transactionOf(world.effects[0]! as DatagramEffect));
      answer(world);
      ids.add(transactionOf(world.effects[1]! as DatagramEffect));
    }
    assert.equal(ids.size, 400);
  });

  it('sends again after 15 s with the same id, gives the next tracker its turn after 45 s', () => {
    const world = new AnnounceWorld([[T], ['http://b/announce']]);
    world.start();
    const first = world.one('datagram');
    assert.equal(world.toDeadline(), 15_000);
    const second = world.one('datagram');
    assert.deepEqual([first.data.length, second.data.length], [16, 16]);
    assert.equal(world.toDeadline(), 30_000);
    assert.equal(world.request().base, 'http://b/announce');
    const report = { type: 'announce-failed', url: T, event: 'started', reason: 'no answer' };
    assert.deepEqual(world.reports, [report]);
  });

  it('an error is a failure with its words; one about an id of an earlier announce is not', () => {
    const world = new AnnounceWorld([[T]]);
    const refuse = (): void => {
      const transaction = transactionOf(world.one('datagram'));
      const message = new TextEncoder().encode('go\x1b away');
      assert.equal(
        world.datagram(FROM, encodeUdpReply({ type: 'error', transaction, message })),
        true,
      );
    };
    world.start();
    answer(world);
    answer(world);
    world.completed();
    refuse();
    assert.equal(world.reports.length, 1);
    assert.equal(answer(world), 'connect', 'the old id is not used again');
    refuse();
    const report = { type: 'announce-failed', url: T, event: 'completed', reason: 'go\ufffd away' };
    assert.deepEqual(world.lastReport(), report);
  });

  it('F-14: a signed interval below zero is a minute; a cut peer list is a failure', () => {
    const world = new AnnounceWorld([[T]]);
    world.start();
    answer(world);
    answer(world, -5);
    assert.ok(world.toDeadline() <= 62_000);
    answer(world);
    const transaction = transactionOf(world.one('datagram'));
    const peers = new Uint8Array(7);
    world.datagram(
      FROM,
      encodeUdpReply({ type: 'announce', transaction, interval: 1, leeches: 0, seeds: 0, peers }),
    );
    assert.match(JSON.stringify(world.lastReport()), /cut short/);
  });

  it('stop: goodbye to the known address without resolving again; no answer: over after stopTimeMax', () => {
    const world = new AnnounceWorld([['udp://t.example:6969']]);
    world.start();
    world.resolve(world.one('resolve').job, ['9.9.9.9']);
    answer(world);
    answer(world);
    world.now += 1_000;
    world.stop();
    const goodbye = world.one('datagram');
    assert.deepEqual([goodbye.data[83], readUint32(goodbye.data, 92)], [3, 0]);
    assert.equal(world.toDeadline(), 2_500);
    assert.deepEqual(world.lastReport(), { type: 'stopped' });
    const late = encodeUdpReply({
      type: 'announce',
      transaction: transactionOf(goodbye),
      interval: 1,
      leeches: 0,
      seeds: 0,
      peers: new Uint8Array(0),
    });
    assert.equal(world.datagram(FROM, late), false);
  });

  it('stop while resolving: the late answer is ours and changes nothing', () => {
    const world = new AnnounceWorld([['udp://t.example:6969']]);
    world.start();
    const { job } = world.one('resolve');
    world.stop();
    world.resolve(job, ['9.9.9.9']);
    world.quiet();
    assert.deepEqual(world.reports, [{ type: 'stopped' }]);
  });

  it('F-15: half of all datagrams lost and every answer twice: announces in the end', () => {
    let lost = 0;
    for (let seed = 0; seed < 40; seed++) {
      const world = new AnnounceWorld([[T]], seed);
      const chance = createRandom(seed).fork('loss');
      world.start();
      for (let turns = 0; world.lastReport()?.type !== 'announced'; turns++) {
        assert.ok(turns < 400, 'it announces in the end');
        const fresh = world.fresh();
        for (const effect of fresh) {
          const request = effect.type === 'datagram' ? decodeUdpRequest(effect.data) : null;
          assert.ok(request !== null && request.type !== 'scrape');
          const { transaction, type } = request;
          if (chance.below(2) === 0 || chance.below(2) === 0) {
            lost++;
            continue;
          }
          const reply =
            type === 'connect'
              ? encodeUdpReply({ type, transaction, connection: CONNECTION })
              : encodeUdpReply({
                  type,
                  transaction,
                  interval: 1800,
                  leeches: 0,
                  seeds: 0,
                  peers: new Uint8Array(0),
                });
          assert.equal(world.datagram(FROM, reply), true);
          assert.equal(world.datagram(FROM, reply), false);
        }
        if (fresh.length === 0) world.toDeadline();
      }
    }
    assert.ok(lost > 40, `${lost} datagrams were lost`);
  });
});

describe('protocol/tracker/udp-exchange', () => {
  const query = {
    infoHash: INFO_HASH,
    peerId: PEER_ID,
    key: 1,
    port: 1,
    uploaded: 0,
    downloaded: 0,
    left: 0,
    event: 'none',
    peersWanted: 0,
  } as const;

  function exchange(text: string, sendsMax: number): UdpExchange {
    const url = parseTrackerUrl(text);
    assert.ok(typeof url !== 'string');
    return new UdpExchange(url, newUdpLink(), query, sendsMax, createRandom(3));
  }

  it('asks no address that the rules deny, whatever its name resolves to and whoever answered before', () => {
    const url = parseTrackerUrl('udp://tracker.example:6969');
    assert.ok(typeof url !== 'string');
    const link = newUdpLink();
    let denied = ['192.0.2.1'];
    const rules = { restraints: [], denies: (host: string) => denied.includes(host) };
    const open = (): UdpExchange =>
      new UdpExchange(url, link, query, 2, createRandom(3), null, rules);
    const out: UdpQuestionEffect[] = [];
    const first = open();
    first.start(false, () => 1, 0, out);
    const hosts = ['192.0.2.1', '192.0.2.2'];
    first.resolved({ type: 'resolve-done', job: 1, hosts, fault: null }, 0, out);
    assert.deepEqual(
      out.map((effect) => (effect.type === 'datagram' ? effect.address.host : effect.type)),
      ['resolve', '192.0.2.2'],
    );
    denied = hosts;
    const second = open();
    second.start(true, () => 2, 0, out);
    assert.equal(out.at(-1)!.type, 'resolve', 'the address of the last exchange is denied now');
    second.resolved({ type: 'resolve-done', job: 2, hosts, fault: null }, 0, out);
    assert.equal(out.length, 3);
    assert.deepEqual(
      [second.outcome?.type, (second.outcome as { reason?: string }).reason],
      ['failed', 'host name not resolved: no address to be asked'],
    );
  });

  it('S-40, BEP 15: waits 15 s * 2^n with n up to 8, then gives up', () => {
    const out: UdpQuestionEffect[] = [];
    const udp = exchange(T, 99);
    udp.start(false, () => 1, 0, out);
    const sentAt = [0];
    let now = 0;
    while (udp.outcome === null) {
      now = udp.deadline;
      udp.timeout(now, out);
      if (out.length > sentAt.length) sentAt.push(now);
    }
    assert.equal(sentAt.length, udpSendsMax);
    sentAt.forEach((at, n) => assert.equal(at, 15_000 * (2 ** n - 1)));
    assert.equal(now, 15_000 * (2 ** udpSendsMax - 1), 'the last wait is 3840 s');
  });

  it('BEP 15: asks for a new connection id when the old one expires between sends', () => {
    const out: UdpQuestionEffect[] = [];
    const udp = exchange(T, 9);
    udp.start(false, () => 1, 0, out);
    const types = (): unknown[] =>
      out.map((e) => e.type === 'datagram' && decodeUdpRequest(e.data)?.type);
    const transaction = transactionOf(out[0]! as DatagramEffect);
    udp.datagram(
      FROM,
      encodeUdpReply({ type: 'connect', transaction, connection: CONNECTION }),
      1_000,
      out,
    );
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      times.push(udp.deadline);
      udp.timeout(udp.deadline, out);
    }
    assert.deepEqual(times, [16_000, 46_000, 106_000]);
    assert.deepEqual(types(), ['connect', 'announce', 'announce', 'announce', 'connect']);
    const announces = out.slice(1, 4).map((effect) => transactionOf(effect as DatagramEffect));
    assert.equal(new Set(announces).size, 1, 'a retransmission keeps its id');
  });

  it('a silent address gives its turn to the next one of the host, udpAddressesMax of them', () => {
    const out: UdpQuestionEffect[] = [];
    const udp = exchange('udp://t.example:6969', 9);
    udp.start(false, () => 1, 0, out);
    const hosts = ['2001:db8::1', '9.9.9.9', '9.9.9.8', '9.9.9.7', '9.9.9.6'];
    udp.resolved({ type: 'resolve-done', job: 1, hosts, fault: null }, 0, out);
    for (let i = 0; i < udpAddressesMax; i++) udp.timeout(udp.deadline, out);
    const asked = out
      .slice(1)
      .map((effect) => (effect.type === 'datagram' ? effect.address.host : ''));
    assert.deepEqual(asked, [...hosts.slice(0, udpAddressesMax), hosts[0]]);
  });

  it('BEP 7, 15: a tracker on IPv6 answers with entries of 18 bytes', () => {
    const out: UdpQuestionEffect[] = [];
    const udp = exchange('udp://[2001:db8::9]:6969', 9);
    const from = { host: '2001:db8::9', port: 6969 };
    udp.start(false, () => 1, 0, out);
    let transaction = transactionOf(out[0]! as DatagramEffect);
    udp.datagram(
      from,
      encodeUdpReply({ type: 'connect', transaction, connection: CONNECTION }),
      1,
      out,
    );
    transaction = transactionOf(out[1]! as DatagramEffect);
    const peers = new Uint8Array(18).fill(1);
    udp.datagram(
      from,
      encodeUdpReply({ type: 'announce', transaction, interval: 60, leeches: 0, seeds: 0, peers }),
      1,
      out,
    );
    assert.ok(udp.outcome?.type === 'answered');
    assert.deepEqual(udp.outcome.addresses, [
      { host: '101:101:101:101:101:101:101:101', port: 257 },
    ]);
  });
});
