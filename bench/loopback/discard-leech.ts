/**
 * The fastest leech there is: it asks for every block in order, deep, and throws away what comes. For ranking seeds.
 *
 * A program. Argument: one JSON object {host, port, infoHash (hex), pieceLength, length, depth}. It checks nothing but that as
 * many bytes of payload come as there are, speaks BEP 3 only, and prints one line: {"seconds", "cpuSeconds"}, from its
 * first request (so that nobody's choker is on the clock) to the last byte.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

interface Job {
  readonly host: string;
  readonly port: number;
  readonly infoHash: string;
  readonly pieceLength: number;
  readonly length: number;
  readonly depth: number;
}

const BLOCK = 16_384;
const HANDSHAKE = 68;
const CHOKE = 0;
const UNCHOKE = 1;
const PIECE = 7;
const REQUEST_BYTES = 17;
const INTERESTED = Buffer.from([0, 0, 0, 1, 2]);

const job = JSON.parse(process.argv[2]!) as Job;
const total = Math.ceil(job.length / BLOCK);
/** Blocks asked for, and received: seeds answer in order. */
let asked = 0;
let got = 0;
let payload = 0;
let choked = true;
let startedAt = 0;
let cpuAt = process.cpuUsage();

/** Bytes of the message that is being skipped, and the head of the next one as far as it has come. */
let skip = HANDSHAKE;
/** Its handshake has come. aria2 bans who says anything more before. */
let greeted = false;
const head = Buffer.alloc(5);
let headBytes = 0;

function ask(socket: Socket): void {
  const count = Math.min(job.depth - (asked - got), total - asked);
  // In groups, as any good leech: a request of its own per block would cost both ends a packet.
  if (choked || count <= 0 || (count < job.depth / 4 && asked < total - count)) return;
  if (startedAt === 0) {
    startedAt = performance.now();
    cpuAt = process.cpuUsage();
  }
  const batch = Buffer.alloc(count * REQUEST_BYTES);
  for (let i = 0; i < count; i++) {
    const offset = asked * BLOCK;
    const piece = Math.floor(offset / job.pieceLength);
    const at = i * REQUEST_BYTES;
    batch.writeUInt32BE(13, at);
    batch[at + 4] = 6;
    batch.writeUInt32BE(piece, at + 5);
    batch.writeUInt32BE(offset - piece * job.pieceLength, at + 9);
    batch.writeUInt32BE(Math.min(BLOCK, job.length - offset), at + 13);
    asked++;
  }
  socket.write(batch);
}

function received(socket: Socket, data: Uint8Array): void {
  let at = 0;
  while (at < data.length) {
    if (skip > 0) {
      const step = Math.min(skip, data.length - at);
      skip -= step;
      at += step;
      if (skip === 0 && !greeted) {
        greeted = true;
        socket.write(INTERESTED);
      }
      continue;
    }
    head[headBytes++] = data[at++]!;
    if (headBytes === 4 && head.readUInt32BE(0) === 0) headBytes = 0;
    if (headBytes < 5) continue;
    headBytes = 0;
    const length = head.readUInt32BE(0);
    skip = length - 1;
    switch (head[4]) {
      case CHOKE:
        choked = true;
        asked = got;
        break;
      case UNCHOKE:
        choked = false;
        break;
      case PIECE:
        got++;
        payload += length - 9;
        break;
      default:
    }
  }
  ask(socket);
  if (got === total && skip === 0) finished(socket);
}

function finished(socket: Socket): void {
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuAt);
  socket.destroy();
  if (payload !== job.length) throw new Error(`${payload} bytes came, not ${job.length}`);
  console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 }));
}

const socket: Socket = connect({
  host: job.host,
  port: job.port,
  noDelay: true,
  onread: {
    buffer: Buffer.alloc(1024 * 1024),
    callback: (bytes, buffer) => {
      received(socket, buffer.subarray(0, bytes));
      return true;
    },
  },
});
socket.once('connect', () => {
  const hello = Buffer.alloc(HANDSHAKE);
  hello[0] = 19;
  hello.write('BitTorrent protocol', 1, 'latin1');
  hello.write(job.infoHash, 28, 'hex');
  hello.write('-DL0001-000000000000', 48, 'latin1');
  socket.write(hello);
});
socket.once('error', (error) => {
  throw error;
});
socket.once('end', () => {
  if (got < total) throw new Error(`the seed hung up after ${got} of ${total} blocks`);
});
