/** Percent-encoding and the byte-exact query: BEP 3, S-47's bound, no throw. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readHttpAnnounce } from '../../../../src/protocol/tracker/server/http-request.ts';
import {
  queryLengthMax,
  queryParametersMax,
} from '../../../../src/protocol/tracker/server/limits.ts';
import type { QueryFault } from '../../../../src/protocol/tracker/server/query-string.ts';
import { percentDecode, percentEncode } from '../../../../src/protocol/tracker/percent.ts';
import {
  parseQuery,
  single,
  singleInteger,
} from '../../../../src/protocol/tracker/server/query-string.ts';

const HASH = 'info_hash=%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A';
const REST = 'peer_id=-SW0001-abcdefghijkl&port=6881';

function parseHttpAnnounce(text: string): ReturnType<typeof readHttpAnnounce> | QueryFault {
  const query = parseQuery(text);
  return typeof query === 'string' ? query : readHttpAnnounce(query);
}

describe('protocol/tracker/server/query-string', () => {
  it('encodes and decodes the well-known info-hash', () => {
    const bytes = Uint8Array.from(Buffer.from('123456789abcdef123456789abcdef123456789a', 'hex'));
    assert.equal('info_hash=' + percentEncode(bytes), HASH);
    assert.deepEqual(percentDecode(HASH.slice(10)), bytes);
    assert.deepEqual(percentDecode('%9a+a'), Uint8Array.of(0x9a, 0x20, 0x61));
  });

  it('round-trips all bytes, also against the engine', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        assert.deepEqual(percentDecode(percentEncode(bytes)), bytes);
      }),
    );
    const ascii = fc.string({ unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(ascii, (text) => {
        const ours = percentEncode(new TextEncoder().encode(text));
        assert.equal(decodeURIComponent(ours), text);
      }),
    );
  });

  it('refuses half an escape and characters that are no bytes', () => {
    for (const text of ['%', '%1', '%zz', 'a%g0', '\u0100'])
      assert.equal(percentDecode(text), null);
    assert.equal(parseQuery('a=%'), 'query-malformed');
    assert.equal(parseQuery('%=a'), 'query-malformed');
  });

  it('is bounded: queryLengthMax, queryParametersMax', () => {
    assert.equal(typeof parseQuery('a'.repeat(queryLengthMax)), 'object');
    assert.equal(parseQuery('a'.repeat(queryLengthMax + 1)), 'query-too-long');
    assert.equal(typeof parseQuery(Array(queryParametersMax).fill('a').join('&')), 'object');
    assert.equal(
      parseQuery(
        Array(queryParametersMax + 1)
          .fill('a')
          .join('&'),
      ),
      'query-too-many-parameters',
    );
  });

  it('gives a value only where there is exactly one', () => {
    const query = parseQuery('a=1&b=1&b=2&&c&d=%31&n=-1&big=9007199254740992');
    assert.ok(typeof query !== 'string');
    assert.deepEqual(single(query, 'a'), Uint8Array.of(0x31));
    assert.equal(single(query, 'b'), null);
    assert.deepEqual(single(query, 'c'), new Uint8Array(0));
    assert.equal(singleInteger(query, 'd'), 1);
    assert.equal(singleInteger(query, 'n'), null);
    assert.equal(singleInteger(query, 'big'), null);
  });

  it('reads an announce, and names what is wrong with one', () => {
    const good = parseHttpAnnounce(
      `${HASH}&${REST}&left=0&event=started&numwant=7&key=ff&compact=0`,
    );
    assert.ok(typeof good !== 'string');
    assert.equal(good.query.infoHash[19], 0x9a);
    assert.equal(good.query.key, 0xff);
    assert.deepEqual(
      [good.query.event, good.query.left, good.query.peersWanted, good.compact],
      ['started', 0, 7, false],
    );
    assert.equal(parseHttpAnnounce(REST), 'invalid info_hash');
    assert.equal(parseHttpAnnounce(`${HASH}&${HASH}&${REST}`), 'invalid info_hash');
    assert.equal(parseHttpAnnounce(`${HASH}&peer_id=short&port=1`), 'invalid peer_id');
    assert.equal(parseHttpAnnounce(`${HASH}&${REST}0000`), 'invalid port');
    assert.equal(parseHttpAnnounce(`${HASH}&${REST}&event=dance`), 'invalid event');
    for (const left of ['-1', '', '1x', '1'.repeat(21), '1&left=1'])
      assert.equal(parseHttpAnnounce(`${HASH}&${REST}&left=${left}`), 'invalid left', left);
    // What transmission says with a magnet link, and the longest that is read.
    for (const left of ['9223372036854775807', '9'.repeat(20)]) {
      const unknown = parseHttpAnnounce(`${HASH}&${REST}&left=${left}`);
      assert.ok(typeof unknown !== 'string');
      assert.equal(unknown.query.left, Number.MAX_SAFE_INTEGER);
    }
    assert.equal(parseHttpAnnounce('%'), 'query-malformed');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseHttpAnnounce(text)));
    fc.assert(
      fc.property(fc.string(), (text) => void parseHttpAnnounce(`${HASH}&${REST}&${text}`)),
    );
  });
});
