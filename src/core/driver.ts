/**
 * Carries one machine: the only caller of `step`.
 *
 * An input is stepped at once and its effects go to the outbox; the outermost `push` or `batch` then drains it:
 * performs the effects in order, flushes the network and the stores, and arms one delayed call for `deadline`.
 * Whoever pushes from inside a drain (a store that answers at once, an application that answers an event) only adds
 * to the outbox that is being walked. So `step` is never entered twice and the stack never grows with the work.
 *
 * Invariant: between turns the outbox is empty and the delayed call fires at `deadline` or earlier. An early call
 * costs one look at the clock, and saves arming anew each time that the deadline moves on.
 *
 * When `step`, the network or a store throws, that is our bug (law 7): connections are aborted, stores, port and
 * timer closed, the error told once, and all that follows is ignored. What a listener of events throws is the
 * listener's affair: the turn is finished, then the error goes on to whoever began it.
 */
import { assert } from './assert.ts';
import { DatagramOutlets } from './datagram-outlets.ts';
import type { Effect } from './effect.ts';
import type { Input } from './input.ts';
import type { Machine, Millis, Sink } from './machine.ts';
import { Outbox } from './outbox.ts';
import type { Inputs, Network } from './network.ts';
import type {
  DelayedCall,
  ReactorHTTP,
  ReactorResolver,
  ReactorStore,
  ReactorTime,
  ReactorUDP,
} from './reactor.ts';
import { StoreTable } from './store-table.ts';
import type { Address, ConnectionId } from './types.ts';

/** What a driver carries its machine with: the capabilities of one reactor, or of several. */
export interface DriverParts<M> {
  readonly network: Network<M>;
  readonly time: ReactorTime;
  /** Null: datagrams are lost. */
  readonly udp: ReactorUDP | null;
  /** Where the port is opened for datagrams that name none, when the first one is sent. */
  readonly udpAddress: Address;
  readonly store: ReactorStore;
  readonly http: ReactorHTTP;
  readonly resolver: ReactorResolver;
  /** Overwrites the bytes of datagrams when their turn is over, so that a kept view shows. */
  readonly canary?: boolean;
}

export interface DriverOptions {
  /** Hears the error that ended the driver, once, after everything was closed. */
  readonly onBug: (error: unknown) => void;
}

/** Messages `M`, commands `C`, events `E`. */
export class Driver<M, C, E> implements Inputs<M, C> {
  readonly #machine: Machine<Input<M, C>, Effect<M, E>>;
  readonly #parts: DriverParts<M>;
  readonly #events: Sink<E>;
  readonly #onBug: (error: unknown) => void;
  readonly #stores: StoreTable;
  readonly #datagrams: DatagramOutlets;
  /** Connections that exist, so that they can be aborted. */
  readonly #conns = new Set<ConnectionId>();
  readonly #outbox: Outbox<Effect<M, E>> = new Outbox<Effect<M, E>>();
  readonly #listenerErrors: unknown[] = [];
  #now: Millis;
  #stepping = false;
  #batching = false;
  #draining = false;
  #ended = false;
  #call: DelayedCall | null = null;
  /** When the delayed call fires; Infinity: it does not. */
  #armedFor: Millis = Infinity;

  /** Starts the network and arms the timer. `events` hears what the machine notifies. */
  constructor(
    machine: Machine<Input<M, C>, Effect<M, E>>,
    parts: DriverParts<M>,
    events: Sink<E>,
    options: DriverOptions,
  ) {
    this.#machine = machine;
    this.#parts = parts;
    this.#events = events;
    this.#onBug = options.onBug;
    this.#stores = new StoreTable(parts.store, this);
    this.#datagrams = new DatagramOutlets(parts, this);
    this.#now = parts.time.now();
    parts.network.start(this);
    this.#arm();
  }

  /** Stopped, or ended by a bug: inputs are ignored. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Steps the machine; then, unless inside a batch or a drain, performs what follows. */
  push(input: Input<M, C>): void {
    if (this.#ended) return;
    if (this.#batching) {
      this.#step(input);
      return;
    }
    this.#readClock();
    this.#step(input);
    this.#drain();
  }

  batch(feed: () => void): void {
    if (this.#ended) return;
    if (this.#batching) {
      feed();
      return;
    }
    this.#readClock();
    this.#batching = true;
    try {
      feed();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#batching = false;
    }
    this.#drain();
  }

  /**
   * Ends the driver: closes the datagram port, the timer and all stores. The network is left to its owner. Inputs
   * that come later are ignored.
   */
  stop(): void {
    this.#ended = true;
    this.#outbox.clear();
    this.#call?.cancel();
    this.#call = null;
    this.#armedFor = Infinity;
    this.#datagrams.stop();
    this.#stores.closeAll();
  }

  #readClock(): void {
    const now = this.#parts.time.now();
    if (now > this.#now) this.#now = now;
  }

  #step(input: Input<M, C>): void {
    if (input.type === 'connected') this.#conns.add(input.conn);
    else if (input.type === 'disconnected') this.#conns.delete(input.conn);
    try {
      assert(!this.#stepping, 'driver: push from inside step');
      this.#stepping = true;
      this.#machine.step(input, this.#now, this.#outbox);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#stepping = false;
    }
  }

  #drain(): void {
    if (this.#draining || this.#ended) return;
    this.#draining = true;
    try {
      const outbox = this.#outbox;
      do {
        for (let next = outbox.take(); next !== undefined; next = outbox.take())
          this.#perform(next);
        this.#parts.network.flush();
        this.#stores.flush();
      } while (!outbox.isEmpty);
      if (!this.#isEnded()) this.#arm();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#outbox.clear();
      this.#draining = false;
    }
    if (this.#listenerErrors.length > 0) this.#rethrow();
  }

  #perform(effect: Effect<M, E>): void {
    switch (effect.type) {
      case 'send':
        this.#parts.network.send(effect.conn, effect.message);
        return;
      case 'connect':
        this.#conns.add(effect.conn);
        this.#parts.network.open(effect.conn, effect.address);
        return;
      case 'close':
      case 'abort':
        this.#conns.delete(effect.conn);
        this.#parts.network.close(effect.conn, effect.type === 'close');
        return;
      case 'pause-reading':
        this.#parts.network.pauseReading(effect.conn);
        return;
      case 'resume-reading':
        this.#parts.network.resumeReading(effect.conn);
        return;
      case 'notify':
        this.#notify(effect.event);
        return;
      case 'datagram':
        this.#datagrams.send(effect);
        return;
      case 'http': {
        const { job } = effect;
        this.#parts.http.request(effect.request, (reply, fault) =>
          this.push({ type: 'http-done', job, reply, fault }),
        );
        return;
      }
      case 'resolve': {
        const { job } = effect;
        this.#parts.resolver.resolve(effect.host, (hosts, fault) =>
          this.push({ type: 'resolve-done', job, hosts, fault }),
        );
        return;
      }
      case 'store-open':
      case 'store-read':
      case 'store-write':
      case 'store-hash':
      case 'store-select':
      case 'store-sync':
      case 'store-close':
        this.#stores.perform(effect);
    }
  }

  #notify(event: E): void {
    try {
      this.#events.push(event);
    } catch (error) {
      this.#listenerErrors.push(error);
    }
  }

  #rethrow(): void {
    const error = this.#listenerErrors[0];
    this.#listenerErrors.length = 0;
    throw error;
  }

  /** The field as it is now: the compiler does not know that performing an effect may change it. */
  #isEnded(): boolean {
    return this.#ended;
  }

  #arm(): void {
    const deadline = this.#machine.deadline;
    if (deadline >= this.#armedFor && deadline < Infinity) return;
    if (deadline === this.#armedFor) return;
    this.#armedFor = deadline;
    if (deadline === Infinity) {
      this.#call?.cancel();
      return;
    }
    const delay = Math.max(deadline - this.#now, 0);
    if (this.#call?.active === true) this.#call.reset(delay);
    else this.#call = this.#parts.time.callLater(delay, () => this.#wake());
  }

  #wake(): void {
    if (this.#ended) return;
    this.#armedFor = Infinity;
    this.#readClock();
    if (this.#machine.deadline <= this.#now) this.push(TIMEOUT);
    else this.#arm();
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.stop();
    for (const conn of this.#conns) {
      this.#quietly(() => this.#parts.network.close(conn, false));
    }
    this.#conns.clear();
    this.#quietly(() => this.#parts.network.flush());
    this.#onBug(error);
  }

  /** After a bug the rest is closed whatever happens; a second error would hide the first. */
  #quietly(close: () => void): void {
    try {
      close();
    } catch {
      // The first error is the one to tell.
    }
  }
}

const TIMEOUT: { readonly type: 'timeout' } = Object.freeze({ type: 'timeout' });
