/**
 * The codec of adversaries: raw bytes go out as they are, everything else as the peer codec writes it.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PeerCodec } from '../../../src/protocol/index.ts';
import type { PeerMessage } from '../../../src/protocol/index.ts';
import { HostileCodec, isRaw, rawMessage } from '../../../src/sim/adversaries/index.ts';

function encoded(codec: HostileCodec | PeerCodec, message: PeerMessage): number[] {
  const bytes: number[] = [];
  codec.encode(message, { push: (chunk) => bytes.push(...chunk) });
  assert.equal(codec.sizeOf(message), bytes.length);
  return bytes;
}

describe('sim: the hostile codec', () => {
  const codec = new HostileCodec(new PeerCodec());

  it('writes raw messages byte for byte', () => {
    const raw = rawMessage(Uint8Array.of(255, 255, 255, 255, 7));
    assert(isRaw(raw));
    assert.deepEqual(encoded(codec, raw), [255, 255, 255, 255, 7]);
  });

  it('writes and reads all else as the peer codec', () => {
    const messages: readonly PeerMessage[] = [
      { type: 'have', index: 7 },
      { type: 'extended', id: 0, payload: Uint8Array.of(100, 101) },
      { type: 'piece', index: 1, begin: 0, block: new Uint8Array(20) },
    ];
    for (const message of messages) {
      assert(!isRaw(message));
      assert.deepEqual(encoded(codec, message), encoded(new PeerCodec(), message));
    }
    const decoder = codec.decoder();
    const handshake = { type: 'handshake', reserved: new Uint8Array(8) } as const;
    const hello = { ...handshake, infoHash: new Uint8Array(20), peerId: new Uint8Array(20) };
    const read: PeerMessage[] = [];
    assert.equal(decoder.push(Uint8Array.from(encoded(codec, hello)), read), null);
    assert.equal(read[0]?.type, 'handshake');
  });
});
