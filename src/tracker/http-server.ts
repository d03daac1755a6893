/**
 * One listening HTTP socket of a tracker, and its connections: bounded in number, by address and in time.
 *
 * Invariant: `close` lets answers that are under way go out, cuts the rest, and leaves no handle open.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { HttpRequest } from '../protocol/index.ts';
import type { AskerAddress } from './asker-address.ts';
import { askerAddress } from './asker-address.ts';
import type { HttpReply } from './http-connection.ts';
import { HttpConnection } from './http-connection.ts';
import type { HttpLimits } from './http-limits.ts';
import { httpLimits } from './http-limits.ts';

export interface HttpSite {
  /** Whether the address is a proxy whose word counts, and whose connections are not those of one peer. */
  trusts(from: AskerAddress): boolean;
  answer(request: HttpRequest, from: AskerAddress, told: (reply: HttpReply) => void): void;
}

/** What answers may take when the tracker stops, in milliseconds. */
const CLOSE_TIME_MAX = 2_000;

export class HttpServer {
  readonly #site: HttpSite;
  readonly #limits: HttpLimits;
  readonly #server: Server;
  readonly #connections = new Map<Socket, HttpConnection>();
  readonly #hosts = new Map<string, number>();
  readonly #look: NodeJS.Timeout;
  #closed: Promise<void> | null = null;

  private constructor(site: HttpSite, limits: HttpLimits) {
    this.#site = site;
    this.#limits = limits;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#look = setInterval(() => this.#cutLate(), limits.lookMillis);
  }

  /** Rejects with the listener's error, and leaves nothing open then. */
  static async open(
    site: HttpSite,
    host: string,
    port: number,
    limits: HttpLimits = httpLimits,
  ): Promise<HttpServer> {
    const opened = new HttpServer(site, limits);
    try {
      opened.#server.listen({ host, port, ipv6Only: host.includes(':') });
      await once(opened.#server, 'listening');
    } catch (error) {
      clearInterval(opened.#look);
      throw error;
    }
    return opened;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections.values()) connection.finish();
    const late = setTimeout(() => this.#cutAll(), CLOSE_TIME_MAX);
    // A peer that does not close its side after our end would keep us.
    for (const [socket, connection] of this.#connections) {
      if (!connection.answering) socket.destroySoon();
    }
    await closed;
    clearTimeout(late);
    clearInterval(this.#look);
  }

  #accept(socket: Socket): void {
    const from = askerAddress(socket.remoteAddress ?? '');
    socket.on('error', nobodyWaits);
    if (from === null) {
      socket.destroy();
      return;
    }
    const counted = !this.#site.trusts(from);
    const here = this.#hosts.get(from.host) ?? 0;
    if (counted && here >= this.#limits.hostConnectionsMax) {
      socket.destroy();
      return;
    }
    if (this.#connections.size >= this.#limits.connectionsMax) this.#cutOldest();
    if (counted) this.#hosts.set(from.host, here + 1);
    const connection = new HttpConnection(
      socket,
      (request, told) => this.#site.answer(request, from, told),
      this.#limits,
      () => performance.now(),
    );
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      this.#connections.delete(socket);
      if (counted) this.#forget(from.host);
    });
  }

  #forget(host: string): void {
    const left = (this.#hosts.get(host) ?? 1) - 1;
    if (left === 0) this.#hosts.delete(host);
    else this.#hosts.set(host, left);
  }

  #cutOldest(): void {
    for (const [socket, connection] of this.#connections) {
      if (connection.answering) continue;
      socket.destroy();
      this.#connections.delete(socket);
      return;
    }
  }

  #cutLate(): void {
    const now = performance.now();
    for (const [socket, connection] of this.#connections) {
      if (connection.deadline <= now) socket.destroy();
    }
  }

  #cutAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }
}

function nobodyWaits(): void {
  // A peer that went away in the middle: 'close' follows.
}
