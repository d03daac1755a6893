/** The fronts of the tracker without sockets: S-45 (amplification), S-47 (scrapes), S-48 (addresses), no throw. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import { Swarms } from '../../../src/protocol/tracker/index.ts';
import { encodeUdpAnnounce, encodeUdpScrape } from '../../../src/protocol/tracker/index.ts';
import { answerHttp } from '../../../src/protocol/tracker/http-front.ts';
import { answerUdp } from '../../../src/protocol/tracker/udp-front.ts';
import { ConnectionIds } from '../../../src/tracker/connection-ids.ts';
import { INFO_HASH, PEER_ID } from '../../support/announce-world.ts';

const HOST = '1.2.3.4';
const HASH =
  'info_hash=' + Array.from(INFO_HASH, (b) => '%' + b.toString(16).padStart(2, '0')).join('');
const ANNOUNCE = `/announce?${HASH}&peer_id=-SW0001-abcdefghijkl&port=6881&left=1`;

function make(): Swarms {
  return new Swarms({ interval: 1_800_000, allowed: null }, createRandom(1));
}

function get(swarms: Swarms, url: string, host = HOST): string {
  const { status, body } = answerHttp(swarms, 'GET', url, host, 0);
  return `${status} ${Buffer.from(body).toString('latin1')}`;
}

describe('protocol/tracker/http-front', () => {
  it('answers in all three forms', () => {
    const swarms = make();
    const head = 'd8:completei0e10:downloadedi0e10:incompletei';
    const tail = 'e8:intervali1800e12:min intervali900e';
    assert.equal(get(swarms, ANNOUNCE), `200 ${head}1${tail}5:peers0:e`);
    assert.equal(
      get(swarms, ANNOUNCE, '5.6.7.8'),
      `200 ${head}2${tail}5:peers6:\x01\x02\x03\x04\x1a\xe1e`,
    );
    const dictionaries = get(swarms, ANNOUNCE + '&compact=0&event=stopped', '5.6.7.8');
    assert.equal(dictionaries, `200 ${head}1${tail}5:peerslee`);
    const ip = '2:ip7:1.2.3.4';
    const id = '7:peer id20:-SW0001-abcdefghijkl';
    assert.equal(
      get(swarms, ANNOUNCE + '&compact=0', '5.6.7.8'),
      `200 ${head}2${tail}5:peersld${ip}${id}4:porti6881eeee`,
    );
    assert.match(
      get(swarms, ANNOUNCE + '&compact=0&no_peer_id=1', '5.6.7.8'),
      /ld2:ip7:1.2.3.44:porti6881eeee$/,
    );
    assert.match(get(swarms, ANNOUNCE, '2001:db8::1'), /5:peers12:.{12}e$/s);
    assert.match(
      get(swarms, ANNOUNCE + '&numwant=9', '2001:db8::2'),
      /6:peers618: .\r\xb8.{14}e$/s,
    );
  });

  it('S-48: takes the address from the socket only', () => {
    const swarms = make();
    get(swarms, ANNOUNCE + '&ip=9.9.9.9&ipv4=9.9.9.9&ipv6=2001:db8::9');
    assert.ok(get(swarms, ANNOUNCE, '5.6.7.8').includes('5:peers6:\x01\x02\x03\x04'));
  });

  it('refuses with words, other paths and methods with numbers', () => {
    const swarms = make();
    assert.equal(get(swarms, '/announce'), '200 d14:failure reason17:invalid info_hashe');
    assert.equal(get(swarms, '/'), '404 ');
    assert.equal(answerHttp(swarms, 'POST', ANNOUNCE, HOST, 0).status, 405);
  });

  it('S-47: scrapes of named torrents, each once; none of all, none of 10^4', () => {
    const swarms = make();
    get(swarms, ANNOUNCE);
    const file = `20:${Buffer.from(INFO_HASH).toString('latin1')}d8:completei0e10:downloadedi0e10:incompletei1ee`;
    assert.equal(get(swarms, `/scrape?${HASH}&${HASH}`), `200 d5:filesd${file}ee`);
    assert.match(get(swarms, '/scrape'), /^400/);
    assert.match(get(swarms, '/scrape?' + Array(10_000).fill(HASH).join('&')), /^400/);
    assert.match(get(swarms, '/scrape?' + Array(200).fill('info_hash=a').join('&')), /^400/);
  });

  it('never throws', () => {
    const swarms = make();
    const prefix = fc.constantFrom('', '/announce?', '/scrape?', ANNOUNCE + '&');
    fc.assert(fc.property(prefix, fc.string(), (head, text) => void get(swarms, head + text)));
  });
});

describe('protocol/tracker/udp-front', () => {
  const query = {
    infoHash: INFO_HASH,
    peerId: PEER_ID,
    key: 1,
    port: 6881,
    uploaded: 0,
    downloaded: 0,
    left: 1,
    event: 'started',
    peersWanted: null,
  } as const;

  it('S-45: silence for ~id, another host’s id, an expired or future one, the magic constant', () => {
    const swarms = make();
    const ids = new ConnectionIds();
    const now = 600_000;
    const id = ids.make(HOST, now);
    const magic = Uint8Array.from(Buffer.from('0000041727101980', 'hex'));
    const wrong = [
      id.map((byte) => ~byte),
      ids.make('4.3.2.1', now),
      ids.make(HOST, 0),
      ids.make(HOST, 9e6),
      magic,
    ];
    for (const connection of wrong) {
      assert.equal(
        answerUdp(swarms, ids, encodeUdpAnnounce(connection, 1, query, '/'), HOST, now),
        null,
      );
      assert.equal(
        answerUdp(swarms, ids, encodeUdpScrape(connection, 1, [INFO_HASH]), HOST, now),
        null,
      );
    }
    assert.equal(swarms.size, 0);
    assert.ok(answerUdp(swarms, ids, encodeUdpAnnounce(id, 1, query, '/'), HOST, now) !== null);
    assert.equal(swarms.size, 1);
  });

  it('S-45: never more bytes out than in for a peer that has not echoed an id; no throw', () => {
    const swarms = make();
    const ids = new ConnectionIds();
    let answers = 0;
    const connect = Uint8Array.from(Buffer.from('00000417271019800000000000000000', 'hex'));
    const packet = fc.oneof(
      fc.uint8Array({ maxLength: 120 }),
      fc.uint8Array({ maxLength: 20 }).map((tail) => Uint8Array.of(...connect, ...tail)),
    );
    fc.assert(
      fc.property(packet, (data) => {
        const answer = answerUdp(swarms, ids, data, HOST, 0);
        if (answer !== null) answers++;
        assert.ok(answer === null || answer.length <= data.length);
      }),
    );
    assert.ok(answers > 5, `${answers} answers`);
  });

  it('refuses port 0, gives 18-byte entries over IPv6 and its own family only', () => {
    const swarms = make();
    const ids = new ConnectionIds();
    const ask = (host: string, port: number): Uint8Array =>
      answerUdp(
        swarms,
        ids,
        encodeUdpAnnounce(ids.make(host, 0), 1, { ...query, port }, '/'),
        host,
        0,
      )!;
    assert.equal(Buffer.from(ask(HOST, 0)).toString('latin1'), '\0\0\0\x03\0\0\0\x01invalid port');
    ask(HOST, 1);
    ask('2001:db8::1', 1);
    assert.equal(ask(HOST, 2).length, 20 + 6);
    assert.equal(ask('2001:db8::1', 2).length, 20 + 18);
  });
});
