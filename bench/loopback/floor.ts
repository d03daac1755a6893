/**
 * The physical floor of a leech on this machine: receive, SHA-1 and write, with no protocol at all.
 *
 * A program. Argument: one JSON object {file, bytes, pieceLength}. A thread sends plain bytes over loopback TCP as fast as it
 * can; here they are copied into a piece, hashed and written with one asynchronous call per piece. Prints {"seconds", "cpuSeconds"};
 * the CPU is that of this process without the sending thread's part, which is counted in the thread and taken off.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, write } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Job {
  readonly file: string;
  readonly bytes: number;
  readonly pieceLength: number;
}

const WRITES_MAX = 4;
const argument = process.argv[2]!;

if (argument.startsWith('send ')) send(Number(argument.slice(5)));
else receive(JSON.parse(argument) as Job);

/** The sender, in a process of its own: its port on standard output, bytes to whoever comes. */
function send(bytes: number): void {
  const chunk = Buffer.alloc(1024 * 1024, 7);
  const server = createServer({ noDelay: true }, (socket) => {
    let left = bytes;
    const more = (): void => {
      while (left > 0) {
        const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
        left -= part.length;
        if (!socket.write(part)) return void socket.once('drain', more);
      }
      socket.end();
      server.close();
    };
    socket.on('error', () => process.exit(1));
    more();
  });
  server.listen(0, '127.0.0.1', () => {
    console.log(String((server.address() as AddressInfo).port));
  });
}

function receive({ file, bytes, pieceLength }: Job): void {
  const sender = spawn(process.execPath, [fileURLToPath(import.meta.url), `send ${bytes}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  sender.stdout.once('data', (line: Buffer) => {
    const fd = openSync(file, 'w');
    const start = performance.now();
    const cpu = process.cpuUsage();
    const spare: Buffer[] = [];
    let piece: Buffer = Buffer.allocUnsafe(pieceLength);
    let filled = 0;
    let offset = 0;
    let writing = 0;
    let ended = false;
    const done = (): void => {
      if (!ended || writing > 0) return;
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      closeSync(fd);
      console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 }));
    };
    const flush = (): void => {
      const whole = piece;
      createHash('sha1').update(whole.subarray(0, filled)).digest();
      writing++;
      if (writing >= WRITES_MAX) socket.pause();
      write(fd, whole, 0, filled, offset, (error) => {
        if (error !== null) throw error;
        writing--;
        spare.push(whole);
        socket.resume();
        done();
      });
      offset += filled;
      filled = 0;
      piece = spare.pop() ?? Buffer.allocUnsafe(pieceLength);
    };
    const socket = connect({
      host: '127.0.0.1',
      port: Number(line.toString()),
      onread: {
        buffer: Buffer.alloc(256 * 1024),
        callback: (length, buffer) => {
          for (let at = 0; at < length;) {
            const step = Math.min(length - at, pieceLength - filled);
            piece.set(buffer.subarray(at, at + step), filled);
            filled += step;
            at += step;
            if (filled === pieceLength) flush();
          }
          return true;
        },
      },
    });
    socket.once('end', () => {
      if (filled > 0) flush();
      ended = true;
      done();
    });
  });
}
