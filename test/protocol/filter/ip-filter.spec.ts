// Filters of addresses: the last rule decides, both families, every form that people have (S-32; libtorrent: ip_filter).
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { IpFilter, parseIpFilter } from '../../../src/protocol/index.ts';
import type { IpRange } from '../../../src/protocol/index.ts';

const filterOf = (...lines: readonly string[]): IpFilter => {
  const { ranges, bad } = parseIpFilter(lines.join('\n'));
  assert.deepEqual(bad, []);
  return new IpFilter(ranges);
};

describe('an IP filter', () => {
  it('denies nobody when it is empty', () => {
    const filter = new IpFilter();
    for (const host of ['0.0.0.0', '255.255.255.255', '::', 'example.org', '']) {
      assert.equal(filter.denies(host), false);
    }
  });

  it('at the limits: both ends of a range are in it, their neighbours are not', () => {
    const filter = filterOf('10.0.0.5-10.0.1.9', '2001:db8::5-2001:db8::1:0');
    const denied = ['10.0.0.5', '10.0.0.255', '10.0.1.9', '2001:db8::5', '2001:db8::1:0'];
    const allowed = ['10.0.0.4', '10.0.1.10', '2001:db8::4', '2001:db8::1:1', 'no address'];
    for (const host of denied) assert.equal(filter.denies(host), true, host);
    for (const host of allowed) assert.equal(filter.denies(host), false, host);
    const all = filterOf('0.0.0.0/0', '::/0');
    for (const host of ['0.0.0.0', '255.255.255.255', '::', `${'ffff:'.repeat(7)}ffff`]) {
      assert.equal(all.denies(host), true, host);
    }
  });

  it('takes a mapped address for IPv4, and no zone for a way around it', () => {
    const filter = filterOf('192.0.2.0/24', 'fe80::/10');
    for (const host of [
      '::ffff:192.0.2.9',
      '::ffff:c000:209',
      '::FFFF:192.0.2.9',
      'fe80::1%eth0',
    ]) {
      assert.equal(filter.denies(host), true, host);
    }
  });

  it('lets the last rule decide', () => {
    const filter = filterOf('0.0.0.0/0', 'allow 10.0.0.0/8', '10.1.0.0/16', 'allow 10.1.2.3');
    const denied = ['9.255.255.255', '10.1.0.0', '10.1.2.2', '10.1.2.4', '11.0.0.0'];
    for (const host of denied) assert.equal(filter.denies(host), true, host);
    for (const host of ['10.0.0.0', '10.1.2.3', '10.2.0.0']) {
      assert.equal(filter.denies(host), false, host);
    }
    assert.equal(filter.size, 4, 'as few ranges as can be');
  });

  it('agrees with reading the rules one by one', () => {
    const v4 = (n: number): string => `10.0.0.${n}`;
    const v6 = (n: number): string => `2001:db8::${n.toString(16)}`;
    const rule = fc.tuple(fc.nat(60), fc.nat(20), fc.boolean(), fc.boolean());
    let denials = 0;
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 12 }), (rules) => {
        const ranges: IpRange[] = rules.map(([first, length, allow, six]) => {
          const name = six ? v6 : v4;
          return { first: name(first), last: name(first + length), allow };
        });
        const filter = new IpFilter(ranges);
        for (const six of [false, true]) {
          for (let host = 0; host <= 82; host++) {
            let denied = false;
            for (const [first, length, allow, isSix] of rules) {
              if (isSix === six && host >= first && host <= first + length) denied = !allow;
            }
            if (denied) denials++;
            assert.equal(filter.denies((six ? v6 : v4)(host)), denied);
          }
        }
      }),
    );
    assert(denials > 1000, 'hardly anything was denied');
  });

  it('takes ranges that make no sense for none', () => {
    const filter = new IpFilter([
      { first: '10.0.0.9', last: '10.0.0.1', allow: false },
      { first: '10.0.0.1', last: '::', allow: false },
      { first: 'x', last: 'y', allow: false },
    ]);
    assert.equal(filter.size, 0);
  });

  it('of 300,000 ranges is made and asked in no time that grows with their square', () => {
    const ranges: IpRange[] = [];
    for (let i = 0; i < 300_000; i++) {
      const host = `${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.0`;
      ranges.push({ first: host, last: host, allow: false });
    }
    const filter = new IpFilter(ranges);
    assert.equal(filter.size, 300_000);
    assert.equal(filter.denies('1.2.3.0'), true);
    assert.equal(filter.denies('1.2.3.1'), false);
  });
});

describe('the text of an IP filter', () => {
  const one = (line: string): IpRange | undefined => parseIpFilter(line).ranges[0];

  it('is read in every usual form', () => {
    const range = { first: '1.9.96.105', last: '1.9.96.110', allow: false };
    for (const line of [
      '1.9.96.105-1.9.96.110',
      '1.9.96.105 - 1.9.96.110',
      '001.009.096.105 - 001.009.096.110 , 000 , Some organization',
      '001.009.096.105 - 001.009.096.110 , 127',
      'Some organization:1.9.96.105-1.9.96.110',
      'Some: odd - name, 1.2.3.4:001.009.096.105-001.009.096.110',
      '  \t1.9.96.105-1.9.96.110  ',
    ]) {
      assert.deepEqual(one(line), range, line);
    }
    assert.deepEqual(one('allow 1.9.96.105-1.9.96.110'), { ...range, allow: true });
    assert.deepEqual(one('192.0.2.77/24'), {
      first: '192.0.2.0',
      last: '192.0.2.255',
      allow: false,
    });
    assert.deepEqual(one('192.0.2.77'), { first: '192.0.2.77', last: '192.0.2.77', allow: false });
    const six = { first: '2001:db8::', last: '2001:db8::ffff', allow: false };
    assert.deepEqual(one('2001:db8::/112'), six);
    assert.deepEqual(one('2001:DB8:0::0-2001:db8::ffff'), six);
    assert.deepEqual(one('Org:2001:db8::-2001:db8::ffff'), six);
  });

  it('says nothing in empty lines, comments and lines that are switched off', () => {
    const text = '\ufeff# list\r\n\r\n// more\n; and more\n1.2.3.4 - 1.2.3.5 , 200 , off\n';
    assert.deepEqual(parseIpFilter(text), { ranges: [], bad: [] });
  });

  it('tells which lines are no rules, and what they were', () => {
    const bad = [
      'not an address',
      '1.2.3.4-1.2.3.3',
      '1.2.3.4-::1',
      '1.2.3.4/33',
      '::/129',
      '1.2.3.256',
      '1.2.3',
      'x'.repeat(2000),
    ];
    const { ranges, bad: told } = parseIpFilter(['9.9.9.9', ...bad].join('\n'));
    assert.equal(ranges.length, 1);
    assert.deepEqual(
      told,
      bad.map((text, i) => ({ line: i + 2, text: text.slice(0, 80) })),
    );
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(new IpFilter(parseIpFilter(text).ranges).denies('no address'), false);
      }),
    );
  });
});
