/**
 * The sockets of a tracker: HTTP and UDP on one port at every address, or none at all.
 */
import type { UdpFront } from '../protocol/index.ts';
import type { HttpSite } from './http-server.ts';
import { HttpServer } from './http-server.ts';
import { UdpServer } from './udp-server.ts';

export interface DoorsPlan {
  readonly hosts: readonly string[];
  readonly port: number;
  /** Null: no HTTP. */
  readonly site: HttpSite | null;
  /** Null: no UDP. */
  readonly front: UdpFront | null;
}

/** A port that all of them could have, when any will do. */
const TRIES = 8;

export class Doors {
  readonly port: number;
  readonly #http: readonly HttpServer[];
  readonly #udp: readonly UdpServer[];

  private constructor(port: number, http: readonly HttpServer[], udp: readonly UdpServer[]) {
    this.port = port;
    this.#http = http;
    this.#udp = udp;
  }

  /** Rejects with the first socket's error that decides it, and leaves nothing open then. */
  static async open(plan: DoorsPlan): Promise<Doors> {
    for (let tries = 1; ; tries++) {
      const http: HttpServer[] = [];
      const udp: UdpServer[] = [];
      let { port } = plan;
      try {
        for (const host of plan.hosts) {
          if (plan.site !== null) {
            const server = await HttpServer.open(plan.site, host, port);
            http.push(server);
            port = server.port;
          }
          if (plan.front !== null) {
            const server = await UdpServer.open(plan.front, host, port);
            udp.push(server);
            port = server.port;
          }
        }
        return new Doors(port, http, udp);
      } catch (error) {
        await Promise.all([...http, ...udp].map((server) => server.close()));
        if (plan.port !== 0 || tries === TRIES) throw error;
      }
    }
  }

  get connections(): number {
    return this.#http.reduce((sum, server) => sum + server.connections, 0);
  }

  /** HTTP first: answers that wait for the store go out. */
  async close(): Promise<void> {
    await Promise.all(this.#http.map((server) => server.close()));
    await Promise.all(this.#udp.map((server) => server.close()));
  }
}
