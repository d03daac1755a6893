/**
 * A peer that is a bare socket: it shakes hands, says what it is told to say, and keeps the ids of the messages it hears.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

const PROTOCOL = '\x13BitTorrent protocol';

export interface RawPeer {
  readonly socket: Socket;
  /** Ids of the messages heard, in order; the handshake is not among them. */
  readonly heard: number[];
  /** Sends one message. */
  say(id: number, payload?: Uint8Array): void;
  /** Claims to have everything, unchokes, and answers every request with zeros. */
  seed(pieces: number): void;
}

/** Message ids of BEP 3. */
const UNCHOKE = 1;
const BITFIELD = 5;
const REQUEST = 6;
const PIECE = 7;

/** Connects and shakes hands. Rejects where the remote closes instead of shaking hands as well. */
export async function rawPeer(
  port: number,
  infoHash: string,
  name: string,
  host = '127.0.0.1',
): Promise<RawPeer> {
  const socket = connect(port, host);
  socket.on('error', () => undefined); // it may be cut: who plays it looks at `destroyed`
  await once(socket, 'connect');
  const heard: number[] = [];
  let held: Buffer = Buffer.alloc(0);
  let shaken = (): void => undefined;
  const greeted = new Promise<void>((resolve, reject) => {
    shaken = resolve;
    socket.once('close', () => reject(new Error(`${name} was turned away`)));
  });
  let greeting = true;
  let serving = false;
  socket.on('data', (data: Buffer) => {
    held = held.length === 0 ? data : Buffer.concat([held, data]);
    if (greeting) {
      if (held.length < 68) return;
      held = held.subarray(68);
      greeting = false;
      shaken();
    }
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const length = held.readUInt32BE(0);
      if (length > 0) heard.push(held[4]!);
      if (serving && length === 13 && held[4] === REQUEST) answer(held.subarray(5, 17));
      held = held.subarray(4 + length);
    }
  });
  const answer = (request: Buffer): void => {
    const block = Buffer.alloc(8 + request.readUInt32BE(8));
    request.copy(block, 0, 0, 8);
    say(PIECE, block);
  };
  const say = (message: number, payload: Uint8Array = new Uint8Array(0)): void => {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(1 + payload.length, 0);
    head[4] = message;
    socket.cork();
    socket.write(head);
    socket.write(payload);
    socket.uncork();
  };
  const id = Buffer.from(name.padEnd(20, '-').slice(0, 20), 'latin1');
  const hash = Buffer.from(infoHash, 'hex');
  socket.write(Buffer.concat([Buffer.from(PROTOCOL, 'latin1'), Buffer.alloc(8), hash, id]));
  await greeted;
  return {
    socket,
    heard,
    say,
    seed(pieces) {
      serving = true;
      const bits = new Uint8Array(Math.ceil(pieces / 8)).fill(0xff);
      if (pieces % 8 > 0) bits[bits.length - 1] = (0xff00 >> (pieces % 8)) & 0xff;
      say(BITFIELD, bits);
      say(UNCHOKE);
    },
  };
}
