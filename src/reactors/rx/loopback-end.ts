/**
 * One end of a connection inside a loopback.
 *
 * Invariant: bytes arrive `latency` after their flush, in order, as copies, what was flushed together as one stretch;
 * nothing is emitted from inside a call of the end's own user, but for fullness, which a reactor puts off by itself.
 * Bytes that the other end has not read fill the window: at `windowBytes` the writer is full, at half of it no longer.
 * The writer's good-bye waits behind its bytes, a reset does not. An end whose own side said good-bye is over when that
 * has arrived.
 */
import type { Observable, Observer } from 'rxjs';
import type { Address, Millis, ReactorTime } from '../../core/index.ts';
import type { DuplexSignal, Loss, RxDuplex } from './duplex.ts';
import { Unicast } from './unicast.ts';

/** The largest `next` of `incoming$`, as with the sockets of most hosts. */
const chunkBytesMax = 65_536;

/** The wire between two ends. */
export interface LoopbackWire {
  readonly time: ReactorTime;
  readonly latency: Millis;
  readonly windowBytes: number;
}

export class LoopbackEnd implements RxDuplex {
  readonly address: Address;
  readonly outgoing: Observer<Uint8Array>;
  readonly signals: Pick<Observer<DuplexSignal>, 'next'>;
  readonly #wire: LoopbackWire;
  #peer: LoopbackEnd | null = null;
  readonly #bytes = new Unicast<Uint8Array>(() => this.#drainLater());
  readonly #fullness = new Unicast<boolean>();
  readonly incoming$: Observable<Uint8Array> = this.#bytes.stream$;
  readonly full$: Observable<boolean> = this.#fullness.stream$;
  /** Written and not flushed. */
  #queue: Uint8Array[] = [];
  /** We may write. */
  #open = true;
  #aborted = false;
  /** Bytes of ours that the peer has not read. */
  #unread = 0;
  #full = false;
  /** Arrived and not read. */
  #inbox: Uint8Array[] = [];
  #paused = false;
  /** A turn of reading is due. */
  #draining = false;
  #peerEnded = false;

  private constructor(address: Address, wire: LoopbackWire) {
    this.address = address;
    this.#wire = wire;
    this.outgoing = {
      next: (data) => this.#write(data),
      complete: () => this.#close(),
      error: () => this.#abort(),
    };
    this.signals = { next: (signal) => this.#signal(signal) };
  }

  /** Two ends that see each other under these addresses. */
  static pair(
    near: Address,
    far: Address,
    wire: LoopbackWire,
  ): readonly [LoopbackEnd, LoopbackEnd] {
    const [first, second] = [new LoopbackEnd(far, wire), new LoopbackEnd(near, wire)];
    first.#peer = second;
    second.#peer = first;
    return [first, second];
  }

  #write(data: Uint8Array): void {
    if (this.#open) this.#queue.push(data);
  }

  #signal(signal: DuplexSignal): void {
    if (signal === 'flush') this.#flush();
    else this.#paused = signal === 'pause-reading';
    if (signal === 'resume-reading') this.#drainLater();
  }

  #flush(): void {
    if (!this.#open || this.#queue.length === 0) return;
    const sent = wholeOf(this.#queue);
    this.#queue = [];
    this.#unread += sent.length;
    this.#wire.time.callLater(this.#wire.latency, () => {
      if (!this.#aborted) this.#peer!.#arrive(sent);
    });
    if (this.#full || this.#unread < this.#wire.windowBytes) return;
    this.#full = true;
    this.#fullness.next(true);
  }

  #close(): void {
    if (!this.#open) return;
    this.#flush();
    this.#open = false;
    this.#wire.time.callLater(this.#wire.latency, () => {
      if (this.#aborted) return;
      this.#peer!.#hearEnd();
      this.#end(null);
    });
  }

  #abort(): void {
    if (this.#aborted || this.#bytes.ended) return;
    this.#aborted = true;
    this.#open = false;
    this.#queue = [];
    const { time, latency } = this.#wire;
    time.callLater(latency, () => this.#peer!.#end({ reason: 'reset', detail: null }));
    time.callLater(0, () => this.#end(null));
  }

  #arrive(sent: Uint8Array): void {
    if (this.#bytes.ended) return;
    this.#inbox.push(sent);
    this.#drain();
  }

  #hearEnd(): void {
    this.#peerEnded = true;
    this.#drain();
  }

  #drainLater(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#wire.time.callLater(0, () => {
      this.#draining = false;
      this.#drain();
    });
  }

  /** Each chunk has a turn of its own: what it causes elsewhere can come between it and the next. */
  #drain(): void {
    if (this.#draining || !this.#bytes.taken) return;
    if (this.#inbox.length === 0) {
      if (this.#peerEnded) this.#end(null);
      return;
    }
    if (this.#paused) return;
    const data = this.#take();
    if (this.#inbox.length > 0 || this.#peerEnded) this.#drainLater();
    this.#peer!.#read(data.length);
    this.#bytes.next(data);
  }

  /** The next chunk of what has arrived. */
  #take(): Uint8Array {
    const first = this.#inbox[0]!;
    if (first.length <= chunkBytesMax) this.#inbox.shift();
    else this.#inbox[0] = first.subarray(chunkBytesMax);
    return first.length <= chunkBytesMax ? first : first.subarray(0, chunkBytesMax);
  }

  /** The peer has read some of what we sent. */
  #read(bytes: number): void {
    this.#unread -= bytes;
    if (!this.#full || this.#unread > this.#wire.windowBytes / 2) return;
    this.#full = false;
    this.#fullness.next(false);
  }

  #end(loss: Loss | null): void {
    this.#open = false;
    this.#queue = [];
    this.#inbox = [];
    this.#fullness.complete();
    if (loss === null) this.#bytes.complete();
    else this.#bytes.error(loss);
  }
}

function wholeOf(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
