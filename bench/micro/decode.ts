/**
 * Decoding: a stream of blocks and of small messages, in chunks as sockets give them. The peer is a decoder that
 * concatenates what is left over with each chunk.
 */
import type { Decoder, Sink } from '../../src/core/index.ts';
import { PeerCodec } from '../../src/protocol/wire/codec.ts';
import type { PeerMessage } from '../../src/protocol/wire/messages.ts';
import { type Bench, measure, type Row, type Work } from './bench.ts';

/** Knows `piece` and `have` only, and checks nothing: the least that a decoder can do. */
class Concatenating implements Decoder<PeerMessage> {
  #left: Uint8Array = new Uint8Array(0);
  #greeted = false;

  push(chunk: Uint8Array, out: Sink<PeerMessage>): null {
    const all = new Uint8Array(this.#left.length + chunk.length);
    all.set(this.#left);
    all.set(chunk, this.#left.length);
    const view = new DataView(all.buffer);
    let at = 0;
    if (!this.#greeted && all.length >= 68) {
      this.#greeted = true;
      at = 68;
    }
    while (this.#greeted && all.length - at >= 4) {
      const end = at + 4 + view.getUint32(at);
      if (end > all.length) break;
      if (all[at + 4] === 7) {
        const [index, begin] = [view.getUint32(at + 5), view.getUint32(at + 9)];
        out.push({ type: 'piece', index, begin, block: all.subarray(at + 13, end) });
      } else out.push({ type: 'have', index: view.getUint32(at + 5) });
      at = end;
    }
    this.#left = all.subarray(at);
    return null;
  }
}

/** Keeps the last message, so that none is optimised away. */
class Last implements Sink<PeerMessage> {
  seen = 0;
  message: PeerMessage | null = null;
  push(message: PeerMessage): void {
    this.seen += 1;
    this.message = message;
  }
}

function streamOf(message: PeerMessage, count: number): Uint8Array {
  const codec = new PeerCodec();
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) codec.encode(message, parts);
  return Buffer.concat(parts);
}

function greeting(): Uint8Array {
  const parts: Uint8Array[] = [];
  const [infoHash, peerId] = [new Uint8Array(20), new Uint8Array(20)];
  const reserved = new Uint8Array(8);
  new PeerCodec().encode({ type: 'handshake', reserved, infoHash, peerId }, parts);
  return parts[0]!;
}

/** One operation is one message. */
function feed(
  make: () => Decoder<PeerMessage>,
  stream: Uint8Array,
  messages: number,
  size: number,
): Work {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
  const hello = greeting();
  return (count) => {
    const decoder = make();
    const out = new Last();
    decoder.push(hello, out);
    for (let done = 0; done < count; done += messages) {
      for (const chunk of chunks) decoder.push(chunk, out);
    }
    return out.seen;
  };
}

export const bench: Bench = {
  name: 'decode',
  run: () => {
    const codec = new PeerCodec();
    const ours = (): Decoder<PeerMessage> => codec.decoder();
    const peer = (): Decoder<PeerMessage> => new Concatenating();
    const blocks = streamOf(
      { type: 'piece', index: 1, begin: 2, block: new Uint8Array(16_384) },
      64,
    );
    const haves = streamOf({ type: 'have', index: 1 }, 8_192);
    const rows: Row[] = [];
    const row = (what: string, stream: Uint8Array, messages: number, size: number): void => {
      const theirs = feed(peer, stream, messages, size);
      const title = `${what}, chunks of ${size}`;
      rows.push(measure(title, feed(ours, stream, messages, size), ['concatenating', theirs]));
    };
    row('piece of 16 KiB', blocks, 64, 65_536);
    row('piece of 16 KiB', blocks, 64, 1_448);
    row('have', haves, 8_192, 65_536);
    row('have', haves, 8_192, 1_448);
    return rows;
  },
};
