/**
 * One message of the peer wire read from its bytes, as plainly as BEP 3, 5, 6 and 10 say it: the other opinion that the
 * codec is judged by. Shares no code and no tables with it, and takes one whole frame at a time.
 */
import type { PeerMessage } from '../../protocol/index.ts';

const PROTOCOL = 'BitTorrent protocol';

/** The message that these bytes are, exactly; null: they are none. Byte fields are views. */
export function readPlainly(bytes: Uint8Array): PeerMessage | null {
  if (bytes.length === 68 && isProtocol(bytes)) {
    return {
      type: 'handshake',
      reserved: bytes.subarray(20, 28),
      infoHash: bytes.subarray(28, 48),
      peerId: bytes.subarray(48, 68),
    };
  }
  if (bytes.length < 4) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== bytes.length - 4) return null;
  if (bytes.length === 4) return { type: 'keep-alive' };
  return readBody(bytes[4]!, bytes.subarray(5));
}

function isProtocol(bytes: Uint8Array): boolean {
  let same = bytes[0] === PROTOCOL.length;
  for (let i = 0; i < PROTOCOL.length; i++) same &&= bytes[1 + i] === PROTOCOL.charCodeAt(i);
  return same;
}

function readBody(id: number, body: Uint8Array): PeerMessage | null {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const { length } = body;
  const index = length >= 4 ? view.getUint32(0) : 0;
  const begin = length >= 8 ? view.getUint32(4) : 0;
  switch (id) {
    case 0:
      return length === 0 ? { type: 'choke' } : null;
    case 1:
      return length === 0 ? { type: 'unchoke' } : null;
    case 2:
      return length === 0 ? { type: 'interested' } : null;
    case 3:
      return length === 0 ? { type: 'not-interested' } : null;
    case 4:
      return length === 4 ? { type: 'have', index } : null;
    case 5:
      return { type: 'bitfield', bits: body };
    case 6:
    case 8:
    case 16: {
      if (length !== 12) return null;
      const type = id === 6 ? 'request' : id === 8 ? 'cancel' : 'reject';
      return { type, index, begin, length: view.getUint32(8) };
    }
    case 7:
      return length >= 8 ? { type: 'piece', index, begin, block: body.subarray(8) } : null;
    case 9:
      return length === 2 ? { type: 'port', port: view.getUint16(0) } : null;
    case 13:
      return length === 4 ? { type: 'suggest', index } : null;
    case 14:
      return length === 0 ? { type: 'have-all' } : null;
    case 15:
      return length === 0 ? { type: 'have-none' } : null;
    case 17:
      return length === 4 ? { type: 'allowed-fast', index } : null;
    case 20:
      return length >= 1 ? { type: 'extended', id: body[0]!, payload: body.subarray(1) } : null;
    default:
      return null;
  }
}

/** Whether two messages say the same. Any message, field by field. */
export function isSameMessage(a: PeerMessage, b: PeerMessage): boolean {
  const others = new Map<string, unknown>(Object.entries(b));
  const fields = Object.entries(a) as [string, unknown][];
  if (others.size !== fields.length) return false;
  for (const [name, value] of fields) {
    const other = others.get(name);
    if (value instanceof Uint8Array) {
      if (!(other instanceof Uint8Array) || !isSameBytes(value, other)) return false;
    } else if (value !== other) return false;
  }
  return true;
}

/** Whether two runs of bytes are equal. */
export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
