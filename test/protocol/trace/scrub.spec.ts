/**
 * The laws of scrubbing: nothing private is left, in no form; and the scrubbed run is the same run: it replays, with the
 * same effects of the same kinds at the same times.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import fc from 'fast-check';
import { Replayer, replay } from '../../../src/core/index.ts';
import {
  decodeHttpReply,
  encodeHttpScrape,
  httpScrapeUrl,
  IpFilter,
  openSessionTrace,
  parseTrackerUrl,
  reservedBits,
  TraceScrubber,
} from '../../../src/protocol/index.ts';
import type { SessionInput } from '../../../src/protocol/index.ts';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import { encodeExtendedHandshake } from '../../../src/protocol/extensions/extended-handshake.ts';
import { UT_METADATA } from '../../../src/protocol/extensions/extension-ids.ts';
import { encodeMetadataMessage } from '../../../src/protocol/extensions/ut-metadata.ts';
import { sha1 } from '../../../src/protocol/metainfo/sha1.ts';
import { AddressMask } from '../../../src/protocol/trace/scrub/address-mask.ts';
import { IdMask } from '../../../src/protocol/trace/scrub/id-mask.ts';
import { Masks } from '../../../src/protocol/trace/scrub/masks.ts';
import { scrubHttpReply } from '../../../src/protocol/trace/scrub/scrub-http-reply.ts';
import { UrlMask } from '../../../src/protocol/trace/scrub/url-mask.ts';
import { WordMask } from '../../../src/protocol/trace/scrub/word-mask.ts';
import { ipScope } from '../../../src/protocol/tracker/ip-scope.ts';
import { parseIp } from '../../../src/protocol/tracker/ip-text.ts';
import { decodeHttpScrape } from '../../../src/protocol/tracker/scrape-http.ts';
import { encodePeerExchange } from '../../../src/protocol/extensions/peer-exchange-message.ts';
import { UT_PEX } from '../../../src/protocol/extensions/extension-ids.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { recordInputs } from './record-world.ts';
import { hostOf, LivelyWorld, peerIdOf, SECRETS } from './lively-world.ts';
import { namesWith } from './names.ts';

const open = openSessionTrace(namesWith());
let found = 0;

function scrub(lines: readonly string[]): string[] {
  const scrubbed: string[] = [];
  const scrubber = new TraceScrubber(scrubbed, namesWith());
  const replayer = new Replayer(open, scrubber);
  for (const line of lines) replayer.push(line);
  const { outcome, whole } = replayer.end();
  assert.equal(outcome, 'identical');
  scrubber.end(whole);
  assert.equal(scrubber.failure, null);
  return scrubbed;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Every form in which something private could stand in a line: as text, as hexadecimal digits, percent-encoded. */
function formsOf(world: LivelyWorld): string[] {
  const forms: string[] = [];
  for (const secret of SECRETS) forms.push(secret, hex(new TextEncoder().encode(secret)));
  for (let n = 0; n < 24; n++) {
    forms.push(`"${hostOf(n)}"`, hex(parseIp(hostOf(n))!), hex(peerIdOf(n)));
  }
  const { infoHash, pieces } = world.content.metainfo;
  forms.push(hex(infoHash), '81.23.45', '2a02:1234', hex(Uint8Array.of(81, 23, 45)));
  const percent = [...infoHash].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  forms.push(percent.toUpperCase(), percent);
  for (let at = 0; at < pieces.length; at += 20) forms.push(hex(pieces.subarray(at, at + 20)));
  for (const line of world.lines) {
    for (const hash of line.matchAll(/\[16384,"([0-9a-f]{16})"\]/g)) forms.push(hash[1]!);
  }
  return [...new Set(forms)];
}

function leaks(text: string, forms: readonly string[]): string[] {
  return forms.filter((form) => text.includes(form));
}

describe('scrubbing', () => {
  it('leaves nothing private in any form, and the trace replays', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (seedValue) => {
        const listening = seedValue % 2 === 0 ? [] : [hostOf(40), '0.0.0.0', hostOf(43)];
        const world = new LivelyWorld({ seedValue, length: 400, listening });
        const forms = formsOf(world);
        const before = leaks(world.lines.join('\n'), forms);
        found += before.length;
        const scrubbed = scrub(world.lines);
        assert.deepEqual(leaks(scrubbed.join('\n'), forms), []);
        const replayed = replay(scrubbed, open);
        assert.equal(replayed.outcome, 'identical', JSON.stringify(replayed.divergence, null, 1));
        assert.equal(replayed.whole, true);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the run: line by line the same kinds, times and pieces', () => {
    const { lines } = new LivelyWorld({ seedValue: 31, length: 500 });
    const scrubbed = scrub(lines);
    // The new trace says which pieces were allowed fast, for they follow from what is masked.
    const told = scrubbed.filter((line) => !line.includes('"command":{"type":"allow-fast"'));
    assert.equal(told.length, lines.length);
    const shape = (line: string): unknown => {
      const { in: input, out, at, conn, job } = JSON.parse(line) as Record<string, unknown>;
      return [input, out, at, conn, job, /"index":\d+,"begin":\d+/.exec(line)?.[0]];
    };
    assert.deepEqual(told.map(shape), lines.map(shape));
  });

  it('is consistent, and may be done twice', () => {
    const { lines } = new LivelyWorld({ seedValue: 12, length: 300 });
    const once = scrub(lines);
    assert.deepEqual(scrub(lines), once);
    assert.equal(replay(scrub(once), open).outcome, 'identical');
  });

  it('refuses a trace that does not replay: its effects could not be masked', () => {
    const { lines } = new LivelyWorld({ seedValue: 12, length: 300 });
    const at = lines.findIndex((line) => line.includes('"out":"connect"'));
    const replayer = new Replayer(open, new TraceScrubber([], namesWith()));
    for (const line of lines.toSpliced(at, 1)) replayer.push(line);
    assert.equal(replayer.end().outcome, 'diverged');
  });

  it('keeps what is said of metadata without its bytes, and refuses where it was fetched', () => {
    const info = new TextEncoder().encode('d4:name6:secrete');
    const infoHash = sha1(info);
    const conn = 1;
    const reserved = reservedBits({ fast: true, extended: true });
    const extended = (id: number, payload: Uint8Array): SessionInput => ({
      type: 'message',
      conn,
      message: { type: 'extended', id, payload },
    });
    const hello = encodeExtendedHandshake({
      extensions: new Map([['ut_metadata', 3]]),
      metadataSize: info.length,
    });
    const said = encodeMetadataMessage({
      type: 'data',
      piece: 0,
      totalSize: info.length,
      data: info,
    });
    const inputs: SessionInput[] = [
      { type: 'command', command: { type: 'fetch-metadata', torrent: 1, infoHash, tiers: [] } },
      { type: 'connected', conn, address: { host: '10.0.0.1', port: 1 } },
      {
        type: 'message',
        conn,
        message: { type: 'handshake', reserved, infoHash, peerId: peerIdOf(3) },
      },
      extended(0, hello),
      extended(UT_METADATA, encodeMetadataMessage({ type: 'request', piece: 0 })),
    ];
    const record = (all: readonly SessionInput[]): string[] => {
      const { session } = new SessionWorld({ content: makeContent(10, 10) });
      return recordInputs(
        session,
        7,
        all.map((input) => ({ now: 0, input })),
      ).lines;
    };
    const text = scrub(record(inputs)).join();
    assert(!text.includes(hex(infoHash)) && text.includes('fetch-metadata'));
    assert(text.includes(hex(encodeMetadataMessage({ type: 'request', piece: 0 }))));
    assert(text.includes(hex(encodeMetadataMessage({ type: 'reject', piece: 0 }))));

    const fetched = record([...inputs, extended(UT_METADATA, said)]);
    assert(fetched.join().includes('"metadata"'));
    const scrubbed: string[] = [];
    const scrubber = new TraceScrubber(scrubbed, namesWith());
    const replayer = new Replayer(open, scrubber);
    for (const line of fetched) replayer.push(line);
    assert.equal(replayer.end().outcome, 'identical');
    assert.match(scrubber.refusal!, /metadata was fetched at input 6/);
    assert(!scrubbed.join().includes(hex(info)));
  });

  it('maps addresses one to one, keeps what nobody can dial, and never runs out', () => {
    const mask = new AddressMask();
    const seen = new Set<string>();
    for (let n = 0; n < 2000; n++) {
      const host = mask.host(`77.${n >> 8}.${n & 255}.1`);
      assert.match(host, /^(192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+)\./);
      seen.add(host);
    }
    assert.equal(seen.size, 2000);
    for (const kept of ['127.0.0.1', '0.0.0.0', '255.255.255.255', '::1', '::', 'ff02::1']) {
      assert.equal(mask.host(kept), kept);
    }
    assert.equal(mask.host('2a00::7'), '2001:db8::1');
    assert.match(mask.host('::ffff:77.0.5.1'), /^::ffff:192\.0\.2\.6$/);
    assert.match(mask.host('fe80::1%eth0'), /^2001:db8::2$/);
  });

  it('keeps the order of peer ids around our own', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        (own, other) => {
          const mask = new IdMask(own);
          const before = Math.sign(Buffer.compare(other, own));
          assert.equal(Math.sign(Buffer.compare(mask.peerId(other), mask.peerId(own))), before);
          assert.deepEqual(mask.peerId(other), mask.peerId(other));
          // An anonymous session begins as itself: whoever comes then is compared with its other id.
          const anonymous = new IdMask(new Uint8Array(20).fill(7));
          const shown = anonymous.ownId(own);
          assert.equal(Math.sign(Buffer.compare(anonymous.peerId(other), shown)), before);
        },
      ),
    );
  });

  it('keeps what the announcer thinks of a URL', () => {
    const urls = [
      'http://alice.example/announce',
      'HTTPS://Alice.example:8443/secret/announce?k=1',
      'udp://77.1.2.3:80/',
      'udp://[2a00::1]:80',
      'http://127.0.0.1:8080/announce',
      'http://localhost/announce?x=1',
      'http://localhost/secret',
      'http://192.168.3.4/secret/announce',
      'http://192.168.3.4/secret',
      'http://169.254.169.254/announce',
      'http://alice.example/secret.php',
      'http://alice.example/secret/announce.php?k=1',
      'ftp://alice.example/',
      'udp://alice.example/',
      'http://u:p@alice.example/announce',
      'http://alice.example/announce?port=3',
      'http://alice..example/',
      'http://alice.example/ b',
      `http://alice.example/${'x'.repeat(3000)}`,
    ];
    const mask = new UrlMask(new AddressMask(), new WordMask());
    const verdict = (url: string): unknown => {
      const parsed = parseTrackerUrl(url);
      if (typeof parsed === 'string') return parsed;
      const scraped = httpScrapeUrl(parsed, new Uint8Array(20)) !== null;
      return [parsed.scheme, parsed.port, parsed.literal, scraped];
    };
    const masked = urls.map((url) => mask.url(url));
    assert.deepEqual(masked.map(verdict), urls.map(verdict));
    assert.equal(new Set(masked).size, urls.length);
    assert.ok(!/alice|secret|77\.1\.2\.3|2a00/i.test(masked.join(' ')));
  });

  it('keeps what a scrape says and an external address, and masks whose they are', () => {
    const infoHash = Uint8Array.from({ length: 20 }, (_, i) => i + 100);
    const counts = { seeds: 3, completed: 1, leeches: 2 };
    const masks = new Masks(new Uint8Array(20));
    const masked = scrubHttpReply(encodeHttpScrape([infoHash], [counts]), masks);
    const reply = { status: 200, body: masked };
    const input = { type: 'http-done', job: 1, reply, fault: null } as const;
    const expected = { type: 'scraped', ...counts };
    assert.deepEqual(decodeHttpScrape(input, masks.ids.infoHash(infoHash)), expected);
    assert.ok(!hex(masked).includes(hex(infoHash)));
    const told = encode(new Map([['external ip', Uint8Array.of(77, 1, 2, 3)]]));
    const { body } = { body: scrubHttpReply(told, masks) };
    const outcome = decodeHttpReply({ ...input, reply: { status: 200, body } });
    assert.ok(outcome.type === 'answered');
    assert.equal(outcome.externalIp, '192.0.2.1');
  });

  it('peers that were told of are masked, dialled and told of again under their masks', () => {
    const content = makeContent(16_384, 16_384);
    const config = { exchangePeersMax: 50 };
    const world = new SessionWorld({ content, config, seed: 5 }).start();
    const payload = encodeExtendedHandshake({ extensions: new Map([['ut_pex', 9]]), port: 6881 });
    for (const host of ['81.23.45.1', '81.23.45.2']) {
      const remote = world.connect(false, host);
      world.shake(remote, host, content.metainfo.infoHash, true);
      world.say(remote, { type: 'extended', id: 0, payload });
      const added = [
        { address: { host: '81.23.45.3', port: 7000 }, flags: 0 },
        { address: { host: '2a02:1234::1', port: 7001 }, flags: 0 },
      ];
      const dropped = [{ host: '81.23.45.4', port: 1 }];
      const exchange = encodePeerExchange({ added, dropped });
      world.say(remote, { type: 'extended', id: UT_PEX, payload: exchange });
    }
    world.advance(20_000);
    const { lines } = recordInputs(world.session, 5, world.inputs);
    const scrubbed = scrub(lines).join('\n');
    const secrets = ['81.23.45', '2a02:1234', hex(Uint8Array.of(81, 23, 45)), '2a021234'];
    assert.deepEqual(leaks(lines.join('\n'), secrets), secrets, 'they were there');
    assert.deepEqual(leaks(scrubbed, secrets), []);
    const count = (what: string, text: string): number => text.split(what).length;
    for (const what of ['"out":"connect"', '"out":"send"']) {
      assert.equal(count(what, scrubbed), count(what, lines.join('\n')));
    }
    assert.equal(count('"out":"connect"', scrubbed), 3, 'both were dialled');
  });

  it('a link-local address stays one, for nobody asks a tracker there', () => {
    const mask = new AddressMask();
    for (const host of ['169.254.7.7', 'fe80::7', '::ffff:169.254.1.2']) {
      const masked = mask.host(host);
      assert.equal(ipScope(parseIp(masked)!), 'forbidden', masked);
      assert.notEqual(masked, host);
    }
  });

  after(() => {
    assert.ok(found > 20 * 40, `private words before scrubbing: ${found}`);
  });
});

describe('a masked IP filter', () => {
  it('denies the masks of those whom the true one denies, and of nobody else', () => {
    const mask = new AddressMask();
    const ranges = [
      { first: '81.23.0.0', last: '81.23.255.255', allow: false },
      { first: '81.23.45.6', last: '81.23.45.6', allow: true },
      { first: '2a02::', last: '2a02:ffff::', allow: false },
      { first: '127.0.0.1', last: '127.0.0.1', allow: false },
    ];
    const truth = new IpFilter(ranges);
    const masked = new IpFilter(mask.filter(ranges));
    let denied = 0;
    const hosts = ['81.23.45.5', '81.23.45.6', '81.24.0.1', '2a02::1', '2b02::1', '127.0.0.1'];
    for (const host of [...hosts, '127.0.0.2', '::ffff:81.23.45.7', '2a02::1%3']) {
      assert.equal(masked.denies(mask.host(host)), truth.denies(host), host);
      if (truth.denies(host)) denied++;
    }
    assert.equal(denied, 5);
    assert.deepEqual(mask.filter([]), []);
  });
});
