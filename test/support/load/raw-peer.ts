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
}

/** Connects and shakes hands; the remote's handshake is waited for. `reserved`: bits of the eight bytes. */
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
  const greeted = new Promise<void>((resolve) => (shaken = resolve));
  let greeting = true;
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
      held = held.subarray(4 + length);
    }
  });
  const id = Buffer.from(name.padEnd(20, '-').slice(0, 20), 'latin1');
  const hash = Buffer.from(infoHash, 'hex');
  socket.write(Buffer.concat([Buffer.from(PROTOCOL, 'latin1'), Buffer.alloc(8), hash, id]));
  await greeted;
  return {
    socket,
    heard,
    say(message, payload = new Uint8Array(0)) {
      const head = Buffer.alloc(5);
      head.writeUInt32BE(1 + payload.length, 0);
      head[4] = message;
      socket.write(Buffer.concat([head, payload]));
    },
  };
}
