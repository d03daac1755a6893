/**
 * 450,000 packets and requests that nobody has thought of, by seed: nothing throws, nothing hangs, nothing is answered twice,
 * every refusal names what is wrong, what is held stays within its bounds, no memory is kept beside it, and the tracker still
 * works afterwards (S-45 to S-48).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Random } from '../../../../src/core/index.ts';
import { createRandom } from '../../../../src/core/index.ts';
import { encodeUdpAnnounce, encodeUdpConnect } from '../../../../src/protocol/index.ts';
import { encodeUdpScrape, RequestReader } from '../../../../src/protocol/index.ts';
import { watchForHangs } from '../../../support/hang-watch.ts';
import { memoryInUse } from '../../../support/memory-in-use.ts';
import { INFO_HASH } from '../../../support/announce-world.ts';
import {
  ANNOUNCE_TARGET,
  announceQuery,
  HASH_PARAMETER,
  TrackerDesk,
} from '../../../support/tracker-desk.ts';

const LIMITS = { torrentsMax: 500, peersMax: 2_000, torrentPeersMax: 100, hostPeersMax: 400 };
const HOSTS = ['1.2.3.4', '5.6.7.8', '2001:db8::1', '2001:db8:1::1', '255.255.255.255', '::1'];
const DATAGRAMS = 300_000;
const REQUESTS = 150_000;
/** Most bytes that may be in use beyond those at a quarter of the inputs, when the tables are full. */
const GROWTH_MAX = 4 * 1024 * 1024;
/** The field of a query or packet, or the rule or bound, that a refusal is about. */
const NAMED =
  /^(?:invalid (?:info_hash|peer_id|port|event|left)|malformed query|a valid passkey is needed|the tracker is full|too many peers at this address)$/;
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/** Changes, cuts and doubles a few bytes. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let out: Uint8Array = Uint8Array.from(bytes);
  for (let i = random.below(6); i > 0 && out.length > 0; i--) {
    const at = random.below(out.length);
    const kind = random.below(8);
    if (kind < 3) out[at] = random.below(256);
    else if (kind < 5) out[at] = EDGES[random.below(EDGES.length)]!;
    else if (kind === 5) out = out.subarray(0, at);
    else if (kind === 6) out = joined(out, random.bytes(random.below(40)));
    else out = joined(out.subarray(0, at), out.subarray(random.below(out.length)));
  }
  return out;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const out = new Uint8Array(head.length + tail.length);
  out.set(head);
  out.set(tail, head.length);
  return out;
}

function assertSound(desk: TrackerDesk): void {
  assert.ok(desk.store.size.torrents <= LIMITS.torrentsMax);
  assert.ok(desk.store.size.peers <= LIMITS.peersMax);
  desk.now += 10 * 3_600_000;
  while (desk.store.sweep(desk.now));
  assert.deepEqual(desk.store.size, { torrents: 0, peers: 0 });
  assert.match(desk.get(ANNOUNCE_TARGET), /5:peers0:e$/);
}

function assertNoGrowth(before: number): void {
  const grown = memoryInUse() - before;
  assert.ok(grown < GROWTH_MAX, `${grown} bytes more than after a quarter of the inputs`);
}

describe('protocol/tracker/server: fuzz', function () {
  this.timeout(300_000);
  it(`${DATAGRAMS} datagrams`, async () => {
    const random = createRandom(151);
    const desk = new TrackerDesk({ limits: LIMITS, rules: { passkeys: null } });
    let answered = 0;
    let errors = 0;
    let before = 0;
    await watchForHangs((next) => {
      for (let i = 0; i < DATAGRAMS; i++) {
        if (i === DATAGRAMS >> 2) before = memoryInUse();
        next();
        desk.now = i;
        const host = HOSTS[random.below(HOSTS.length)]!;
        const connection = desk.connection(host);
        const kind = random.below(6);
        const urlData = kind === 3 ? '/key/announce?' + 'x'.repeat(random.below(1_100)) : '/';
        const infoHash = random.below(3) === 0 ? random.bytes(20) : INFO_HASH;
        const port = random.below(65_536);
        const good =
          kind === 0
            ? encodeUdpConnect(i)
            : kind === 1
              ? encodeUdpScrape(connection, i, [INFO_HASH, random.bytes(20)])
              : encodeUdpAnnounce(connection, i, { ...announceQuery, port, infoHash }, urlData);
        const data = kind === 5 ? random.bytes(random.below(150)) : mutate(good, random);
        desk.core.rules = { ...desk.core.rules, passkeys: i % 4 === 0 ? new Set(['key']) : null };
        const answer = desk.datagram(data, host);
        if (answer === null) continue;
        answered++;
        if (answer[3] === 3) {
          errors++;
          assert.match(Buffer.from(answer.subarray(8)).toString(), NAMED);
        }
        assert.ok(answer.length <= 20 + 200 * 18);
      }
    });
    assertNoGrowth(before);
    assert.ok(answered > 75_000 && errors > 3_000, `${answered} answered, ${errors} errors`);
    desk.core.rules = { ...desk.core.rules, passkeys: null };
    assertSound(desk);
  });

  it(`${REQUESTS} requests over HTTP, in pieces`, async () => {
    const random = createRandom(152);
    const desk = new TrackerDesk({ limits: LIMITS });
    const heads = [
      `GET ${ANNOUNCE_TARGET}&event=started&numwant=50&key=12ab HTTP/1.1\r\nHost: t\r\nUser-Agent: x\r\n\r\n`,
      `GET ${ANNOUNCE_TARGET}&compact=0&event=completed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`,
      `GET /scrape?${HASH_PARAMETER}&${HASH_PARAMETER} HTTP/1.1\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n`,
      `GET /key${ANNOUNCE_TARGET}&passkey=key HTTP/1.1\r\nContent-Length: 0\r\n\r\n`,
    ].map((text) => Uint8Array.from(Buffer.from(text, 'latin1')));
    let requests = 0;
    let faults = 0;
    let refusals = 0;
    let before = 0;
    await watchForHangs((next) => {
      for (let i = 0; i < REQUESTS; i++) {
        if (i === REQUESTS >> 2) before = memoryInUse();
        next();
        desk.now = i;
        const data = mutate(heads[random.below(heads.length)]!, random);
        const text = Buffer.from(data).toString('latin1');
        const reader = new RequestReader();
        const cut = random.below(text.length + 1);
        const host = HOSTS[random.below(HOSTS.length)]!;
        for (const piece of [text.slice(0, cut), text.slice(cut)]) {
          reader.push(piece);
          const request = reader.next();
          if (request === null) continue;
          if (typeof request === 'number') {
            faults++;
            break;
          }
          requests++;
          const { status, body } = desk.reply(request.target, host, request.method);
          assert.ok([200, 400, 404, 405].includes(status));
          assert.ok(body.length < 20_000);
          const reason = /^d14:failure reason\d+:(.*)e$/.exec(Buffer.from(body).toString('latin1'));
          if (reason === null) continue;
          refusals++;
          assert.match(reason[1]!, NAMED);
        }
      }
    });
    assertNoGrowth(before);
    assert.ok(requests > 45_000 && faults > 3_000, `${requests} requests, ${faults} faults`);
    assert.ok(refusals > 3_000, `${refusals} refusals`);
    assertSound(desk);
  });
});
