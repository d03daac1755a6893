/**
 * Messages to the bytes that a peer reads.
 *
 * Invariant: the block of a `piece` goes by reference and everything else is copied, so a machine may reuse what it
 * put into any other message. Small frames are cut one behind the other from a slab. A byte of a slab is written
 * once: transports keep references until the bytes are sent, so a full slab is replaced, never used again. It is
 * small, because the last unsent header keeps its whole slab alive.
 */
import { assert, type Sink } from '../../core/index.ts';
import { HANDSHAKE_LENGTH, writeHandshake } from './handshake.ts';
import * as id from './ids.ts';
import type { PeerMessage } from './messages.ts';

/** Bytes per slab: more than a thousand headers. */
const slabBytes = 16_384;
/** A frame longer than this gets memory of its own, so that slabs are not thrown away half empty. */
const slabFrameMax = 2_048;
const PREFIX = 4;

/** Bytes of the frame, without encoding it. */
export function frameSize(message: PeerMessage): number {
  switch (message.type) {
    case 'handshake':
      return HANDSHAKE_LENGTH;
    case 'keep-alive':
      return PREFIX;
    case 'choke':
    case 'unchoke':
    case 'interested':
    case 'not-interested':
    case 'have-all':
    case 'have-none':
      return PREFIX + id.BARE_LENGTH;
    case 'have':
    case 'suggest':
    case 'allowed-fast':
      return PREFIX + id.INDEX_LENGTH;
    case 'bitfield':
      return PREFIX + 1 + message.bits.length;
    case 'request':
    case 'cancel':
    case 'reject':
      return PREFIX + id.RANGE_LENGTH;
    case 'piece':
      return PREFIX + id.PIECE_LENGTH_MIN + message.block.length;
    case 'port':
      return PREFIX + id.PORT_LENGTH;
    case 'extended':
      return PREFIX + id.EXTENDED_LENGTH_MIN + message.payload.length;
  }
}

export class PeerEncoder {
  #slab: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** Pushes the frame: one buffer, or two when it carries a block. */
  encode(message: PeerMessage, out: Sink<Uint8Array>): void {
    const size = frameSize(message);
    const copied = message.type === 'piece' ? PREFIX + id.PIECE_LENGTH_MIN : size;
    if (copied > slabFrameMax) {
      const own = new Uint8Array(copied);
      write(message, size, own, 0);
      out.push(own);
      return;
    }
    if (this.#used + copied > this.#slab.length) {
      this.#slab = new Uint8Array(slabBytes);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += copied;
    write(message, size, this.#slab, at);
    out.push(this.#slab.subarray(at, this.#used));
    if (message.type === 'piece' && message.block.length > 0) out.push(message.block);
  }
}

/** Writes the frame at `at`, except the block of a `piece`. */
function write(message: PeerMessage, size: number, bytes: Uint8Array, at: number): void {
  if (message.type === 'handshake') {
    writeHandshake(message, bytes, at);
    return;
  }
  writeUint32(size - PREFIX, bytes, at);
  const body = at + PREFIX + 1;
  switch (message.type) {
    case 'keep-alive':
      return;
    case 'choke':
    case 'unchoke':
    case 'interested':
    case 'not-interested':
    case 'have-all':
    case 'have-none':
      break;
    case 'have':
    case 'suggest':
    case 'allowed-fast':
      writeUint32(message.index, bytes, body);
      break;
    case 'bitfield':
      bytes.set(message.bits, body);
      break;
    case 'request':
    case 'cancel':
    case 'reject':
      writeUint32(message.index, bytes, body);
      writeUint32(message.begin, bytes, body + 4);
      writeUint32(message.length, bytes, body + 8);
      break;
    case 'piece':
      writeUint32(message.index, bytes, body);
      writeUint32(message.begin, bytes, body + 4);
      break;
    case 'port':
      assert(message.port >>> 16 === 0, 'wire: a port is a 16-bit number');
      bytes[body] = message.port >>> 8;
      bytes[body + 1] = message.port;
      break;
    case 'extended':
      assert(message.id >>> 8 === 0, 'wire: an extended id is one byte');
      bytes[body] = message.id;
      bytes.set(message.payload, body + 1);
      break;
  }
  bytes[at + PREFIX] = idOf[message.type];
}

const idOf: Readonly<Record<Exclude<PeerMessage['type'], 'handshake' | 'keep-alive'>, number>> = {
  choke: id.CHOKE_ID,
  unchoke: id.UNCHOKE_ID,
  interested: id.INTERESTED_ID,
  'not-interested': id.NOT_INTERESTED_ID,
  have: id.HAVE_ID,
  bitfield: id.BITFIELD_ID,
  request: id.REQUEST_ID,
  piece: id.PIECE_ID,
  cancel: id.CANCEL_ID,
  port: id.PORT_ID,
  suggest: id.SUGGEST_ID,
  'have-all': id.HAVE_ALL_ID,
  'have-none': id.HAVE_NONE_ID,
  reject: id.REJECT_ID,
  'allowed-fast': id.ALLOWED_FAST_ID,
  extended: id.EXTENDED_ID,
};

function writeUint32(value: number, bytes: Uint8Array, at: number): void {
  assert(value >>> 0 === value, 'wire: an index, offset or length is a 32-bit number');
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
