/**
 * One UDP socket of a tracker: datagrams to the front, answers back.
 *
 * Invariant: after `close` nothing is sent and no handle is open. Errors of single datagrams (a peer that cannot be reached)
 * are nobody's; what is asked while the socket's buffer is full is lost, as networks do.
 */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket, SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { UdpFront } from '../protocol/index.ts';
import { askerAddress } from './asker-address.ts';

/** Bytes that may wait while the loop is busy; the system gives what it allows. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

export class UdpServer {
  readonly #socket: Socket;
  #open = true;

  private constructor(socket: Socket, front: UdpFront) {
    this.#socket = socket;
    socket.on('message', (data, from) => this.#answer(front, data, from));
    socket.on('error', nobodyWaits);
  }

  /** Rejects with the socket's error, and leaves nothing open then. */
  static async open(front: UdpFront, host: string, port: number): Promise<UdpServer> {
    const isV6 = isIPv6(host);
    const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6, lookup: asItIs });
    try {
      const listening = once(socket, 'listening');
      socket.bind(port, host);
      await listening;
    } catch (error) {
      socket.close();
      throw error;
    }
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER);
    } catch {
      // The system's own size will do.
    }
    return new UdpServer(socket, front);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #answer(front: UdpFront, data: Uint8Array, { address, port }: RemoteInfo): void {
    const asker = port === 0 ? null : askerAddress(address);
    if (asker === null) return;
    front.answer(data, asker.host, asker.ip, performance.now(), (answer) => {
      if (this.#open) this.#socket.send(answer, port, address);
    });
  }
}

/** Addresses come from sockets: nothing is to be looked up, and the answer need not wait for the turn to end. */
const asItIs: SocketOptions['lookup'] = (address, options, told) =>
  told(null, address, typeof options === 'number' ? options : 0);

function nobodyWaits(): void {
  // Of one datagram.
}
