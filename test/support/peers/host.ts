/**
 * Where a test's programs run: this machine's loopback, or a host of a small network of the test's own (`lan.ts`).
 *
 * Owns: the contract between the drivers of real clients and the place they run in: an address, free ports, and a door
 * through which this process reaches a server there.
 */
import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';

/** How to reach a server of a host from this process: the address options of `http.request`. */
export type Door =
  { readonly host: string; readonly port: number } | { readonly socketPath: string };

/** A place to run programs in. */
export interface Host {
  readonly name: string;
  /** The address that its programs listen on and are found at, as URLs write it: one of IPv6 in brackets. */
  readonly address: string;
  /** Words to put before a command so that it runs there. They replace themselves with the command. */
  readonly prefix: readonly string[];
  /** A port that is free for TCP and UDP at `address`, never given twice by this process. */
  freePort(): Promise<number>;
  /** Opens a way from this process to `address:port` as seen from the host. */
  door(address: string, port: number): Promise<Door>;
}

const given = new Set<number>();

/** This machine, at 127.0.0.1. */
export const loopback: Host = {
  name: 'loopback',
  address: '127.0.0.1',
  prefix: [],
  freePort,
  door: (host, port) => Promise.resolve({ host, port }),
};

/** This machine, at ::1. */
export const loopback6: Host = { ...loopback, name: 'loopback over IPv6', address: '[::1]' };

/** An address as programs take it that want no brackets. */
export function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}

async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = await anyTcpPort();
    if (!given.has(port) && (await udpPortIsFree(port))) {
      given.add(port);
      return port;
    }
  }
  throw new Error('no port that is free for TCP and UDP in 100 attempts');
}

function anyTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function udpPortIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
