/**
 * A `Network` of messages over any reactor's TCP and one codec.
 *
 * Owns: which connection id is which transport. Invariant: `#links` holds exactly the connections that the machine
 * knows of; a link that left the map reports nothing more. Dialled links have the machine's even ids, accepted ones
 * the next odd id. Each received buffer is one `batch`; in canary mode the buffer is overwritten when the batch is
 * over. Buffers that the codec made side by side go to the transport as one. Keeps no timer: a remote that accepts
 * no bytes is the machine's to abort, and a transport that lingers after `close` is the reactor's or `stop`'s.
 */
import type { Codec, Decoder } from './codec.ts';
import type { Sink } from './machine.ts';
import type { Inputs, Network } from './network.ts';
import { assert } from './assert.ts';
import type {
  ListenAddress,
  ListenFault,
  ListeningPort,
  Protocol,
  ReactorTCP,
  Transport,
} from './reactor.ts';
import type { Address, ConnectionId, LostReason } from './types.ts';

export interface WireNetworkOptions {
  /** Overwrites every received buffer when its turn is over, so that a kept view shows. On in tests. */
  readonly canary?: boolean;
}

/** What links need of their network. */
interface Hub<M> {
  readonly canary: boolean;
  readonly inputs: Inputs<M>;
  /** The link ended by itself or by the remote: forget it. */
  forget(link: Link<M>): void;
  /** The transport is gone for good. */
  gone(link: Link<M>): void;
}

class Link<M> implements Protocol {
  readonly conn: ConnectionId;
  readonly #hub: Hub<M>;
  readonly #decoder: Decoder<M>;
  readonly #messages: Sink<M>;
  #transport: Transport | null = null;
  /** The machine has been told, or has told us, that this is over. */
  #over = false;
  #run: Uint8Array | null = null;
  #runStart = 0;
  #runEnd = 0;
  /** Something was written since the last flush. */
  dirty = false;

  constructor(conn: ConnectionId, decoder: Decoder<M>, hub: Hub<M>) {
    this.conn = conn;
    this.#decoder = decoder;
    this.#hub = hub;
    this.#messages = {
      push: (message) => {
        if (!this.#over) hub.inputs.push({ type: 'message', conn, message });
      },
    };
  }

  get open(): boolean {
    return this.#transport !== null && !this.#over;
  }

  /** Takes encoded bytes. Those that lie right behind the last ones in memory wait to be written together. */
  push(bytes: Uint8Array): void {
    const run = this.#run;
    if (run !== null && bytes.byteOffset === this.#runEnd && bytes.buffer === run.buffer) {
      this.#runEnd += bytes.byteLength;
      return;
    }
    this.#writeRun();
    this.#run = bytes;
    this.#runStart = bytes.byteOffset;
    this.#runEnd = bytes.byteOffset + bytes.byteLength;
  }

  flush(): void {
    this.dirty = false;
    if (!this.open) return;
    this.#writeRun();
    this.#transport?.flush();
  }

  pauseReading(): void {
    this.#transport?.pauseReading();
  }

  resumeReading(): void {
    this.#transport?.resumeReading();
  }

  /** Ends the link from our side. A dial that is still under way is aborted when it succeeds. */
  end(flush: boolean): void {
    if (flush) this.#writeRun();
    this.#over = true;
    this.#run = null;
    if (flush) this.#transport?.close();
    else this.#transport?.abort();
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
    if (this.#over) transport.abort();
    else {
      const { address } = transport;
      this.#hub.inputs.push({ type: 'connected', conn: this.conn, address });
    }
  }

  dataReceived(data: Uint8Array): void {
    if (!this.#over) this.#hub.inputs.batch(() => this.#decode(data));
    if (this.#hub.canary) data.fill(0xdb);
  }

  connectionLost(reason: LostReason, detail: string | null): void {
    this.#transport = null;
    if (!this.#over) this.#lose(reason, detail);
    this.#hub.gone(this);
  }

  pauseWriting(): void {
    if (!this.#over) this.#hub.inputs.push({ type: 'pause-writing', conn: this.conn });
  }

  resumeWriting(): void {
    if (!this.#over) this.#hub.inputs.push({ type: 'resume-writing', conn: this.conn });
  }

  #decode(data: Uint8Array): void {
    const fault = this.#decoder.push(data, this.#messages);
    if (fault === null || this.#over) return;
    this.#lose('bad-frame', fault);
    this.#transport?.abort();
  }

  #lose(reason: LostReason, detail: string | null): void {
    this.#over = true;
    this.#run = null;
    this.#hub.forget(this);
    this.#hub.inputs.push({ type: 'disconnected', conn: this.conn, reason, detail });
  }

  #writeRun(): void {
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    const length = this.#runEnd - this.#runStart;
    const whole =
      length === run.byteLength ? run : new Uint8Array(run.buffer, this.#runStart, length);
    this.#transport?.write(whole);
  }
}

export class WireNetwork<M> implements Network<M> {
  readonly #tcp: ReactorTCP;
  readonly #codec: Codec<M>;
  readonly #links = new Map<ConnectionId, Link<M>>();
  /** Ended by the machine, and their transports not yet gone. */
  readonly #lingering = new Set<Link<M>>();
  /** Of those: closed with a flush, so that bytes may still be under way. */
  readonly #owing = new Set<Link<M>>();
  #allSent: (() => void)[] = [];
  readonly #dirty: Link<M>[] = [];
  readonly #ports = new Set<ListeningPort>();
  readonly #canary: boolean;
  #hub: Hub<M> | null = null;
  #nextAccepted: ConnectionId = 1;
  #stopped = false;

  constructor(tcp: ReactorTCP, codec: Codec<M>, options: WireNetworkOptions = {}) {
    this.#tcp = tcp;
    this.#codec = codec;
    this.#canary = options.canary ?? false;
  }

  /** Connections that the machine knows of, dials under way included. */
  get connections(): number {
    return this.#links.size;
  }

  /** Transports that are still closing after the machine has forgotten them. */
  get lingering(): number {
    return this.#lingering.size;
  }

  /**
   * Calls once when every connection that was closed with a flush has sent what it had; at once where none is left.
   * Dials that were given up owe nothing.
   */
  whenSent(call: () => void): void {
    if (this.#owing.size === 0) call();
    else this.#allSent.push(call);
  }

  start(inputs: Inputs<M>): void {
    assert(this.#hub === null, 'network: started twice');
    this.#hub = {
      canary: this.#canary,
      inputs,
      forget: (link) => {
        this.#links.delete(link.conn);
        this.#lingering.add(link);
      },
      gone: (link) => {
        this.#lingering.delete(link);
        if (!this.#owing.delete(link) || this.#owing.size > 0) return;
        for (const call of this.#allSent.splice(0)) call();
      },
    };
  }

  /** Accepts connections at `address` until the port or the network is stopped; port 0 chooses a free one. */
  listen(
    address: ListenAddress,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    this.#tcp.listenTCP(
      address,
      () => (this.#stopped ? null : this.#accept()),
      (port, fault) => {
        if (port === null) ready(null, fault);
        else if (this.#stopped) port.stopListening();
        else {
          this.#ports.add(port);
          ready(this.#ownPort(port), null);
        }
      },
    );
  }

  open(conn: ConnectionId, address: Address): void {
    assert(conn % 2 === 0, 'network: dialled connections have even ids');
    assert(!this.#links.has(conn), 'network: a connection id was used twice');
    if (this.#stopped) return;
    this.#tcp.connectTCP(address, this.#newLink(conn));
  }

  send(conn: ConnectionId, message: M): void {
    const link = this.#links.get(conn);
    if (link?.open !== true) return;
    if (!link.dirty) {
      link.dirty = true;
      this.#dirty.push(link);
    }
    this.#codec.encode(message, link);
  }

  pauseReading(conn: ConnectionId): void {
    this.#links.get(conn)?.pauseReading();
  }

  resumeReading(conn: ConnectionId): void {
    this.#links.get(conn)?.resumeReading();
  }

  close(conn: ConnectionId, flush: boolean): void {
    const link = this.#links.get(conn);
    if (link === undefined) return;
    this.#links.delete(conn);
    this.#lingering.add(link);
    if (flush && link.open) this.#owing.add(link);
    link.end(flush);
  }

  flush(): void {
    for (const link of this.#dirty) link.flush();
    this.#dirty.length = 0;
  }

  /** Stops listening and aborts every connection. Nothing more is reported. */
  stop(): void {
    this.#stopped = true;
    this.#owing.clear();
    this.#allSent = [];
    for (const port of this.#ports) port.stopListening();
    this.#ports.clear();
    for (const link of [...this.#links.values(), ...this.#lingering]) {
      this.#lingering.add(link);
      link.end(false);
    }
    this.#links.clear();
    this.#dirty.length = 0;
  }

  #accept(): Link<M> {
    const conn = this.#nextAccepted;
    this.#nextAccepted += 2;
    return this.#newLink(conn);
  }

  #newLink(conn: ConnectionId): Link<M> {
    assert(this.#hub !== null, 'network: not started');
    const link = new Link(conn, this.#codec.decoder(), this.#hub);
    this.#links.set(conn, link);
    return link;
  }

  #ownPort(port: ListeningPort): ListeningPort {
    return {
      address: port.address,
      stopListening: () => {
        if (this.#ports.delete(port)) port.stopListening();
      },
    };
  }
}
