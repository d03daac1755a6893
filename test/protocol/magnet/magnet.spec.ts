/**
 * Magnet links (BEP 9, BEP 53): the forms that the field has, what must be refused, every limit at its limit, and that
 * what is written is read back.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  isMagnetText,
  magnetFaultText,
  magnetLimits,
  makeMagnet,
  parseMagnet,
} from '../../../src/protocol/index.ts';
import type { FileRange, Magnet, MagnetFault } from '../../../src/protocol/index.ts';

const HEX = 'cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd';
const LINK = `magnet:?xt=urn:btih:${HEX}`;
const V2 = 'ab'.repeat(32);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function good(text: string): Magnet {
  const { magnet, fault } = parseMagnet(text);
  assert(magnet !== null, `${text}: ${String(fault)}`);
  return magnet;
}

describe('a magnet link', () => {
  it('names a torrent in hexadecimal or in base32, however it is written', () => {
    const hashes: Record<string, string> = {
      [LINK]: HEX,
      [`magnet:?xt=urn:btih:${HEX.toUpperCase()}`]: HEX,
      [`magnet:?xt=urn%3Abtih%3A${HEX}`]: HEX,
      [`magnet:?xt=urn:btih:${HEX.slice(0, 38)}c%64`]: HEX,
      [`MAGNET:?XT=urn:btih:${HEX}`]: HEX,
      [`magnet:///?xt=urn:btih:${HEX}`]: HEX,
      [`magnet:?xt="urn:btih:${HEX}"`]: HEX,
      [`magnet:?dn=x&xt.1=urn:btih:${HEX}`]: HEX,
      'magnet:?xt=urn:btih:MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC': hex(
        Buffer.from('abababababababababab'),
      ),
      'magnet:?xt=urn:btih:2i2uaefdzjfn4w3ue65qsotcuoez744b':
        'd2354010a3ca4ade5b7427bb093a62a3899ff381',
    };
    for (const [link, hash] of Object.entries(hashes)) {
      assert(isMagnetText(link));
      assert.equal(hex(good(link).infoHash), hash, link);
    }
  });

  it('that names none is refused, with a sentence', () => {
    const refused: [string, MagnetFault][] = [
      ['', 'not-a-magnet'],
      [HEX, 'not-a-magnet'],
      ['magnet:', 'not-a-magnet'],
      [`magnet:xt=urn:btih:${HEX}`, 'not-a-magnet'],
      ['magnet:?', 'no-topic'],
      ['magnet:?dn=name&&=&empty&x=', 'no-topic'],
      ['magnet:?xt=blah', 'no-topic'],
      ['magnet:?xt=urn:sha1:MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYLC', 'no-topic'],
      [`magnet:?xt=urn%%3Abtih:${HEX}`, 'no-topic'],
      [`magnet:?xt=urn:btih:${HEX.slice(1)}`, 'bad-hash'],
      [`magnet:?xt=urn:btih:${HEX}c`, 'bad-hash'],
      [`magnet:?xt=urn:btih:${HEX}\n`, 'bad-hash'],
      [`magnet:?xt=urn:btih:${HEX.slice(1)} `, 'bad-hash'],
      [`magnet:?xt=urn:btih:${'gh'.repeat(20)}`, 'bad-hash'],
      ['magnet:?xt=urn:btih:MFRGCYTBMJQWEYLCMFRGCYTBMJQWEYL1', 'bad-hash'],
      [`magnet:?xt=urn:btmh:1220${V2}`, 'v2-only'],
      [`magnet:?xt=urn:btmh:1221${V2}`, 'bad-hash'],
      [`magnet:?xt=urn:btmh:1220${V2.slice(2)}`, 'bad-hash'],
      [`magnet:?xt=urn:btmh:1220${'gh'.repeat(32)}`, 'bad-hash'],
    ];
    for (const [link, wanted] of refused) {
      const { fault } = parseMagnet(link);
      assert.equal(fault, wanted, link);
      assert(magnetFaultText(wanted).length > 20);
    }
  });

  it('of several topics the first good one is taken, and of a hybrid torrent the v1 hash', () => {
    const other = '11'.repeat(20);
    const bad = `magnet:?xt=urn:btih:12&xt=urn:btih:${HEX}&xt=urn:btih:${other}`;
    assert.equal(hex(good(bad).infoHash), HEX);
    assert.equal(parseMagnet(bad).dropped, 2);
    const hybrid = good(`magnet:?xt=urn:btmh:1220${V2}&xt=urn:btih:${HEX}`);
    assert.equal(hex(hybrid.infoHash), HEX);
    assert.equal(hex(hybrid.infoHashV2!), V2);
  });

  it('tells a name, trackers, peers and web seeds; what is none is dropped and counted', () => {
    const link =
      `${LINK}&dn=a+name%0a%e2%80%ae&tr=http%3A%2F%2Ft.example%2Fannounce&tr.0=udp://u.example:80` +
      '&tr=udp://u.example:80&tr=javascript:1&tr=http://a b/&Ws=https://w.example/x&ws=ftp://w' +
      '&x.pe=192.0.2.1:6881&x.pe=[2001:db8::1]:1&x.pe=peer.example:65535' +
      '&x.pe=1.2.3:5&x.pe=h:0&x.pe=h:65536&x.pe=[1.2.3.4]:5&x.pe=2001:db8::1:5&dn=%zz';
    const { magnet, dropped } = parseMagnet(link);
    assert(magnet !== null);
    assert.equal(magnet.name, 'a name_');
    assert.deepEqual(magnet.tiers, [['http://t.example/announce'], ['udp://u.example:80']]);
    assert.deepEqual(magnet.webSeeds, ['https://w.example/x']);
    assert.deepEqual(magnet.peers, ['192.0.2.1:6881', '[2001:db8::1]:1', 'peer.example:65535']);
    assert.equal(dropped, 3 + 1 + 5 + 1);
  });

  it('selects files by index (BEP 53)', () => {
    const ranges = (so: string): readonly FileRange[] | null => good(`${LINK}&so=${so}`).selected;
    const range = (first: number, last = first): FileRange => ({ first, last });
    assert.deepEqual(ranges('0,2,4,6-8'), [range(0), range(2), range(4), range(6, 8)]);
    assert.deepEqual(ranges('"0,2"'), [range(0), range(2)]);
    assert.deepEqual(ranges('5-6,1,2,3-5,2'), [range(1, 6)]);
    assert.deepEqual(ranges(',,1'), [range(1)]);
    for (const none of ['7-4,100000000', '-4', '3-', 'a', '', '1e3', '0x1', '1--2', '%31%2']) {
      assert.equal(ranges(none), null, none);
    }
    const { fileIndexMax } = magnetLimits;
    assert.deepEqual(ranges(`0-${fileIndexMax}`), [range(0, fileIndexMax)]);
    assert.equal(ranges(String(fileIndexMax + 1)), null);
  });

  it('is bounded: every limit takes what is at it and drops what is beyond', () => {
    const limits = {
      parametersMax: 100,
      trackersMax: 2,
      urlLengthMax: 30,
      webSeedsMax: 2,
      peersMax: 2,
      nameBytesMax: 8,
      fileRangesMax: 2,
    };
    const link =
      `${LINK}&tr=udp://1:1&tr=udp://2:1&tr=udp://3:1&ws=http://1&ws=http://2&ws=http://3` +
      '&x.pe=a:1&x.pe=a:2&x.pe=a:3&dn=123456789&so=1,3,5';
    const { magnet, dropped } = parseMagnet(link, limits);
    assert(magnet !== null);
    assert.equal(magnet.tiers.length, 2);
    assert.equal(magnet.webSeeds.length, 2);
    assert.equal(magnet.peers.length, 2);
    assert.equal(magnet.name, '12345678');
    assert.equal(magnet.selected?.length, 2);
    assert.equal(dropped, 3);
    const at = `udp://${'a'.repeat(24)}`;
    assert.equal(parseMagnet(`${LINK}&tr=${at}`, limits).magnet?.tiers.length, 1);
    assert.equal(parseMagnet(`${LINK}&tr=${at}a`, limits).magnet?.tiers.length, 0);
    const many = `${LINK}${'&tr=udp://1:1'.repeat(100)}`;
    assert.equal(parseMagnet(many, limits).dropped, 1 + 98);
    const longest = LINK.padEnd(magnetLimits.linkLengthMax, '&');
    assert.equal(parseMagnet(longest).fault, null);
    assert.equal(parseMagnet(`${longest}&`).fault, 'too-long');
  });

  it('that is written is read back the same', () => {
    const url = fc
      .webUrl({ withQueryParameters: true })
      .filter((text) => text.length < 200 && !/[\s\\]/.test(text));
    const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    const set = (each: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
      fc.uniqueArray(each, { maxLength: 5 });
    const peer = fc
      .tuple(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), fc.integer({ min: 1, max: 65535 }))
      .map(([host, port]) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`));
    const indices = fc.uniqueArray(fc.nat(300), { minLength: 1, maxLength: 40 });
    const magnets = fc.record({
      infoHash: bytes(20),
      infoHashV2: fc.option(bytes(32)),
      name: fc.option(fc.stringMatching(/^[ -~äß日]{1,40}$/u)),
      tiers: set(url).map((urls) => urls.map((text) => [text])),
      webSeeds: set(url),
      peers: set(peer),
      selected: fc.option(indices),
    });
    let told = 0;
    fc.assert(
      fc.property(magnets, (drawn) => {
        const so = drawn.selected?.join(',') ?? '';
        const selected = parseMagnet(`${LINK}&so=${so}`).magnet!.selected;
        const magnet: Magnet = { ...drawn, selected };
        const link = makeMagnet(magnet);
        assert.match(link, /^[!-~]+$/);
        const read = parseMagnet(link);
        assert.deepEqual(read, { magnet, dropped: 0, fault: null });
        const chosen = new Set(drawn.selected ?? []);
        for (const { first, last } of read.magnet.selected ?? []) {
          for (let i = first; i <= last; i++) assert(chosen.delete(i), 'selected, and once');
        }
        assert.equal(chosen.size, 0, 'all that were selected');
        told += magnet.peers.length + magnet.tiers.length;
      }),
    );
    assert(told > 50, 'peers and trackers were told');
  });

  it('of any text at all is read or refused, never more than what is allowed', () => {
    const parts = fc.constantFrom(
      ...['magnet:?', 'xt=', 'urn:btih:', HEX, '&', '=', 'so=', '1-', ',', '%', 'tr=udp://'],
      ...['x.pe=', '[', ']:1', 'dn=', '"', '\u0000', '\ud800', 'é', '.1'],
    );
    const texts = fc.array(fc.oneof(parts, fc.string({ maxLength: 4 })), { maxLength: 30 });
    let read = 0;
    fc.assert(
      fc.property(texts, (pieces) => {
        const text = LINK + pieces.join('');
        const { magnet } = parseMagnet(text);
        if (magnet === null) return;
        read++;
        assert.equal(magnet.infoHash.length, 20);
        assert.deepEqual(
          parseMagnet(makeMagnet(magnet)).magnet,
          magnet,
          'its written form says the same',
        );
      }),
      { numRuns: 2000 },
    );
    assert(read > 100, 'some were links');
    fc.assert(fc.property(fc.string(), (text) => parseMagnet(text).magnet === null));
  });
});
