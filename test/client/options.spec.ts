/**
 * Options of the library: unknown and wrong ones are refused by name, known ones pass (DESIGN 8: the caller's mistakes).
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pickers } from '../../src/behaviors/index.ts';
import {
  checkAddOptions,
  checkClientOptions,
  chosenBehaviors,
  peerIdBytes,
  sessionConfigOf,
} from '../../src/client/options.ts';
import type { ClientOptions } from '../../src/client/options.ts';
import { listensMax, parseListen } from '../../src/client/words/listen-words.ts';

const refused = (pattern: RegExp) => ({
  name: 'TypeError',
  code: 'SWARMWRIGHT_BAD_OPTION',
  message: pattern,
});

describe('client options', () => {
  it('takes every documented option', () => {
    checkClientOptions({
      path: '.',
      port: 0,
      host: '::1',
      listen: true,
      maxConns: -1,
      uploads: 4,
      tracker: false,
      peerId: 'ab'.repeat(20),
      clientName: 'me',
      seedValue: -1,
      config: { idleTimeMax: 5 },
      ipFilter: ['10.0.0.0/8'],
      filterTrackers: false,
      idna: false,
      anonymous: true,
      pex: false,
      picker: 'rarest-first',
      strategy: 'rarest',
      choker: 'tit-for-tat',
      behaviors: {},
      limits: { download: 1, upload: null },
      share: { ratio: 1.5, seedTime: null },
    });
    checkClientOptions({ listen: ['192.0.2.1', '[2001:db8::1]:6881', '::', '0.0.0.0:0'] });
    checkClientOptions({ listen: Array.from({ length: listensMax }, (_, i) => `10.0.0.${i}`) });
    checkAddOptions({ path: 'x', announce: ['http://t/'], peers: ['h:1'], paused: true });
    checkAddOptions({ filtered: false });
    checkAddOptions({ limits: { download: Infinity, upload: -1 } });
  });

  it('refuses a host beside listening addresses: which of them would be meant?', () => {
    const both = { host: '127.0.0.1', listen: ['127.0.0.2'] };
    assert.throws(() => checkClientOptions(both), refused(/"listen".*"host"/));
    checkClientOptions({ host: '127.0.0.1', listen: false });
  });

  it('reads listening addresses as people write them', () => {
    const read = (text: string): unknown => {
      const address = parseListen(text, 7);
      return address === null ? null : `${address.host} ${address.port}`;
    };
    for (const [text, address] of [
      ['192.0.2.1', '192.0.2.1 7'],
      ['192.0.2.1:0', '192.0.2.1 0'],
      ['2001:DB8:0::1', '2001:db8::1 7'],
      ['[2001:db8::1]', '2001:db8::1 7'],
      ['[::]:65535', ':: 65535'],
      ['::ffff:192.0.2.1', '192.0.2.1 7'],
    ] as const) {
      assert.equal(read(text), address);
    }
    for (const text of [
      '',
      ':6881',
      'localhost',
      '192.0.2.1:',
      '192.0.2.1:65536',
      '192.0.2.1:1:2',
      '192.0.2',
      '192.0.2.01',
      '[192.0.2.1]:1',
      '[]:1',
      '[::1',
      '::1]',
      'fe80::1%eth0',
      ' 192.0.2.1',
      '192.0.2.1:-1',
    ]) {
      assert.equal(read(text), null, text);
    }
  });

  const wrong: readonly [string, unknown][] = [
    ['share', 1],
    ['share', { ratio: -1 }],
    ['share', { seedTime: Infinity }],
    ['share', { time: 5 }],
    ['limits', 5],
    ['limits', { download: 0 }],
    ['limits', { upload: 1.5 }],
    ['limits', { upload: 100_000_000_001 }],
    ['limits', { up: 5 }],
    ['ipFilter', 7],
    ['ipFilter', ['']],
    ['filterTrackers', 1],
    ['idna', 'no'],
    ['anonymous', 1],
    ['pex', 'off'],
    ['port', 65_536],
    ['port', -1],
    ['port', 1.5],
    ['port', '80'],
    ['host', 'example.org'],
    ['listen', 'yes'],
    ['listen', ['example.org:6881']],
    ['listen', ['192.0.2.1:65536']],
    ['listen', [7]],
    ['listen', Array.from({ length: listensMax + 1 }, (_, i) => `10.0.0.${i}`)],
    ['path', ''],
    ['path', 'a\0b'],
    ['maxConns', 0],
    ['maxConns', NaN],
    ['uploads', 0],
    ['tracker', 'yes'],
    ['peerId', new Uint8Array(19)],
    ['peerId', 'xyz'],
    ['seedValue', 2 ** 31],
    ['config', { nonsense: 1 }],
    ['config', { idleTimeMax: 0 }],
    ['picker', 7],
    ['constructor', 1],
    ['__proto__x', 1],
    ['maxconns', 1],
  ];
  for (const [name, value] of wrong) {
    it(`refuses ${name} = ${String(value)}`, () => {
      const options = { [name]: value } as ClientOptions;
      assert.throws(() => checkClientOptions(options), refused(new RegExp(name)));
    });
  }

  it('refuses wrong options of add()', () => {
    const all: object[] = [
      { peers: 'h:1' },
      { announce: [1] },
      { signal: {} },
      { downloadng: true },
    ];
    for (const options of all) {
      assert.throws(() => checkAddOptions(options), refused(/add\(\)/));
    }
  });

  it('looks up behaviors by name and lists the names for an unknown one', () => {
    assert.equal(chosenBehaviors({ strategy: 'rarest' }).picker, pickers['rarest-first']);
    assert.equal(chosenBehaviors({}).picker, undefined);
    const names = new RegExp(Object.keys(pickers).join(', '));
    assert.throws(() => chosenBehaviors({ picker: 'best' }), refused(names));
    assert.throws(() => chosenBehaviors({ choker: 'toString' }), refused(/toString/));
  });

  it('turns options into limits and bytes', () => {
    assert.deepEqual(sessionConfigOf({ maxConns: 7, uploads: 3 }), {
      connectionsMax: 7,
      uploadSlots: 3,
      exchangePeersMax: 50,
    });
    assert.ok(sessionConfigOf({ pex: false }).exchangePeersMax! < 1);
    assert.equal(sessionConfigOf({ config: { exchangePeersMax: 9 } }).exchangePeersMax, 9);
    assert.ok((sessionConfigOf({ maxConns: Infinity }).connectionsMax ?? 0) >= 1_000_000);
    assert.deepEqual(peerIdBytes('0a'.repeat(20)), new Uint8Array(20).fill(10));
  });
});
