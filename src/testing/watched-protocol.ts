/**
 * One end of a connection under watch: both what the reactor tells the protocol and what the protocol asks of it.
 *
 * Life: dialling, open, ending (its user closed or aborted it), lost. In each only some call-backs are lawful.
 */
import type { Address, LostReason, Protocol, Transport } from '../core/index.ts';
import { isPlain } from './watch.ts';
import type { Watch } from './watch.ts';
import type { WatchedHome } from './watched-call.ts';

class WatchedTransport implements Transport {
  readonly #inner: Transport;
  readonly #watch: Watch;
  reading = true;
  ending = false;

  constructor(inner: Transport, watch: Watch) {
    this.#inner = inner;
    this.#watch = watch;
  }

  get address(): Address {
    return this.#inner.address;
  }
  write(data: Uint8Array): void {
    this.#watch.call(() => this.#inner.write(data));
  }
  flush(): void {
    this.#watch.call(() => this.#inner.flush());
  }
  pauseReading(): void {
    this.reading = false;
    this.#watch.call(() => this.#inner.pauseReading());
  }
  resumeReading(): void {
    this.reading = true;
    this.#watch.call(() => this.#inner.resumeReading());
  }
  close(): void {
    this.ending = true;
    this.#watch.call(() => this.#inner.close());
  }
  abort(): void {
    this.ending = true;
    this.#watch.call(() => this.#inner.abort());
  }
}

/** A `Protocol` that checks its reactor and passes on what is lawful. */
export class WatchedProtocol implements Protocol {
  readonly #inner: Protocol;
  readonly #home: WatchedHome;
  readonly #watch: Watch;
  #transport: WatchedTransport | null = null;
  #lost = false;
  #paused = false;

  constructor(inner: Protocol, home: WatchedHome) {
    this.#inner = inner;
    this.#home = home;
    this.#watch = home.watch;
  }

  connectionMade(transport: Transport): void {
    if (!this.#lawful('connectionMade')) return;
    if (this.#transport !== null) {
      this.#watch.breach('tcp: connectionMade comes once, and first', 'it came again');
      return;
    }
    this.#transport = new WatchedTransport(transport, this.#watch);
    this.#inner.connectionMade(this.#transport);
  }

  dataReceived(data: Uint8Array): void {
    if (!this.#heardWhileOpen('dataReceived')) return;
    const watch = this.#watch;
    watch.expect(
      isPlain(data),
      'tcp: received bytes are plain, and may be overwritten',
      'they are of a class of the host',
    );
    watch.expect(data.length > 0, 'tcp: an empty write is nothing', 'no bytes were received');
    watch.expect(
      this.#transport?.reading === true,
      'tcp: pauseReading holds back, and resumeReading delivers all',
      'bytes were received while reading was paused',
    );
    this.#inner.dataReceived(data);
  }

  connectionLost(reason: LostReason, detail: string | null): void {
    if (!this.#lawful('connectionLost')) return;
    this.#lost = true;
    this.#inner.connectionLost(reason, detail);
  }

  pauseWriting(): void {
    if (!this.#heardWhileOpen('pauseWriting')) return;
    if (this.#alternates(true)) this.#inner.pauseWriting();
  }

  resumeWriting(): void {
    if (!this.#heardWhileOpen('resumeWriting')) return;
    if (this.#alternates(false)) this.#inner.resumeWriting();
  }

  /** What holds for every call-back. False: the protocol must not hear it. */
  #lawful(what: string): boolean {
    if (this.#home.stopped) {
      this.#watch.breach('reactor: after stop nothing fires', `${what} after stop`);
      return false;
    }
    if (this.#lost) {
      this.#watch.breach('tcp: connectionLost comes once, and last', `${what} after it`);
      return false;
    }
    const law = 'tcp: never calls back from inside a call';
    this.#watch.expect(!this.#watch.insideCall, law, `${what} from inside a call`);
    return true;
  }

  #heardWhileOpen(what: string): boolean {
    if (!this.#lawful(what)) return false;
    if (this.#transport === null) {
      this.#watch.breach('tcp: connectionMade comes once, and first', `${what} before it`);
      return false;
    }
    if (this.#transport.ending) {
      this.#watch.breach('tcp: after close or abort only the loss is heard', what);
      return false;
    }
    return true;
  }

  #alternates(paused: boolean): boolean {
    if (this.#paused === paused) {
      const what = paused ? 'pauseWriting' : 'resumeWriting';
      this.#watch.breach('tcp: pauseWriting and resumeWriting alternate', `${what} out of turn`);
      return false;
    }
    this.#paused = paused;
    return true;
  }
}
