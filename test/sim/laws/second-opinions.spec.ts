/**
 * The tools that judges bring with them are themselves right: another wire decoder, other arithmetic, another reader of
 * announces, each against the engine's own over made-up input; and a codec on trial that is guilty.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Sink } from '../../../src/core/index.ts';
import {
  encodeUdpAnnounce,
  Geometry,
  httpAnnounceUrl,
  parseTrackerUrl,
  PeerCodec,
} from '../../../src/protocol/index.ts';
import type { AnnounceQuery, PeerMessage } from '../../../src/protocol/index.ts';
import { Violation } from '../../../src/sim/judge.ts';
import { announceWords } from '../../../src/sim/laws/announce-words.ts';
import { BlockBook } from '../../../src/sim/laws/block-book.ts';
import { Books } from '../../../src/sim/laws/books.ts';
import { Conformance } from '../../../src/sim/laws/conformance.ts';
import { livenessBound, lawOptionsDefault, Panel } from '../../../src/sim/laws/index.ts';
import { isSameMessage, readPlainly } from '../../../src/sim/laws/plain-wire.ts';
import { Shape } from '../../../src/sim/laws/shape.ts';
import { makeContent } from '../../support/session-world.ts';
import { busy } from './scenes.ts';

const word = fc.nat(0xffffffff);
const bytes = (most: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: most });
const exactly = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const bare = (
  [
    'keep-alive',
    'choke',
    'unchoke',
    'interested',
    'not-interested',
    'have-all',
    'have-none',
  ] as const
).map((type) => fc.constant<PeerMessage>({ type }));

const anyMessage: fc.Arbitrary<PeerMessage> = fc.oneof(
  ...bare,
  fc.record({ type: fc.constantFrom('have', 'suggest', 'allowed-fast'), index: word }),
  fc.record({ type: fc.constant('bitfield'), bits: bytes(40) }),
  fc.record({
    type: fc.constantFrom('request', 'cancel', 'reject'),
    index: word,
    begin: word,
    length: word,
  }),
  fc.record({ type: fc.constant('piece'), index: word, begin: word, block: bytes(100) }),
  fc.record({ type: fc.constant('port'), port: fc.nat(65_535) }),
  fc.record({ type: fc.constant('extended'), id: fc.nat(255), payload: bytes(60) }),
  fc.record({
    type: fc.constant('handshake'),
    reserved: exactly(8),
    infoHash: exactly(20),
    peerId: exactly(20),
  }),
);

function encoded(message: PeerMessage): Uint8Array {
  const parts: Uint8Array[] = [];
  new PeerCodec().encode(message, parts);
  return new Uint8Array(Buffer.concat(parts));
}

/** Says every `have` one piece too high. */
class GuiltyCodec extends PeerCodec {
  override encode(message: PeerMessage, out: Sink<Uint8Array>): void {
    super.encode(message.type === 'have' ? { ...message, index: message.index + 1 } : message, out);
  }
}

describe('the second opinions of the laws', () => {
  it('read every message as it was meant, and nothing that is cut or drawn out', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, at) => {
        const frame = encoded(message);
        const read = readPlainly(frame);
        assert(read !== null && isSameMessage(message, read), message.type);
        assert.equal(readPlainly(frame.subarray(0, at % frame.length)), null);
        assert.equal(readPlainly(new Uint8Array([...frame, 0])), null);
      }),
    );
  });

  it('tell messages apart that differ in one field', () => {
    fc.assert(
      fc.property(anyMessage, anyMessage, (a, b) => {
        const same = Buffer.from(encoded(a)).equals(encoded(b));
        assert.equal(isSameMessage(a, b), same);
      }),
    );
  });

  it('find a codec guilty that says something else than it was told (I-21)', () => {
    const books = new Books();
    const judge = new Conformance(books, lawOptionsDefault, new GuiltyCodec());
    const trial = (): unknown => busy(new Panel([judge, books]));
    assert.throws(trial, (error) => error instanceof Violation && error.law === 'I-21');
  });

  it('cut a torrent into the same blocks as the engine', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400_000 }),
        fc.constantFrom(8192, 16_384, 40_000, 65_536),
        fc.nat(20),
        fc.nat(70_000),
        fc.nat(17_000),
        (length, pieceLength, piece, begin, size) => {
          const pieceCount = Math.ceil(length / pieceLength);
          const shape = new Shape({ length, pieceLength, pieceCount, files: [] });
          const geometry = new Geometry(length, pieceLength);
          const last = Math.min(piece, pieceCount - 1);
          for (const [p, b, s] of [
            [piece, begin, size],
            [last, 16_384 * (begin % 5), 16_384],
            [last, 0, geometry.blockSize(last, 0)],
          ] as const) {
            assert.equal(shape.blockAt(p, b, s), geometry.exactBlock(p, b, s));
            assert.equal(shape.holds(p, b, s), geometry.isRange(p, b, s));
          }
          let blocks = 0;
          for (let p = 0; p < pieceCount; p++) {
            assert.equal(shape.pieceSize(p), geometry.pieceSize(p));
            blocks += geometry.blocksIn(p);
          }
          assert.equal(shape.realCount, blocks);
        },
      ),
    );
  });

  it('leave out blocks that are nothing but padding', () => {
    const { metainfo } = makeContent(200_000, 32_768, 1, [{ offset: 40_000, length: 60_000 }]);
    const shape = new Shape(metainfo);
    const real = [...shape.real.keys()].filter((block) => shape.real[block] === 1);
    assert.deepEqual(
      real,
      [0, 1, 2, 6, 7, 8, 9, 10, 11, 12].filter((block) => block < shape.real.length),
    );
    assert.equal(new BlockBook(shape).missing, real.length);
  });

  it('read of an announce what its encoders wrote, over HTTP and UDP', () => {
    const count = fc.nat(Number.MAX_SAFE_INTEGER);
    const query = fc.record({
      infoHash: exactly(20),
      peerId: exactly(20),
      key: word,
      port: fc.integer({ min: 1, max: 65_535 }),
      uploaded: count,
      downloaded: count,
      left: count,
      event: fc.constantFrom('none', 'started', 'completed', 'stopped'),
      peersWanted: fc.nat(200),
    }) as fc.Arbitrary<AnnounceQuery>;
    const texts = ['http://t.example/announce', 'http://t.example/a?x=3&y'];
    fc.assert(
      fc.property(query, fc.constantFrom(...texts), exactly(8), (each, text, connection) => {
        const { event, left, downloaded, uploaded } = each;
        const tracker = parseTrackerUrl(text);
        assert(typeof tracker !== 'string');
        const url = httpAnnounceUrl(tracker, each, new Uint8Array([38, 61, 63]));
        const request = {
          method: 'GET',
          url,
          range: null,
          localPath: null,
          restraints: [],
          bytesMax: 1,
          timeMax: 1,
        } as const;
        const numbers = { event, left, downloaded, uploaded };
        assert.deepEqual(announceWords({ type: 'http', job: 1, request }), {
          tracker: text,
          ...numbers,
        });
        const data = encodeUdpAnnounce(connection, 7, each, '/a');
        const address = { host: '192.0.2.1', port: 80 };
        assert.deepEqual(announceWords({ type: 'datagram', address, data }), {
          tracker: '192.0.2.1:80',
          ...numbers,
        });
      }),
    );
  });

  it('bound the time of a swarm by its narrowest place (I-36)', () => {
    const facts = {
      length: 1_000_000,
      leeches: 4,
      holdersUpload: 100_000,
      totalUpload: 500_000,
      slowestDownload: 200_000,
      waitMax: 5000,
    };
    assert.equal(livenessBound(facts), 210_000, 'the holders: 10 s');
    assert.equal(livenessBound({ ...facts, slowestDownload: 50_000 }), 410_000, 'one peer: 20 s');
    assert.equal(livenessBound({ ...facts, leeches: 20 }), 810_000, 'the crowd: 40 s');
    assert.equal(livenessBound({ ...facts, leeches: 0 }), 10_000, 'nobody waits for anything');
  });
});
