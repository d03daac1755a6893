// The bytes of a resume file (S-68, F-20): what is written is read; cut anywhere or changed anywhere it claims nothing.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readResume, resumeLimits, writeResume } from '../../../src/protocol/index.ts';
import type { ResumedTorrent, ResumeState } from '../../../src/protocol/index.ts';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import { sha1 } from '../../../src/protocol/metainfo/sha1.ts';

const KIB = 1024;
const TORRENT: ResumedTorrent = {
  infoHash: Uint8Array.from({ length: 20 }, (_, i) => i * 7),
  pieceCount: 21,
  pieceLength: 256 * KIB,
  fileCount: 2,
};
const STATE: ResumeState = {
  infoHash: TORRENT.infoHash,
  verified: Uint8Array.of(0b1010_0000, 255, 0b0000_1000),
  partial: [
    { piece: 3, blocks: Uint8Array.of(0b1100_0000, 1) },
    { piece: 20, blocks: Uint8Array.of(0b1000_0000) },
  ],
  files: [
    { size: 5_000_000, time: 1_790_000_000_123_456_789n },
    { size: -1, time: 0n },
  ],
  part: { size: 33_000, time: 1_790_000_000_000_000_001n },
  downloaded: 12_345_678_901,
  uploaded: 17,
  times: { active: 7_200_001, finished: 3_600_000, seeding: 12 },
  downloading: true,
  seeding: false,
  paused: true,
  priorities: Uint8Array.of(7, 0),
  firstLast: true,
  peers: [
    { host: '192.0.2.7', port: 6881 },
    { host: '2001:db8::7', port: 65_535 },
  ],
};
const WRITTEN = writeResume(STATE, sha1);
const read = (bytes: Uint8Array, torrent = TORRENT): ReturnType<typeof readResume> =>
  readResume(bytes, torrent, sha1);

/** A body with a right checksum: what somebody would write who knows how. */
function forged(change: (body: string) => string, version = 1): Uint8Array {
  const text = Buffer.from(WRITTEN).toString('latin1');
  const body = Buffer.from(change(text.slice(text.indexOf('\n') + 1)), 'latin1');
  const sum = Buffer.from(sha1(Buffer.concat([Buffer.of(version >> 8, version & 255), body])));
  return Buffer.concat([
    Buffer.from(`swarmwright resume ${version} ${sum.toString('hex')}\n`, 'latin1'),
    body,
  ]);
}

describe('resume file', () => {
  it('gives back what was written', () => {
    assert.deepEqual(read(WRITTEN), { state: STATE, fault: null });
    assert.deepEqual(read(forged((body) => body)).state, STATE);
  });

  it('of before times were kept has none; times that no clocks can show claim nothing', () => {
    const words = '5:timesli7200001ei3600000ei12ee';
    const without = forged((body) => body.replace(words, ''));
    const times = { active: 0, finished: 0, seeding: 0 };
    assert.deepEqual(read(without).state, { ...STATE, times });
    for (const wrong of ['li1ei2ei0ee', 'li2ei1ei-1ee', 'li2ei1ee', 'li2ei1ei0ei0ee', 'i7e']) {
      const told = read(forged((body) => body.replace(words, `5:times${wrong}`)));
      assert.deepEqual(told, { state: null, fault: 'other' }, wrong);
    }
  });

  it('F-20: cut at every length, it claims nothing', () => {
    for (let length = 0; length < WRITTEN.length; length++) {
      assert.deepEqual(
        read(WRITTEN.subarray(0, length)),
        { state: null, fault: 'form' },
        `${length}`,
      );
    }
  });

  it('F-20: with any one byte changed in any way, it claims nothing', () => {
    for (let at = 0; at < WRITTEN.length; at++) {
      for (let bit = 1; bit < 256; bit++) {
        const bytes = WRITTEN.slice();
        bytes[at]! ^= bit;
        assert.equal(read(bytes).state, null, `byte ${at} ^ ${bit}`);
      }
    }
  });

  it('F-20: with bytes behind it, it claims nothing', () => {
    assert.equal(read(Uint8Array.of(...WRITTEN, 0)).state, null);
    assert.equal(read(forged((body) => `${body}i0e`)).state, null);
  });

  it('any bytes at all: never a throw, never a claim', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.equal(read(bytes).state, null);
        assert.equal(read(forged(() => Buffer.from(bytes).toString('latin1'))).state, null);
      }),
      { numRuns: 500 },
    );
  });

  it('of a later version it says so, and claims nothing', () => {
    assert.deepEqual(read(forged((body) => body, 2)), { state: null, fault: 'version' });
  });

  it('of another torrent, or one of another shape, it claims nothing (S-68: over-long bitfields)', () => {
    const others: Partial<ResumedTorrent>[] = [
      { infoHash: new Uint8Array(20) },
      { pieceCount: 20 }, // a spare bit is set
      { pieceCount: 25 }, // one byte more
      { pieceCount: 16 }, // one byte less
      { fileCount: 1 },
      { fileCount: 3 },
      { pieceLength: 128 * KIB }, // fewer blocks than are told
    ];
    for (const other of others) {
      assert.deepEqual(read(WRITTEN, { ...TORRENT, ...other }), { state: null, fault: 'other' });
    }
  });

  it('with values that cannot be, though the checksum is right, it claims nothing', () => {
    const changes: [RegExp | string, string][] = [
      ['10:downloadedi12345678901e', '10:downloadedi-1e'],
      ['8:uploadedi17e', '8:uploaded2:17'],
      ['5:flagsli1ei0ei1ee', '5:flagsli1ei0ee'],
      ['5:flagsli1ei0ei1ee', '5:flagsli1ei0ei1ei1ee'],
      [/7:partiall/, '7:partiall' + 'li21e1:xe'],
      [/7:partiall/, '7:partiall' + 'li1e3:xxxe'],
      [/7:partiall/, '7:partiall' + 'li1e1:xi0ee'],
      [/7:partiall/, '7:partiall' + '1:x'],
      [/5:peersl/, '5:peersl' + '7:1234567'],
      [/5:peersl/, '5:peersl' + 'i1e'],
      ['10:priorities2:\u0007\u0000', '10:priorities2:\u0008\u0000'],
      ['10:priorities2:\u0007\u0000', '10:priorities1:\u0007'],
      ['10:first-lasti1e', '10:first-lasti2e'],
      [/4:part16:.{16}/s, '4:part0:'],
    ];
    for (const [what, instead] of changes) {
      const bytes = forged((body) => {
        const changed = body.replace(what, instead);
        assert.notEqual(changed, body, `nothing to change: ${String(what)}`);
        return changed;
      });
      assert.equal(read(bytes).state, null, instead);
    }
  });

  it('holds as many partial pieces and peers as its limits say, and takes no more', () => {
    const partial = Array.from({ length: resumeLimits.partialMax + 1 }, () => STATE.partial[0]!);
    const peers = Array.from({ length: resumeLimits.peersMax + 1 }, () => STATE.peers[0]!);
    const { state } = read(writeResume({ ...STATE, partial, peers }, sha1));
    assert.equal(state?.partial.length, resumeLimits.partialMax);
    assert.equal(state.peers.length, resumeLimits.peersMax);
    const one = Buffer.from(encode([partial[0]!.piece, partial[0]!.blocks])).toString('latin1');
    const many = one.repeat(resumeLimits.partialMax);
    for (const [list, fits] of [
      [many, true],
      [many + one, false],
    ] as const) {
      const bytes = forged((body) =>
        body.replace(/7:partiall.*5:peers/s, `7:partiall${list}e5:peers`),
      );
      assert.equal(read(bytes).state !== null, fits);
    }
    const peer = '6:\u0001\u0002\u0003\u0004\u0005\u0006';
    for (const [count, fits] of [
      [resumeLimits.peersMax, true],
      [resumeLimits.peersMax + 1, false],
    ] as const) {
      const list = peer.repeat(count);
      const bytes = forged((body) =>
        body.replace(/5:peersl.*10:priorities/s, `5:peersl${list}e10:priorities`),
      );
      assert.equal(read(bytes).state !== null, fits);
    }
  });

  it('longer than bytesMax, it is not looked at', () => {
    assert.equal(read(new Uint8Array(resumeLimits.bytesMax + 1)).fault, 'form');
  });

  it('leaves out peers that nobody can dial', () => {
    const peers = [
      { host: 'example.org', port: 1 },
      { host: '192.0.2.1', port: 0 },
    ];
    assert.deepEqual(read(writeResume({ ...STATE, peers }, sha1)).state?.peers, []);
  });
});
