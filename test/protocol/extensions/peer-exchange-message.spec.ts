/** The message of BEP 11: both families, flags, what is no message, and its limits. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import { exchangedPeersMax, peerExchangeRules } from '../../../src/protocol/extensions/limits.ts';
import {
  encodePeerExchange,
  parsePeerExchange,
} from '../../../src/protocol/extensions/peer-exchange-message.ts';
import type { ParsedPeerExchange } from '../../../src/protocol/extensions/peer-exchange-message.ts';
import { dict } from '../../support/bencode.ts';
import type { Fields } from '../../support/bencode.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const parse = (fields: Fields): ParsedPeerExchange => parsePeerExchange(encode(dict(fields)));
const text = (payload: string): Uint8Array => Uint8Array.from(payload, (c) => c.charCodeAt(0));

describe('extensions/peer-exchange-message', () => {
  it('BEP 11: lists of both families, a byte of flags for each who came', () => {
    const payload = text(
      'd5:added12:\x01\x02\x03\x04\x1a\xe1\x05\x06\x07\x08\x00\x507:added.f2:\x02\x107:dropped6:\x09\x09\x09\x09\x00\x01' +
        '6:added618: \x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x1a\xe28:added6.f1:\x12e',
    );
    assert.deepEqual(parsePeerExchange(payload).message, {
      added: [
        { address: { host: '1.2.3.4', port: 6881 }, flags: 0x02 },
        { address: { host: '5.6.7.8', port: 80 }, flags: 0x10 },
        { address: { host: '2001:db8::1', port: 6882 }, flags: 0x12 },
      ],
      dropped: [{ host: '9.9.9.9', port: 1 }],
    });
  });

  it('flags that are missing count as 0, and port 0 takes its flags with it', () => {
    const added = text('\x01\x02\x03\x04\x00\x00\x05\x06\x07\x08\x00\x09\x05\x06\x07\x09\x00\x09');
    const { message } = parse({ added, 'added.f': text('\x01\x02') });
    assert.deepEqual(
      message!.added.map(({ address, flags }) => [address.host, flags]),
      [
        ['5.6.7.8', 2],
        ['5.6.7.9', 0],
      ],
    );
    assert.deepEqual(parse({}).message, { added: [], dropped: [] });
  });

  it('what is no message is told as that', () => {
    const faults: Readonly<Record<string, ParsedPeerExchange>> = {
      'not-a-dictionary': parsePeerExchange(text('i1e')),
      'bad-list': parse({ added: bytes(7) }),
    };
    for (const [fault, parsed] of Object.entries(faults)) assert.equal(parsed.fault, fault);
    assert.equal(parse({ added: 5 }).fault, 'bad-list');
    assert.equal(parse({ dropped6: bytes(6) }).fault, 'bad-list');
    for (const wrong of ['', 'd', 'd5:added', 'dee', 'd5:added0:e?']) {
      assert.notEqual(parsePeerExchange(text(wrong)).fault, null, wrong);
    }
  });

  it('takes exchangedPeersMax who came, and who went, of both families together, and not one more', () => {
    for (const name of ['added', 'dropped']) {
      const fits = parse({ [name]: bytes(6 * (exchangedPeersMax - 1)), [`${name}6`]: bytes(18) });
      assert.equal(fits.fault, null);
      const over = parse({ [name]: bytes(6 * exchangedPeersMax), [`${name}6`]: bytes(18) });
      assert.equal(over.fault, 'too-many');
    }
    const most = parse({ added6: bytes(18 * exchangedPeersMax), dropped6: bytes(18 * 200) });
    assert.equal(most.fault, null, 'lengthMax leaves room for the largest');
    assert.notEqual(parse({ x: bytes(peerExchangeRules.lengthMax) }).fault, null);
  });

  it('what is told is what is read (property)', () => {
    const host = fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255)).map(([a, b]) => `${a}.0.1.${b}`),
      fc.nat(0xfffe).map((n) => `2001:db8::${(n + 1).toString(16)}`),
    );
    const plain = { noNullPrototype: true };
    const address = fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) }, plain);
    const v6last = (a: { host: string }, b: { host: string }): number =>
      Number(a.host.includes(':')) - Number(b.host.includes(':'));
    fc.assert(
      fc.property(
        fc.array(fc.record({ address, flags: fc.nat(255) }, plain), { maxLength: 60 }),
        fc.array(address, { maxLength: 60 }),
        (added, dropped) => {
          assert.deepEqual(parsePeerExchange(encodePeerExchange({ added, dropped })).message, {
            added: [...added].sort((a, b) => v6last(a.address, b.address)),
            dropped: [...dropped].sort(v6last),
          });
        },
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void parsePeerExchange(any)));
  });
});
