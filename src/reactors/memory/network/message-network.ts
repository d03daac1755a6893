/**
 * A `Network` that hands message objects over, without codec and without bytes: for swarms of thousands.
 *
 * A message takes the time that `sizeOf` of it would take (see `Flow`); all that arrives on one connection at one
 * instant is one batch. Messages are shared, never copied: nobody writes to one that was sent. Connection ids, their
 * order and what is reported when are those of `WireNetwork` over the same links, so that a run is the same in both.
 */
import { assert } from '../../../core/index.ts';
import type {
  Address,
  ConnectionId,
  Inputs,
  ListenFault,
  ListeningPort,
  LostReason,
  Network,
} from '../../../core/index.ts';
import type { End, EndListener } from './end.ts';
import type { Flow } from './flow.ts';
import type { Internet, NetHost } from './internet.ts';
import { bindPort } from './ports.ts';

class MessageLink<M> implements EndListener<M> {
  readonly conn: ConnectionId;
  readonly #network: MessageNetwork<M>;
  readonly #inputs: Inputs<M>;
  end: End<M> | null = null;
  /** The machine has forgotten it: nothing is reported any more. */
  over = false;
  /** Something was sent since the last flush. */
  dirty = false;
  constructor(conn: ConnectionId, network: MessageNetwork<M>, inputs: Inputs<M>) {
    this.conn = conn;
    this.#network = network;
    this.#inputs = inputs;
  }

  opened(end: End<M>): void {
    this.end = end;
    // As over TCP: a dial that nobody wants any more is not taken back, but aborted when it succeeds.
    if (this.over) {
      end.abort();
      return;
    }
    const { address } = end;
    this.#inputs.push({ type: 'connected', conn: this.conn, address });
  }

  arrived(flow: Flow<M>, count: number): void {
    if (count === 1) this.take(flow);
    else this.#network.feed(this, flow, count);
  }

  /** Hands the next message over. */
  take(flow: Flow<M>): void {
    const message = flow.shift();
    if (!this.over) this.#inputs.push({ type: 'message', conn: this.conn, message });
  }

  lost(reason: LostReason): void {
    this.#network.forget(this);
    if (this.over) return;
    this.over = true;
    this.#inputs.push({ type: 'disconnected', conn: this.conn, reason, detail: null });
  }

  pauseWriting(): void {
    if (!this.over) this.#inputs.push({ type: 'pause-writing', conn: this.conn });
  }

  resumeWriting(): void {
    if (!this.over) this.#inputs.push({ type: 'resume-writing', conn: this.conn });
  }
}

export class MessageNetwork<M> implements Network<M> {
  readonly #internet: Internet;
  readonly #host: NetHost;
  readonly #sizeOf: (message: M) => number;
  readonly #links = new Map<ConnectionId, MessageLink<M>>();
  readonly #dirty: MessageLink<M>[] = [];
  readonly #ports: ListeningPort[] = [];
  #inputs: Inputs<M> | null = null;
  #nextAccepted: ConnectionId = 1;
  #stopped = false;
  // What is being fed: one closure for all links, for there are many of them.
  #link: MessageLink<M> | null = null;
  #flow: Flow<M> | null = null;
  #count = 0;
  readonly #feed = (): void => {
    const link = this.#link!;
    const flow = this.#flow!;
    for (let i = 0; i < this.#count; i++) link.take(flow);
  };

  constructor(internet: Internet, host: NetHost, sizeOf: (message: M) => number) {
    this.#internet = internet;
    this.#host = host;
    this.#sizeOf = sizeOf;
  }

  /** Connections that exist, dials under way included. */
  get connections(): number {
    return this.#links.size;
  }

  start(inputs: Inputs<M>): void {
    assert(this.#inputs === null, 'network: started twice');
    this.#inputs = inputs;
  }

  /** Accepts connections at `address`; port 0 chooses a free one. */
  listen(
    address: Address,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    const accept = (): MessageLink<M> | null => {
      if (this.#stopped) return null;
      const conn = this.#nextAccepted;
      this.#nextAccepted += 2;
      return this.#newLink(conn);
    };
    bindPort(this.#internet.clock, this.#host, address, accept, (port, fault) => {
      if (this.#stopped) {
        port?.stopListening();
        return;
      }
      if (port !== null) this.#ports.push(port);
      ready(port, fault);
    });
  }

  open(conn: ConnectionId, address: Address): void {
    if (this.#stopped) return;
    this.#internet.connect(this.#host, address, this.#newLink(conn));
  }

  send(conn: ConnectionId, message: M): void {
    const link = this.#links.get(conn);
    const end = link?.end ?? null;
    if (link === undefined || end === null) return;
    end.write(message, this.#sizeOf(message));
    if (link.dirty) return;
    link.dirty = true;
    this.#dirty.push(link);
  }

  pauseReading(conn: ConnectionId): void {
    this.#links.get(conn)?.end?.pauseReading();
  }

  resumeReading(conn: ConnectionId): void {
    this.#links.get(conn)?.end?.resumeReading();
  }

  close(conn: ConnectionId, flush: boolean): void {
    const link = this.#links.get(conn);
    if (link === undefined) return;
    this.#links.delete(conn);
    link.over = true;
    if (flush) link.end?.close();
    else link.end?.abort();
  }

  flush(): void {
    for (const link of this.#dirty) {
      link.dirty = false;
      link.end?.flush();
    }
    this.#dirty.length = 0;
  }

  /** Stops listening and aborts every connection. Nothing more is reported. */
  stop(): void {
    this.#stopped = true;
    for (const port of this.#ports) port.stopListening();
    for (const conn of [...this.#links.keys()]) this.close(conn, false);
  }

  /** Several messages of one instant: one batch. @internal */
  feed(link: MessageLink<M>, flow: Flow<M>, count: number): void {
    this.#link = link;
    this.#flow = flow;
    this.#count = count;
    this.#inputs?.batch(this.#feed);
    this.#link = null;
    this.#flow = null;
  }

  /** @internal */
  forget(link: MessageLink<M>): void {
    if (this.#links.get(link.conn) === link) this.#links.delete(link.conn);
  }

  #newLink(conn: ConnectionId): MessageLink<M> {
    assert(this.#inputs !== null, 'network: not started');
    assert(!this.#links.has(conn), 'network: a connection id was used twice');
    const link = new MessageLink<M>(conn, this, this.#inputs);
    this.#links.set(conn, link);
    return link;
  }
}
