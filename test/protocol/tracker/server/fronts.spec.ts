/** The fronts of the tracker without sockets: S-45 (amplification), S-47 (scrapes), S-48 (addresses), BEP 24, 41, no throw. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decodeUdpReply,
  encodeUdpAnnounce,
  encodeUdpScrape,
  IpFilter,
} from '../../../../src/protocol/index.ts';
import { INFO_HASH } from '../../../support/announce-world.ts';
import {
  ANNOUNCE_TARGET,
  announceQuery,
  HASH_PARAMETER,
  TrackerDesk,
} from '../../../support/tracker-desk.ts';

const FIVE = '5.6.7.8';
const latin1 = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('latin1');

describe('protocol/tracker/server/http-front', () => {
  it('answers in all three forms, with the own address of the asker (BEP 24)', () => {
    const desk = new TrackerDesk();
    const answer = (leeches: number, ip: string, peers: string): string =>
      `200 d8:completei0e10:downloadedi0e11:external ip${ip}10:incompletei${leeches}e` +
      `8:intervali1800e12:min intervali900e${peers}e`;
    const four = '4:\x01\x02\x03\x04';
    const five = '4:\x05\x06\x07\x08';
    assert.equal(desk.get(ANNOUNCE_TARGET), answer(1, four, '5:peers0:'));
    assert.equal(
      desk.get(ANNOUNCE_TARGET, FIVE),
      answer(2, five, '5:peers6:\x01\x02\x03\x04\x1a\xe1'),
    );
    const stopped = desk.get(ANNOUNCE_TARGET + '&compact=0&event=stopped', FIVE);
    assert.equal(stopped, answer(1, five, '5:peersle'));
    const entry = '2:ip7:1.2.3.47:peer id20:-SW0001-abcdefghijkl4:porti6881e';
    assert.equal(
      desk.get(ANNOUNCE_TARGET + '&compact=0', FIVE),
      answer(2, five, `5:peersld${entry}ee`),
    );
    assert.match(
      desk.get(ANNOUNCE_TARGET + '&compact=0&no_peer_id=1', FIVE),
      /ld2:ip7:1.2.3.44:porti6881eeee$/,
    );
    assert.match(
      desk.get(ANNOUNCE_TARGET, '2001:db8::1'),
      /external ip16:.{16}.*5:peers12:.{12}e$/s,
    );
    assert.match(
      desk.get(ANNOUNCE_TARGET + '&numwant=9', '2001:db8::2'),
      /6:peers618: .\r\xb8.{14}e$/s,
    );
  });

  it('tells seeds of seeds when they start, which aria2 with a magnet link passes for, and never again', () => {
    const desk = new TrackerDesk();
    const seed = ANNOUNCE_TARGET.replace(/&left=\d+/, '') + '&left=0';
    desk.get(seed);
    const told = (event: string): boolean =>
      desk.get(seed + event, FIVE).includes('5:peers6:\x01\x02\x03\x04');
    assert.deepEqual(
      [told('&event=started'), told(''), told('&event=completed')],
      [true, false, false],
    );
    const strict = new TrackerDesk({ seedsAtStart: false });
    strict.get(seed);
    assert.ok(strict.get(seed + '&event=started', FIVE).includes('5:peers0:'));
  });

  it('S-48: takes the address from the socket only', () => {
    const desk = new TrackerDesk();
    desk.get(ANNOUNCE_TARGET + '&ip=9.9.9.9&ipv4=9.9.9.9&ipv6=2001:db8::9');
    assert.ok(desk.get(ANNOUNCE_TARGET, FIVE).includes('5:peers6:\x01\x02\x03\x04'));
  });

  it('S-48: refuses ports that are no peer’s', () => {
    const desk = new TrackerDesk();
    for (const port of [22, 25]) {
      const target = ANNOUNCE_TARGET.replace('6881', String(port));
      assert.match(desk.get(target), /invalid port/);
      assert.match(latin1(desk.announce({ port })), /invalid port$/);
    }
    assert.equal(desk.store.size.peers, 0);
  });

  it('refuses with words, other paths and methods with numbers', () => {
    const desk = new TrackerDesk();
    assert.equal(desk.get('/announce'), '200 d14:failure reason17:invalid info_hashe');
    for (const path of ['/', '/x', '/announce/', '//announce', '/a/b/announce', '/k!/announce']) {
      assert.equal(desk.get(path), '404 ', path);
    }
    assert.equal(desk.get(ANNOUNCE_TARGET, '1.2.3.4', 'POST'), '405 ');
  });

  it('S-47: scrapes of named torrents, each once; none of all, none of 10^4', () => {
    const desk = new TrackerDesk();
    desk.get(ANNOUNCE_TARGET);
    const file = `20:${latin1(INFO_HASH)}d8:completei0e10:downloadedi0e10:incompletei1ee`;
    const both = desk.get(`/scrape?${HASH_PARAMETER}&${HASH_PARAMETER}`);
    assert.equal(both, `200 d5:filesd${file}ee`);
    assert.match(desk.get('/scrape'), /^400/);
    assert.match(desk.get('/scrape?' + Array(10_000).fill(HASH_PARAMETER).join('&')), /^400/);
    assert.match(desk.get('/scrape?' + Array(200).fill('info_hash=a').join('&')), /^400/);
  });

  it('adds up to the jitter to each interval, and answers the same for the same chance', () => {
    const intervals = (): number[] => {
      const desk = new TrackerDesk({ jitter: 0.1 });
      return Array.from({ length: 200 }, () =>
        Number(/8:intervali(\d+)e/.exec(desk.get(ANNOUNCE_TARGET))![1]),
      );
    };
    const drawn = intervals();
    assert.ok(drawn.every((interval) => interval >= 1_800 && interval <= 1_980));
    assert.ok(new Set(drawn).size > 50, `${new Set(drawn).size} different intervals`);
    assert.deepEqual(intervals(), drawn);
  });
});

describe('protocol/tracker/server/rules', () => {
  const name = latin1(INFO_HASH);
  const refused = /not registered with this tracker/;

  it('serves listed torrents only, and never denied ones, over both transports', () => {
    for (const rules of [{ allowed: new Set<string>() }, { denied: new Set([name]) }]) {
      const desk = new TrackerDesk({ rules });
      assert.match(desk.get(ANNOUNCE_TARGET), refused);
      assert.match(latin1(desk.announce({})), refused);
      assert.deepEqual([desk.core.counters.http.refused, desk.core.counters.udp.refused], [1, 1]);
      assert.equal(desk.store.size.peers, 0);
    }
    const desk = new TrackerDesk({ rules: { allowed: new Set([name]) } });
    assert.match(desk.get(ANNOUNCE_TARGET), /5:peers/);
  });

  it('serves nobody on the list of addresses', () => {
    const range = { first: '5.0.0.0', last: '5.255.255.255', allow: false };
    const desk = new TrackerDesk({ rules: { peers: new IpFilter([range]) } });
    assert.match(desk.get(ANNOUNCE_TARGET, FIVE), /not allowed from this address/);
    assert.match(latin1(desk.announce({}, FIVE)), /not allowed from this address/);
    assert.match(desk.get(ANNOUNCE_TARGET), /5:peers/);
  });

  it('with passkeys: in the path, in the query, in the URL data of BEP 41; nobody else', () => {
    const desk = new TrackerDesk({ rules: { passkeys: new Set(['secret-1']) } });
    const needed = /a valid passkey is needed/;
    assert.match(desk.get(ANNOUNCE_TARGET), needed);
    assert.match(desk.get(`/wrong${ANNOUNCE_TARGET}`), needed);
    assert.match(desk.get(`/secret-1${ANNOUNCE_TARGET}`), /5:peers/);
    assert.match(desk.get(`${ANNOUNCE_TARGET}&passkey=secret-1`), /5:peers/);
    assert.match(desk.get(`/scrape?${HASH_PARAMETER}`), needed);
    assert.match(desk.get(`/secret-1/scrape?${HASH_PARAMETER}`), /incompletei1e/);
    assert.match(latin1(desk.announce({})), needed);
    assert.match(latin1(desk.announce({}, '1.2.3.4', '/secret-2/announce')), needed);
    const long = `/secret-1/announce?${'x'.repeat(300)}=1`;
    for (const data of ['/secret-1/announce', '/announce?passkey=secret-1', long]) {
      assert.equal(decodeUdpReply(desk.announce({}, '1.2.3.4', data)!)?.type, 'announce', data);
    }
    // A scrape over UDP has no place for a key.
    const scrape = encodeUdpScrape(desk.connection(), 1, [INFO_HASH]);
    assert.match(latin1(desk.datagram(scrape)), needed);
  });
});

describe('protocol/tracker/server/udp-front', () => {
  it('S-45: silence for ~id, another host’s id, an expired or future one, the magic constant', () => {
    const desk = new TrackerDesk();
    desk.now = 600_000;
    const id = desk.connection();
    const magic = Uint8Array.from(Buffer.from('0000041727101980', 'hex'));
    const wrong = [
      id.map((byte) => ~byte),
      desk.connection('4.3.2.1'),
      desk.connection('1.2.3.4', 0),
      desk.connection('1.2.3.4', 9e6),
      magic,
    ];
    for (const connection of wrong) {
      assert.equal(desk.datagram(encodeUdpAnnounce(connection, 1, announceQuery, '/')), null);
      assert.equal(desk.datagram(encodeUdpScrape(connection, 1, [INFO_HASH])), null);
    }
    assert.equal(desk.store.size.peers, 0);
    assert.equal(desk.core.counters.udp.ignored, 2 * wrong.length);
    assert.ok(desk.announce({}) !== null);
    assert.equal(desk.store.size.peers, 1);
  });

  it('S-45: never more bytes out than in for a peer that has not echoed an id; no throw', () => {
    const desk = new TrackerDesk();
    let answers = 0;
    const connect = Uint8Array.from(Buffer.from('00000417271019800000000000000000', 'hex'));
    const packet = fc.oneof(
      fc.uint8Array({ maxLength: 120 }),
      fc.uint8Array({ maxLength: 20 }).map((tail) => Uint8Array.of(...connect, ...tail)),
    );
    fc.assert(
      fc.property(packet, (data) => {
        const answer = desk.datagram(data);
        if (answer !== null) answers++;
        assert.ok(answer === null || answer.length <= data.length);
      }),
    );
    assert.ok(answers > 5, `${answers} answers`);
  });

  it('refuses port 0, gives 18-byte entries over IPv6 and its own family only', () => {
    const desk = new TrackerDesk();
    assert.equal(latin1(desk.announce({ port: 0 })), '\0\0\0\x03\0\0\0\x01invalid port');
    desk.announce({ port: 1 });
    desk.announce({ port: 1 }, '2001:db8::1');
    assert.equal(desk.announce({ port: 2 })!.length, 20 + 6);
    assert.equal(desk.announce({ port: 2 }, '2001:db8::1')!.length, 20 + 18);
  });

  it('BEP 15: 74 info-hashes are scraped, in their order; 75 are not', () => {
    const desk = new TrackerDesk();
    desk.announce({});
    const hashes: Uint8Array[] = Array.from({ length: 74 }, (_, i) => new Uint8Array(20).fill(i));
    hashes[40] = INFO_HASH;
    const reply = decodeUdpReply(desk.datagram(encodeUdpScrape(desk.connection(), 5, hashes))!);
    assert.ok(reply?.type === 'scrape' && reply.transaction === 5);
    const known = reply.counts.flatMap(({ leeches }, i) => (leeches > 0 ? [i] : []));
    assert.deepEqual([reply.counts.length, known], [74, [40]]);
    const long = new Uint8Array(16 + 75 * 20);
    long.set(encodeUdpScrape(desk.connection(), 5, hashes));
    assert.equal(desk.datagram(long), null);
  });
});
