/**
 * The peer wire decoded as simply as can be, from the text of the BEPs: a model for the real decoder.
 *
 * Takes the whole stream at once, cuts it into frames, copies everything. Written apart from the decoder and shares
 * no code with it.
 */
import type { PeerMessage } from '../../src/protocol/wire/messages.ts';

export interface NaiveResult {
  readonly messages: PeerMessage[];
  /** A fault that the bytes so far prove. */
  readonly fault: string | null;
}

export interface NaiveLimits {
  readonly block: number;
  readonly bitfield: number;
  readonly extended: number;
  readonly unknown: number;
  readonly unknownCount: number;
}

/** Lengths of bodies that are fixed, by id. */
const fixed = new Map<number, number>([
  [0, 0],
  [1, 0],
  [2, 0],
  [3, 0],
  [4, 4],
  [6, 12],
  [8, 12],
  [9, 2],
  [13, 4],
  [14, 0],
  [15, 0],
  [16, 12],
  [17, 4],
]);

export function decodeNaively(stream: Uint8Array, limits: NaiveLimits): NaiveResult {
  const messages: PeerMessage[] = [];
  const name = `\x13BitTorrent protocol`;
  for (let i = 0; i < Math.min(name.length, stream.length); i++) {
    if (stream[i] !== name.charCodeAt(i)) return { messages, fault: 'bad-protocol' };
  }
  if (stream.length < 68) return { messages, fault: null };
  messages.push({
    type: 'handshake',
    reserved: stream.slice(20, 28),
    infoHash: stream.slice(28, 48),
    peerId: stream.slice(48, 68),
  });
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const anyMax = Math.max(
    13,
    9 + limits.block,
    1 + limits.bitfield,
    2 + limits.extended,
    1 + limits.unknown,
  );
  let unknown = 0;
  let rest = 68;
  while (stream.length - rest >= 4) {
    const length = view.getUint32(rest);
    if (length > anyMax) return { messages, fault: 'frame-too-long' };
    if (length === 0) messages.push({ type: 'keep-alive' });
    else {
      if (stream.length - rest < 5) break;
      const fault = judge(stream[rest + 4]!, length - 1, limits);
      if (fault === 'unknown') {
        unknown += 1;
        if (unknown > limits.unknownCount) return { messages, fault: 'unknown-message' };
      } else if (fault !== null) return { messages, fault };
      if (stream.length - rest < 4 + length) break;
      const frame = stream.slice(rest + 4, rest + 4 + length);
      if (fault === null) messages.push(read(frame));
    }
    rest += 4 + length;
  }
  return { messages, fault: null };
}

function judge(id: number, body: number, limits: NaiveLimits): string | null {
  const exact = fixed.get(id);
  if (exact !== undefined) return body === exact ? null : 'bad-length';
  if (id === 5) return body > limits.bitfield ? 'frame-too-long' : null;
  if (id === 7) return body < 8 ? 'bad-length' : body > 8 + limits.block ? 'frame-too-long' : null;
  if (id === 20) {
    return body < 1 ? 'bad-length' : body > 1 + limits.extended ? 'frame-too-long' : null;
  }
  return body > limits.unknown ? 'frame-too-long' : 'unknown';
}

function read(frame: Uint8Array): PeerMessage {
  const view = new DataView(frame.buffer);
  const index = (): number => view.getUint32(1);
  const range = (): { index: number; begin: number; length: number } => ({
    index: view.getUint32(1),
    begin: view.getUint32(5),
    length: view.getUint32(9),
  });
  switch (frame[0]!) {
    case 0:
      return { type: 'choke' };
    case 1:
      return { type: 'unchoke' };
    case 2:
      return { type: 'interested' };
    case 3:
      return { type: 'not-interested' };
    case 4:
      return { type: 'have', index: index() };
    case 5:
      return { type: 'bitfield', bits: frame.slice(1) };
    case 6:
      return { type: 'request', ...range() };
    case 7: {
      const begin = view.getUint32(5);
      return { type: 'piece', index: index(), begin, block: frame.slice(9) };
    }
    case 8:
      return { type: 'cancel', ...range() };
    case 9:
      return { type: 'port', port: view.getUint16(1) };
    case 13:
      return { type: 'suggest', index: index() };
    case 14:
      return { type: 'have-all' };
    case 15:
      return { type: 'have-none' };
    case 16:
      return { type: 'reject', ...range() };
    case 17:
      return { type: 'allowed-fast', index: index() };
    case 20:
      return { type: 'extended', id: frame[1]!, payload: frame.slice(2) };
    default:
      throw new Error('naive wire: not a known id');
  }
}
