/**
 * A tracker on real sockets: `node:http` and `node:dgram` around the pure swarms of `protocol/tracker`.
 *
 * Small and complete: announce and scrape over HTTP and UDP on one port, IPv4 and IPv6, white list. State is in memory.
 * After `close` no handle is left open. Time is the monotonic clock, peers' addresses are the sockets'.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import type { Millis } from '../core/index.ts';
import { createRandom } from '../core/index.ts';
import { answerHttp, answerUdp, canonicalIp, Swarms } from '../protocol/index.ts';
import { ConnectionIds } from './connection-ids.ts';

export interface TrackerOptions {
  /** A literal address to listen at. `127.0.0.1` if not given. */
  readonly host?: string;
  /** 0 (if not given): a free one. */
  readonly port?: number;
  /** UDP on the same port too. True if not given. */
  readonly udp?: boolean;
  /** Milliseconds between announces that peers are asked for. 30 minutes if not given. */
  readonly interval?: Millis;
  /** Info-hashes (40 hexadecimal digits) that are tracked; all if not given. */
  readonly whitelist?: readonly string[];
}

export interface Tracker {
  readonly host: string;
  readonly port: number;
  /** The HTTP announce URL. */
  readonly url: string;
  /** The UDP announce URL, or null without UDP. */
  readonly udpUrl: string | null;
  /** Torrents with peers. */
  readonly torrents: number;
  /** Stops listening and ends what is open. May be called twice. */
  close(): Promise<void>;
}

/** A port that both transports could have, when any will do. */
const TRIES = 8;
const CONNECTIONS_MAX = 1_024;

/**
 * Starts a tracker.
 *
 * @throws the listener's error, with its `code` (`EADDRINUSE`, `EACCES`, ...); `TypeError` with code
 * `SWARMWRIGHT_BAD_OPTION` for a white-list entry that is no info-hash, or a host that is no literal address.
 */
export async function createTracker(options: TrackerOptions = {}): Promise<Tracker> {
  const host = options.host ?? '127.0.0.1';
  if (canonicalIp(host) === null) throw optionsError('tracker: host must be a literal address');
  const allowed = options.whitelist?.map(parseInfoHash) ?? null;
  const swarms = new Swarms(
    { interval: options.interval ?? 30 * 60_000, allowed },
    createRandom(randomInt(2 ** 32)),
  );
  const [http, udp] = await listen(swarms, host, options.port ?? 0, options.udp ?? true);
  const { port } = http.address() as AddressInfo;
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  let closed: Promise<void> | null = null;
  return {
    host,
    port,
    url: `http://${authority}/announce`,
    udpUrl: udp === null ? null : `udp://${authority}/announce`,
    get torrents(): number {
      return swarms.size;
    },
    close: () => (closed ??= close(http, udp)),
  };
}

async function listen(
  swarms: Swarms,
  host: string,
  port: number,
  withUdp: boolean,
): Promise<[Server, Socket | null]> {
  for (let tries = 1; ; tries++) {
    const http = await listenHttp(swarms, host, port);
    if (!withUdp) return [http, null];
    try {
      return [http, await listenUdp(swarms, host, (http.address() as AddressInfo).port)];
    } catch (error) {
      await close(http, null);
      if (port !== 0 || tries === TRIES) throw error;
    }
  }
}

async function listenHttp(swarms: Swarms, host: string, port: number): Promise<Server> {
  const server = createServer(
    { maxHeaderSize: 8_192, requestTimeout: 10_000 },
    (request, reply) => {
      const from = peerHost(request.socket.remoteAddress ?? '');
      request.resume();
      if (from === null) {
        reply.destroy(); // the peer has gone already
        return;
      }
      const { method = '', url = '' } = request;
      const { status, body } = answerHttp(swarms, method, url, from, performance.now());
      reply.writeHead(status, { 'content-type': 'text/plain', 'content-length': body.length });
      reply.end(body);
    },
  );
  server.headersTimeout = 10_000;
  server.keepAliveTimeout = 5_000;
  server.maxConnections = CONNECTIONS_MAX;
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

async function listenUdp(swarms: Swarms, host: string, port: number): Promise<Socket> {
  const ids = new ConnectionIds();
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.bind(port, host);
  try {
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('message', (data, from) => {
    const peer = peerHost(from.address);
    if (peer === null || from.port === 0) return;
    const answer = answerUdp(swarms, ids, data, peer, performance.now());
    if (answer !== null) socket.send(answer, from.port, from.address, ignore);
  });
  socket.on('error', ignore); // of one datagram: a peer that cannot be reached
  return socket;
}

/** Canonical, and without the zone of a link-local address: it means nothing to other peers. */
function peerHost(address: string): string | null {
  return canonicalIp(address.replace(/%.*$/, ''));
}

function ignore(): void {
  // Nobody is waiting for it.
}

async function close(http: Server, udp: Socket | null): Promise<void> {
  const ended = [once(http, 'close')];
  http.close();
  http.closeAllConnections();
  if (udp !== null) {
    ended.push(once(udp, 'close'));
    udp.close();
  }
  await Promise.all(ended);
}

function parseInfoHash(text: string): Uint8Array {
  if (!/^[0-9a-fA-F]{40}$/.test(text)) {
    throw optionsError('tracker: a white-list entry is 40 hexadecimal digits');
  }
  return Buffer.from(text, 'hex');
}

function optionsError(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: 'SWARMWRIGHT_BAD_OPTION' });
}
