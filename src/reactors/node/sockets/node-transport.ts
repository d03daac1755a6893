/**
 * One TCP connection as a `Transport`, dialled or accepted.
 *
 * Owns the socket from birth to its `close` event. States: dialling, open, closing (we said goodbye or the remote
 * did), gone. Invariants: the protocol is called only from events, never from inside a call to the transport;
 * `connectionLost` comes once and last; `pauseWriting` and `resumeWriting` alternate, beginning with the first.
 * Writes are queued and go out corked, one `writev` per turn (a block per write costs both ends three times the
 * CPU). It does not reconnect, frame or rate-limit.
 */
import type { Socket } from 'node:net';
import type { Address, LostReason, Protocol, Transport } from '../../../core/index.ts';
import { detailOf, lostReasonOf } from '../faults.ts';
import type { NodeLimits } from '../options.ts';
import type { ReceiveBudget, Receiving } from './receive-budget.ts';

/** What a transport needs of its surroundings. */
export interface TransportHome {
  readonly limits: NodeLimits;
  readonly budget: ReceiveBudget;
  /** The transport has no handle any more. */
  gone(transport: NodeTransport): void;
  /** These bytes have gone to the system; what was on its way when the connection ended is not told. */
  sent(batch: readonly Uint8Array[]): void;
}

/** A connection on a `net.Socket`. */
export class NodeTransport implements Transport, Receiving {
  readonly address: Address;
  round = 0;
  readonly #protocol: Protocol;
  readonly #home: TransportHome;
  readonly #socket: Socket;
  #state: 'dialling' | 'open' | 'closing' | 'gone' = 'dialling';
  #queue: Uint8Array[] = [];
  /** A flush is due in this turn. */
  #flushing = false;
  /** Too much is unsent. */
  #full = false;
  /** The protocol was told so. */
  #paused = false;
  /** The protocol wants to hear nothing for now. */
  #deaf = false;
  /** The turn has received enough. */
  #held = false;
  #reported = false;
  #reason: LostReason = 'closed';
  #detail: string | null = null;
  #made = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(socket: Socket, address: Address, protocol: Protocol, home: TransportHome) {
    this.#socket = socket;
    this.address = address;
    this.#protocol = protocol;
    this.#home = home;
    socket.on('error', (error) => this.#failed(error));
    socket.on('end', () => this.#ended());
    socket.on('drain', () => this.#drained());
    socket.on('close', () => this.#closed());
  }

  /** Starts the clock of a dial. */
  dialling(): void {
    this.#timer = setTimeout(() => {
      this.#reason = 'timed-out';
      this.#state = 'closing';
      this.#socket.destroy();
    }, this.#home.limits.dialTimeMax);
    this.#socket.once('connect', () => this.made());
  }

  /** The connection stands: tells the protocol. */
  made(): void {
    if (this.#state !== 'dialling') return;
    this.#clearTimer();
    this.#state = 'open';
    this.#made = true;
    this.#home.budget.opened(this);
    this.#protocol.connectionMade(this);
  }

  /** Bytes arrived; they are borrowed for the length of this call. */
  received(data: Uint8Array): void {
    this.#home.budget.spend(this, data.length);
    if (this.#state === 'open') this.#protocol.dataReceived(data);
  }

  holdBack(): void {
    this.#held = true;
    this.#socket.pause();
  }

  receiveOn(): void {
    this.#held = false;
    this.#hear();
  }

  /** Nothing more is told to the protocol, and the handle goes away. */
  stop(): void {
    this.#reported = true;
    this.#state = 'closing';
    this.#clearTimer();
    this.#socket.destroy();
  }

  write(data: Uint8Array): void {
    if (this.#state === 'open') this.#queue.push(data);
  }

  /** Everything that is flushed in one turn of the loop leaves together, in the microtask that ends it. */
  flush(): void {
    if (this.#state !== 'open' || this.#queue.length === 0 || this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      if (this.#state === 'open') this.#sendAll();
    });
  }

  pauseReading(): void {
    if (this.#state !== 'open') return;
    this.#deaf = true;
    this.#socket.pause();
  }

  resumeReading(): void {
    if (this.#state !== 'open') return;
    this.#deaf = false;
    this.#hear();
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#send();
    this.#leave();
  }

  abort(): void {
    if (this.#state === 'open') {
      this.#queue = [];
      this.#state = 'closing';
      // `resetAndDestroy` would flush first, which abort must not. Without this property it is a plain close.
      Object.assign(this.#socket, { resetAndClosing: true });
      this.#socket.destroy();
    } else if (this.#state === 'closing') {
      this.#socket.destroy();
    }
  }

  #sendAll(): void {
    this.#send();
    if (this.#full || this.#socket.writableLength < this.#home.limits.writeBufferBytesMax) return;
    this.#full = true;
    this.#tellFull();
  }

  #send(): void {
    const queue = this.#queue;
    if (queue.length === 0) return;
    this.#queue = [];
    const sent = (error?: Error | null): void => {
      if (error === null || error === undefined) this.#home.sent(queue);
    };
    const last = queue.length - 1;
    if (last === 0) {
      this.#socket.write(queue[0]!, sent);
      return;
    }
    this.#socket.cork();
    for (let i = 0; i < last; i++) this.#socket.write(queue[i]!);
    this.#socket.write(queue[last]!, sent);
    this.#socket.uncork();
  }

  /**
   * Says goodbye and waits for the remote's: what it still sends is read and dropped, since closing with unread
   * bytes would reset the connection and might destroy our last words on their way.
   */
  #leave(): void {
    this.#state = 'closing';
    this.#deaf = false;
    this.#socket.end();
    this.#hear();
    this.#timer = setTimeout(() => this.#socket.destroy(), this.#home.limits.lingerMax);
  }

  #hear(): void {
    if (!this.#deaf && !this.#held) this.#socket.resume();
  }

  #ended(): void {
    if (this.#state !== 'open') return;
    this.#send();
    this.#leave();
    this.#report();
  }

  #failed(error: Error): void {
    if (this.#reason !== 'closed') return;
    this.#reason = lostReasonOf(error, this.#made);
    this.#detail = detailOf(error);
  }

  #closed(): void {
    this.#clearTimer();
    this.#state = 'gone';
    this.#home.budget.closed(this);
    this.#home.gone(this);
    this.#report();
  }

  #report(): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#protocol.connectionLost(this.#reason, this.#detail);
  }

  #tellFull(): void {
    if (this.#state !== 'open' || !this.#full || this.#paused) return;
    this.#paused = true;
    this.#protocol.pauseWriting();
  }

  #drained(): void {
    this.#full = false;
    if (this.#state !== 'open' || !this.#paused) return;
    this.#paused = false;
    this.#protocol.resumeWriting();
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
