import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { BencodeInput } from '../../../src/protocol/bencode/encode.ts';
import { metainfoLimits } from '../../../src/protocol/metainfo/limits.ts';
import { parseMetainfo } from '../../../src/protocol/metainfo/parse.ts';
import { singleTorrent } from '../../support/bencode.ts';

function tiers(
  announce: BencodeInput | undefined,
  list?: BencodeInput,
  limits = metainfoLimits,
): readonly (readonly string[])[] | undefined {
  const bytes = singleTorrent({}, { announce, 'announce-list': list });
  return parseMetainfo(bytes, { limits }).metainfo?.tiers;
}

describe('metainfo/tiers', () => {
  it('BEP 12: the list wins, tier by tier', () => {
    const list = [['http://a/x', 'udp://b:1'], ['https://c']];
    assert.deepEqual(tiers('http://z', list), list);
  });

  it('announce counts where the list has nothing usable', () => {
    assert.deepEqual(tiers('http://z'), [['http://z']]);
    assert.deepEqual(tiers('http://z', []), [['http://z']]);
    assert.deepEqual(tiers('http://z', [[], ['ftp://a'], [7], 7]), [['http://z']]);
    assert.deepEqual(tiers(undefined), []);
    assert.deepEqual(tiers(7, 'junk'), []);
  });

  it('a list without tiers makes a tier of each', () => {
    assert.deepEqual(tiers(undefined, ['http://a', 'http://b']), [['http://a'], ['http://b']]);
  });

  it('whitespace_url: URLs are trimmed; each is kept once', () => {
    assert.deepEqual(tiers('\t udp://a:80 \n'), [['udp://a:80']]);
    assert.deepEqual(tiers(undefined, [['http://a', ' http://a'], ['http://a'], ['http://b']]), [
      ['http://a'],
      ['http://b'],
    ]);
  });

  it('other schemes, no host, spaces and control characters are dropped', () => {
    const bad = [
      'ws://a',
      'file:///etc/passwd',
      'javascript:1',
      'http://',
      'http:///x',
      'http://:80/',
      'http://a b/',
      'http://a/\r\nHost: b',
      'http://a\\b',
      'http:/a',
      '//a/b',
      'a',
      '',
      'http://a/\0',
    ];
    assert.deepEqual(
      tiers(undefined, [[...bad, 'HTTP://A/announce?passkey=x', 'udp://[::1]:6969']]),
      [['HTTP://A/announce?passkey=x', 'udp://[::1]:6969']],
    );
    assert.deepEqual(
      tiers(undefined, [[Uint8Array.from([...Buffer.from('http://a/'), 0xff])]]),
      [],
    );
  });

  it('trackersMax and trackerUrlLengthMax, at their bounds', () => {
    const urls = ['http://a', 'http://b', 'http://c'];
    assert.deepEqual(tiers(undefined, [urls], { ...metainfoLimits, trackersMax: 3 }), [urls]);
    assert.deepEqual(tiers(undefined, [urls], { ...metainfoLimits, trackersMax: 2 }), [
      urls.slice(0, 2),
    ]);
    const long = (length: number): string => 'http://a/'.padEnd(length, 'x');
    const { trackerUrlLengthMax } = metainfoLimits;
    assert.deepEqual(tiers(long(trackerUrlLengthMax)), [[long(trackerUrlLengthMax)]]);
    assert.deepEqual(tiers(long(trackerUrlLengthMax + 1)), []);
  });
});
