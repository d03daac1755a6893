/**
 * One duplex as a `Transport`: what its streams bring is told to the protocol, what the user asks goes into them.
 *
 * States: open, closing (the user said `close` or `abort`, or the connection is over and the protocol not yet told),
 * gone. Invariants: `connectionLost` comes once and last; `pauseWriting` and `resumeWriting` alternate, beginning with
 * the first; after `close` nothing but the loss is told. Bytes that cannot be told at once are copied, since they are
 * borrowed; a duplex that goes on while reading is paused is cut at `heldBytesMax`.
 */
import { copyOf } from '../../core/index.ts';
import type { Address, Protocol, Transport } from '../../core/index.ts';
import { lossOf } from './duplex.ts';
import type { Loss, RxDuplex } from './duplex.ts';
import { Ear } from './ear.ts';
import type { Turns } from './turns.ts';

/** Most bytes that are kept for a user who has paused reading. */
export const heldBytesMax: number = 4 * 1024 * 1024;

const closed: Loss = { reason: 'closed', detail: null };
const aborted: Loss = { reason: 'reset', detail: 'aborted' };

/** What a transport needs of its surroundings. */
export interface TransportHome {
  readonly turns: Turns;
  /** The transport is over and holds nothing any more. */
  gone(transport: RxTransport): void;
}

export class RxTransport implements Transport {
  readonly address: Address;
  readonly #duplex: RxDuplex;
  readonly #protocol: Protocol;
  readonly #home: TransportHome;
  readonly #turns: Turns;
  readonly #bytes: Ear<Uint8Array>;
  readonly #fullness: Ear<boolean>;
  #state: 'open' | 'closing' | 'gone' = 'open';
  #aborted = false;
  /** The user has paused reading. */
  #resting = false;
  /** Copies of what came meanwhile. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** How the connection ended, while the protocol has not been told. */
  #loss: Loss | null = null;
  /** The protocol was told `pauseWriting`, or soon will be. */
  #full = false;

  constructor(duplex: RxDuplex, protocol: Protocol, home: TransportHome) {
    this.address = duplex.address;
    this.#duplex = duplex;
    this.#protocol = protocol;
    this.#home = home;
    this.#turns = home.turns;
    this.#bytes = new Ear(
      (data) => this.#received(data),
      (error) => this.#over(lossOf(error, 'reset')),
      () => this.#over(closed),
    );
    const noMore = (): void => undefined;
    this.#fullness = new Ear((full) => this.#setFull(full), noMore, noMore);
  }

  /** The connection stands: tells the protocol, and begins to hear. What came first is told after `connectionMade`. */
  start(): void {
    const turns = this.#turns;
    if (turns.begin()) {
      try {
        this.#hear();
        this.#protocol.connectionMade(this);
      } finally {
        turns.end();
      }
    } else {
      turns.later(() => this.#protocol.connectionMade(this));
      this.#hear();
    }
  }

  /** Nothing more is told, and the connection is cut. */
  stop(): void {
    this.#state = 'gone';
    this.#bytes.unsubscribe();
    this.#fullness.unsubscribe();
    this.#held = [];
    this.#duplex.outgoing.error(aborted);
  }

  write(data: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#turns.enter();
    try {
      this.#duplex.outgoing.next(data);
    } finally {
      this.#turns.leave();
    }
  }

  flush(): void {
    this.#signal('flush');
  }

  pauseReading(): void {
    if (this.#state !== 'open') return;
    this.#resting = true;
    this.#signal('pause-reading');
  }

  resumeReading(): void {
    if (this.#state !== 'open') return;
    this.#resting = false;
    if (this.#held.length > 0) this.#turns.later(() => this.#release());
    this.#signal('resume-reading');
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#leave();
    this.#turns.enter();
    try {
      this.#duplex.outgoing.complete();
    } finally {
      this.#turns.leave();
    }
  }

  abort(): void {
    if (this.#state === 'gone' || this.#aborted) return;
    this.#aborted = true;
    if (this.#state === 'open') this.#leave();
    this.#turns.enter();
    try {
      this.#duplex.outgoing.error(aborted);
    } finally {
      this.#turns.leave();
    }
  }

  #hear(): void {
    // Fullness first: a connection that ends while we subscribe takes both ears away.
    this.#duplex.full$?.subscribe(this.#fullness);
    this.#duplex.incoming$.subscribe(this.#bytes);
  }

  #signal(signal: 'flush' | 'pause-reading' | 'resume-reading'): void {
    const { signals } = this.#duplex;
    if (this.#state !== 'open' || signals === undefined) return;
    this.#turns.enter();
    try {
      signals.next(signal);
    } finally {
      this.#turns.leave();
    }
  }

  /** The user wants no more of it. If the connection is over already, there is nobody else to say so. */
  #leave(): void {
    this.#state = 'closing';
    this.#held = [];
    if (this.#loss !== null) this.#turns.later(() => this.#lose());
  }

  #received(data: Uint8Array): void {
    if (this.#state !== 'open' || data.length === 0) return;
    if (this.#resting || this.#held.length > 0) {
      this.#hold(data);
      return;
    }
    const turns = this.#turns;
    if (!turns.begin()) {
      const copy = copyOf(data);
      turns.later(() => this.#tell(copy));
      return;
    }
    try {
      this.#protocol.dataReceived(data);
    } finally {
      turns.end();
    }
  }

  /** Bytes that waited for their turn. Meanwhile the user may have closed, or paused reading. */
  #tell(data: Uint8Array): void {
    if (this.#state !== 'open') return;
    if (this.#resting || this.#held.length > 0) this.#hold(data);
    else this.#protocol.dataReceived(data);
  }

  #hold(data: Uint8Array): void {
    this.#heldBytes += data.length;
    this.#held.push(copyOf(data));
    if (this.#heldBytes <= heldBytesMax) return;
    const detail = 'the remote did not stop while reading was paused';
    // First the loss: what the abort brings back is no news then.
    this.#bytes.error({ reason: 'reset', detail } satisfies Loss);
    this.#duplex.outgoing.error(aborted);
  }

  /** Gives out what was held, until the user rests again. */
  #release(): void {
    while (this.#held.length > 0 && !this.#resting && this.#state === 'open') {
      const data = this.#held.shift()!;
      this.#heldBytes -= data.length;
      this.#protocol.dataReceived(data);
    }
    if (this.#loss !== null && this.#held.length === 0 && this.#state === 'open') this.#lose();
  }

  /** The connection ended. The remote's good-bye waits behind its bytes; a loss does not. */
  #over(loss: Loss): void {
    if (this.#state === 'gone') return;
    this.#fullness.unsubscribe();
    this.#loss = loss;
    if (loss.reason === 'closed' && this.#held.length > 0 && this.#state === 'open') return;
    const turns = this.#turns;
    if (!turns.begin()) {
      turns.later(() => this.#finish());
      return;
    }
    try {
      this.#finish();
    } finally {
      turns.end();
    }
  }

  /** As `#over`, when its turn has come. */
  #finish(): void {
    const waits = this.#loss?.reason === 'closed' && this.#held.length > 0;
    if (!waits || this.#state !== 'open') this.#lose();
  }

  #lose(): void {
    const loss = this.#loss;
    if (this.#state === 'gone' || loss === null) return;
    this.#state = 'gone';
    this.#held = [];
    this.#home.gone(this);
    this.#protocol.connectionLost(loss.reason, loss.detail);
  }

  #setFull(full: boolean): void {
    if (full === this.#full || this.#state !== 'open') return;
    this.#full = full;
    const turns = this.#turns;
    if (!turns.begin()) {
      turns.later(() => this.#tellFull(full));
      return;
    }
    try {
      this.#tellFull(full);
    } finally {
      turns.end();
    }
  }

  #tellFull(full: boolean): void {
    if (this.#state !== 'open') return;
    if (full) this.#protocol.pauseWriting();
    else this.#protocol.resumeWriting();
  }
}
