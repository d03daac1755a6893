/**
 * Bare peers that listen, have everything (zeros), and treat whoever comes as a test says: some hang up in the middle of
 * a block.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

const HANDSHAKE = 68;
const UNCHOKE = 1;
const BITFIELD = 5;
const REQUEST = 6;
const PIECE = 7;

export interface RawSeed {
  readonly port: number;
  /** Connections that it reset in the middle of a block. */
  readonly resets: number;
  readonly served: number;
  close(): void;
}

export interface RawSeedPlan {
  readonly infoHash: string;
  readonly pieces: number;
  /** Asked before each block: true hangs up with a reset after half of it. */
  readonly breaks: () => boolean;
}

export async function rawSeed(name: string, plan: RawSeedPlan): Promise<RawSeed> {
  const sockets = new Set<Socket>();
  const counts = { resets: 0, served: 0 };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    talk(socket, name, plan, counts);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get resets(): number {
      return counts.resets;
    },
    get served(): number {
      return counts.served;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function talk(
  socket: Socket,
  name: string,
  plan: RawSeedPlan,
  counts: { resets: number; served: number },
): void {
  let held: Buffer = Buffer.alloc(0);
  let greeted = false;
  socket.on('data', (data: Buffer) => {
    held = held.length === 0 ? data : Buffer.concat([held, data]);
    if (!greeted) {
      if (held.length < HANDSHAKE) return;
      greeted = true;
      held = held.subarray(HANDSHAKE);
      socket.write(greeting(name, plan));
    }
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const length = held.readUInt32BE(0);
      if (length === 13 && held[4] === REQUEST) {
        const block = blockFor(held.subarray(5, 17));
        if (plan.breaks()) {
          counts.resets++;
          socket.write(block.subarray(0, block.length >> 1), () => socket.resetAndDestroy());
          return;
        }
        counts.served++;
        socket.write(block);
      }
      held = held.subarray(4 + length);
    }
  });
}

/** Handshake, a full bitfield, and an unchoke. */
function greeting(name: string, { infoHash, pieces }: RawSeedPlan): Buffer {
  const bits = Buffer.alloc(Math.ceil(pieces / 8), 0xff);
  if (pieces % 8 > 0) bits[bits.length - 1] = (0xff00 >> (pieces % 8)) & 0xff;
  return Buffer.concat([
    Buffer.from('\x13BitTorrent protocol', 'latin1'),
    Buffer.alloc(8),
    Buffer.from(infoHash, 'hex'),
    Buffer.from(name.padEnd(20, '-').slice(0, 20), 'latin1'),
    frame(BITFIELD, bits),
    frame(UNCHOKE, Buffer.alloc(0)),
  ]);
}

function blockFor(request: Buffer): Buffer {
  const payload = Buffer.alloc(8 + request.readUInt32BE(8));
  request.copy(payload, 0, 0, 8);
  return frame(PIECE, payload);
}

function frame(id: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length, 0);
  head[4] = id;
  return Buffer.concat([head, payload]);
}
